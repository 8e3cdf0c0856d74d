"""The worker of the page: one encoder for all sessions, and runs that take turns.

torch takes seconds to load, and the page opens without it: so it is imported where the network is first needed, in
`warm_up` if no visitor is faster.
"""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from nst_core.errors import NSTError, WeightsError
from nst_core.progress import never
from nst_core.settings import Settings
from nst_core.step import Step
from nst_core.transfer import transfer

from . import cost, zerogpu
from .evaluation_threads import in_new_thread
from .kept_results import KeptResults
from .limits import Limits
from .paces import Paces
from .reached import YoungestMemories
from .turns import Turns

if TYPE_CHECKING:
    from nst_core.search_memory import SearchMemory
    from nst_core.vgg import Encoder

LOG = logging.getLogger(__name__)
BUNDLED = "oxford"


class Worker:
    """Does all runs of the page. It evaluates no more pictures at once than `limits.jobs` (by default one).

    `turns` has what runs share: see there. `ClusterWorker` has runs done `elsewhere`, by the workers of a Ray cluster.
    """

    elsewhere = False

    def __init__(
        self,
        encoder: Encoder | None = None,
        weights: str = BUNDLED,
        norm: str = "torchvision",
        limits: Limits | None = None,
    ) -> None:
        """Without `encoder` the one of `weights` and `norm` (see `load_encoder`) is loaded when it is first needed.

        If that fails the bundled one is used, and `missing` is then the name of what was asked for. `waiting_time` says how
        long the next run must wait; `kept` are the visitors' results; `memories` bounds the optimizers' memories.
        """
        self.weights = weights
        self.limits = limits or Limits()
        self.missing: str | None = None
        self._norm = norm
        # On ZeroGPU the page's own process has no graphics card; the network is moved to one for the length of a run.
        self._device = "cpu" if zerogpu.ACTIVE else "auto"
        self._usable_mb: float | None = None  # memory of the machine that paints; None is this one's
        self._encoder = encoder
        self._loading = threading.Lock()
        self._run: Callable[..., Generator[Step, None, None]] = zerogpu.on_gpu(self._transfer, self._seconds)
        self.turns = Turns(self.limits.jobs)
        self.waiting_time = self.turns.waiting_time
        self.paces = Paces(self._measured_pace)
        self.kept = KeptResults(60 * self.limits.keep_minutes, self.limits.keep_mb * 10**6)
        self.memories = YoungestMemories()

    @property
    def encoder(self) -> Encoder:
        """The network; loaded at the first access. Raises `WeightsError` when the bundled weights are missing."""
        with self._loading:
            if self._encoder is None:
                self._encoder = in_new_thread(self._load)
            return self._encoder

    @property
    def width(self) -> int:
        """How many runs go on at once, at most."""
        return self.limits.jobs

    def look(self) -> None:
        """Notice what has changed elsewhere: nothing here. Called about once a second."""

    def health(self) -> dict[str, Any]:
        """What `GET /healthz` answers, as plain values for JSON."""
        encoder = self._encoder
        return {"status": "ready", "weights": encoder.name if encoder else self.weights, "loaded": encoder is not None}

    def warm_up(self) -> None:
        """Load the network and measure its speed before the first visitor's browser competes for the processor."""
        try:
            _ = self.encoder, self.pace(Settings().precision)
        except NSTError as error:
            LOG.error("%s", error)  # every visitor is told so, too

    def estimate(
        self,
        settings: Settings,
        width: int,
        height: int,
        start: tuple[int, int] | None = None,
        regions: bool = False,
        timed: bool = True,
    ) -> cost.Estimate:
        """The cost of a run with `settings` (within the limits) on a photo of width x height pixels, with `regions` or not.

        `start` is the (width, height) of a picture that it goes on from. Unless it is `timed`, nothing is measured, and the
        seconds are nan. Raises `PictureError` when the photo's shape does not suit the settings or the start.
        """
        pace = self.pace(settings.precision) if timed else cost.Pace(math.nan, math.nan)
        return cost.estimate(settings, width, height, pace, start, regions, self._usable_mb)

    def steps(
        self,
        photo: Image.Image,
        paintings: Any,
        settings: Settings,
        interrupted: Callable[[], bool] = never,
        init: Image.Image | None = None,
        memory: SearchMemory | None = None,
        regions: Any = None,
    ) -> Generator[Step, None, None]:
        """`transfer`, taking turns with every other run; yields a `Step` before the first and after every evaluation.

        `settings` must be within the limits (`Limits.bounded`). Closing the generator ends the run; so does `interrupted`
        once it returns True, in the middle of an evaluation (not where `spaces` is installed).
        """
        assert settings == self.limits.bounded(settings), "settings are bounded where they are read, and only there"
        # Load and measure now. Inside the run, measuring would wait for its own turn, and every new process of
        # ZeroGPU would load the network again.
        _, pace = self.encoder, self.pace(settings.precision)
        # `interrupted` cannot be passed to ZeroGPU's other process, where evaluations are short anyway.
        run = self._run(photo, paintings, settings, never if zerogpu.spaces else interrupted, init, memory, regions)
        seconds = self._seconds(photo, paintings, settings, interrupted, init, memory, regions)
        expected, step = 0.0, None
        with closing(self.turns.take(run, seconds, self.elsewhere)) as steps:
            for following in steps:
                expected += cost.between(step, following, settings, pace, regions is not None)
                step = following
                if cost.is_representative(settings, step):
                    # A real run, beside whatever else the machine does, is the better measurement.
                    self.paces.correct(self._precision(settings.precision), pace.times(step.elapsed / expected))
                yield step
                if zerogpu.spaces and interrupted():
                    return

    def pace(self, precision: str) -> cost.Pace:
        """How fast evaluations are in this `Settings.precision`: measured at the first call, and again by every run that
        `cost.is_representative` accepts."""
        return cost.Pace(0.0, 1 / zerogpu.SPEED) if zerogpu.ACTIVE else self.paces.get(self._precision(precision))

    @property
    def pace_is_fresh(self) -> bool:
        """Whether an estimate can be given at once, without measuring first (see `Paces`)."""
        return zerogpu.ACTIVE or self.paces.fresh

    def check_pace(self) -> None:
        """Measure again where the last measurement may no longer hold (see `Paces`), unless somebody paints."""
        if not zerogpu.ACTIVE and not self.waiting_time.painting:
            self.paces.check(self._precision(Settings().precision))

    def _measured_pace(self, precision: str) -> cost.Pace:
        from .speed import measured_pace

        encoder = self.encoder.with_precision(precision)
        return self.turns.evaluate(measured_pace, encoder)

    def _precision(self, wanted: str) -> str:
        from nst_core.devices import choose_precision

        return choose_precision(wanted, self.encoder.device)

    def _load(self) -> Encoder:
        from nst_core.weights import load_encoder

        try:
            return load_encoder(self.weights, self._device, self._norm)
        except WeightsError as error:
            if self.weights == BUNDLED:
                raise
            LOG.warning("%s The page goes on with the bundled weights, %s.", error, BUNDLED)
            self.missing = Path(self.weights).name  # without the folders of this machine: visitors read it
            return load_encoder(BUNDLED, self._device)

    def _transfer(
        self,
        photo: Image.Image,
        paintings: Any,
        settings: Settings,
        interrupted: Callable[[], bool],
        init: Image.Image | None,
        memory: SearchMemory | None,
        regions: Any,
    ) -> Generator[Step, None, None]:
        encoder = self.encoder
        if zerogpu.ACTIVE:
            # The run ends by itself, with its best picture, before the card is taken away.
            seconds = self._seconds(photo, paintings, settings, interrupted, init, memory, regions)
            most = zerogpu.granted(seconds) - zerogpu.START
            encoder = encoder.to("cuda")
            settings = replace(settings, max_seconds=min(settings.max_seconds or math.inf, most))
        more: dict[str, Any] = {"init": init, "memory": memory, "regions": regions}
        for step in transfer(photo, paintings, settings, encoder, interrupted, **more):
            learned = step.memory
            if zerogpu.spaces:  # it is sent to another process: once, since it is large
                learned = learned.copied_to("cpu") if learned and step.done else None
            yield replace(step, best=step.best.cpu(), memory=learned)

    def _seconds(
        self, photo: Image.Image, _: Any, settings: Settings, __: Any, init: Image.Image | None, ___: Any, regions: Any
    ) -> float:
        """The estimated seconds of a run; takes the arguments of `_transfer`."""
        start = init.size if init else None
        return self.estimate(settings, *photo.size, start, regions is not None).seconds
