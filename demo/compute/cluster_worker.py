"""The worker of a page whose runs are done by the workers of a Ray cluster, as many at once as there are.

Only `serving/startup.py` imports it, where the variable `NST_RAY` is set.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from nst_core.memory import UNKNOWN, needed_mb
from nst_core.settings import FIELDS, Settings
from nst_core.step import Step

from .cluster_pool import Pool
from .cluster_run import ClusterRun
from .cost import Pace
from .limits import Limits
from .worker import BUNDLED, Worker

if TYPE_CHECKING:
    from nst_core.vgg import Encoder

# Seconds in which a first worker must have begun, and in which a worker must have told its speed.
MEASURING, TELLING = 60.0, 30.0
PACKAGE = Path(__file__).parents[1]


class ClusterWorker(Worker):
    """Has the workers of a cluster do the runs of the page. The explorer's other work is done in the page's process.

    Each worker is granted as much memory as the largest picture needs that `limits` allow.
    """

    elsewhere = True

    def __init__(
        self,
        address: str,
        encoder: Encoder | None = None,
        weights: str = BUNDLED,
        norm: str = "torchvision",
        limits: Limits | None = None,
    ) -> None:
        """Connect to the cluster at `address` (see `nst_core.ray_cluster.connect`); the rest is as for `Worker`.

        Raises `ClusterError` when there is no Ray, cluster or room, and `WeightsError` when there are no weights.
        """
        super().__init__(encoder, weights, norm, limits)
        self._device = "cpu"  # from where the network travels to the workers; a card here may be a worker's
        from nst_core.ray_cluster import Cluster  # loads torch

        from .step_worker import StepWorker

        memory = largest_mb(self.limits.max_size)
        cluster = Cluster(
            address,
            self.encoder,
            memory,
            self.limits.ray_cpus,
            worker=StepWorker,
            packages=[PACKAGE],
            most=self.limits.ray_workers,
        )
        self.pool = Pool(cluster)
        self.close = cluster.close
        self._usable_mb = UNKNOWN if cluster.has_cards else memory
        self._run = self._on_the_cluster

    @property
    def width(self) -> int:
        """How many workers are alive; 1 when there is none, so that a visitor is told instead of waiting."""
        return max(1, self.pool.width)

    def look(self) -> None:
        """Follow the nodes of the cluster."""
        self.pool.look()
        self.waiting_time.jobs = self.width

    def health(self) -> dict[str, Any]:
        """As `Worker.health`, with the name of every worker and what it does."""
        return super().health() | {"workers": self.pool.about()}

    def check_pace(self) -> None:
        """Measure again where the last measurement may no longer hold (see `Paces`), if a worker is free."""
        if self.pool.has_free:
            self.paces.check(self._precision(Settings().precision))

    def _on_the_cluster(
        self,
        photo: Image.Image,
        paintings: Any,
        settings: Settings,
        interrupted: Callable[[], bool],
        init: Image.Image | None,
        _: Any,
        regions: Any,
    ) -> Generator[Step, None, None]:
        """Takes the arguments of `Worker._transfer`. The optimizer's memory stays on the worker: it is large."""
        return ClusterRun(self.pool, photo, paintings, settings, interrupted, init, regions).steps()

    def _measured_pace(self, precision: str) -> Pace:
        with self.pool.measured(MEASURING) as actor:
            pace: Pace = self.pool.ray.get(actor.pace.remote(precision), timeout=TELLING)
            return pace

    def _precision(self, wanted: str) -> str:
        """The workers choose; so the pace is known by what was asked for."""
        return wanted


def largest_mb(size: int) -> float:
    """The megabytes (10^6 bytes) that a run with the usual settings needs at most, up to a square of `size` pixels."""
    lowest = int(FIELDS["size"].metadata["low"])
    # From some size on pictures are computed in tiles, which needs less: so the largest size is not what needs most.
    return max(needed_mb(Settings(size=side), side, side) for side in {*range(lowest, size, 64), size})
