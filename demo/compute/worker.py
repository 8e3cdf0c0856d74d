"""The machine all visitors share: the encoder, one evaluation at a time, and what a run will cost."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from PIL import Image

from nst_core.devices import choose_precision
from nst_core.errors import WeightsError
from nst_core.layers import deepest
from nst_core.plan import fit, flops_per_evaluation, plan_levels
from nst_core.settings import FIELDS, Settings
from nst_core.transfer import Step, never, transfer
from nst_core.vgg import Encoder
from nst_core.weights import load_encoder

from ..serving.line import LEFT
from . import memory, zerogpu
from .limits import Limits, granted_cpus

LOG = logging.getLogger(__name__)
BUNDLED = "oxford"
# The measured picture: large enough for the convolutions to run at their usual speed, small enough to be over at once.
PROBE = (160, 112)
# Large pictures fall out of the processor's caches: a pixel takes about this much longer with every doubling of the side
# (measured: 5.4 s a megapixel at 256 px, 5.5 at 512, 6.6 at 1024, 8.1 at 2048).
CACHE_PENALTY = 0.12
SIZE_STEP = 64
ENOUGH = 10  # evaluations of a run from which its speed can be told


@dataclass(frozen=True)
class Estimate:
    """What a run should take. `largest` is the largest size that fits; None when nothing does."""

    width: int
    height: int
    seconds: float
    needed_mb: float
    usable_mb: float
    largest: int | None

    @property
    def fits(self) -> bool:
        return self.needed_mb <= self.usable_mb


class Worker:
    """No more evaluations at once than the host allows (one), although a cancelled run gives up its place in the queue
    before its last evaluation ends."""

    def __init__(
        self,
        encoder: Encoder | None = None,
        weights: str = BUNDLED,
        norm: str = "torchvision",
        limits: Limits | None = None,
    ) -> None:
        """Without an encoder the one of `weights` (see `load_encoder`) is loaded when first needed, or the bundled one if
        that fails: `missing` is then the name of what was asked for."""
        self.weights = weights
        self.limits = limits or Limits()
        self.missing: str | None = None
        self._norm = norm
        # On ZeroGPU the page's own process has no card; there the network is moved to one for the length of a run.
        self._device = "cpu" if zerogpu.ACTIVE else "auto"
        self._encoder = encoder
        self._speeds: dict[str, float] = {}  # by what `choose_precision` chose
        self._loading = threading.Lock()
        self._paint = zerogpu.on_gpu(self._transfer, self._seconds)
        self._evaluating = threading.BoundedSemaphore(self.limits.jobs)

    @property
    def encoder(self) -> Encoder:
        with self._loading:
            if self._encoder is None:
                self._encoder = self._load()
            return self._encoder

    def health(self) -> dict[str, Any]:
        """For whoever watches over the host."""
        encoder = self._encoder
        return {"status": "ready", "weights": encoder.name if encoder else self.weights, "loaded": encoder is not None}

    def warm_up(self) -> None:
        """Load the network and measure it before the first visitor does, whose browser would also be counted."""
        try:
            _ = self.encoder, self.speed(Settings().precision)
        except WeightsError as error:
            LOG.error("%s", error)  # every visitor is told so, too

    def _load(self) -> Encoder:
        torch.set_num_threads(granted_cpus())
        try:
            return load_encoder(self.weights, self._device, self._norm)
        except WeightsError as error:
            if self.weights == BUNDLED:
                raise
            LOG.warning("%s The page goes on with the bundled weights, %s.", error, BUNDLED)
            self.missing = Path(self.weights).name  # visitors need not know the folders of this machine
            return load_encoder(BUNDLED, self._device)

    def steps(
        self, photo: Image.Image, painting: Image.Image, settings: Settings, stopped: Callable[[], bool] = never
    ) -> Generator[Step, None, None]:
        """`transfer`, taking turns with every other run on this machine. Closing it ends the run; so do, in the midst of an
        evaluation, `stopped` and the visitor's leaving."""
        settings = self.limits.bounded(settings)
        # Now, not within the run: a process with a graphics card would load the network anew every time, and who asks for
        # the run's length there would wait for this very run to give up its turn.
        _ = self.encoder, self.speed(settings.precision)
        left = LEFT.get()
        # A card's own process does not hear of it, and has the next step soon.
        interrupted = never if zerogpu.spaces else lambda: stopped() or left()
        run = self._paint(photo, painting, settings, interrupted)
        work, step = 0.0, None
        try:
            while True:
                with self._evaluating:
                    following = next(run, None)
                if following is None:
                    return
                if step is not None and following.evaluation > step.evaluation:
                    work += _work(settings, following.width, following.height)
                step = following
                yield step
        finally:
            run.close()
            if step is not None and step.evaluation >= ENOUGH and _telling(settings, step):
                # What a real run took, other programs on the machine included, is the better measurement.
                self._speeds[self._precision(settings.precision)] = work / step.elapsed

    def _transfer(
        self, photo: Image.Image, painting: Image.Image, settings: Settings, interrupted: Callable[[], bool]
    ) -> Generator[Step, None, None]:
        encoder = self.encoder
        if zerogpu.ACTIVE:
            # The run ends by itself, with its best picture, before the card is taken away.
            most = zerogpu.granted(self._seconds(photo, painting, settings)) - zerogpu.START
            encoder, settings = encoder.to("cuda"), replace(settings, max_seconds=min(settings.max_seconds, most))
        for step in transfer(photo, painting, settings, encoder, interrupted):
            yield replace(step, best=step.best.cpu())

    def _seconds(self, photo: Image.Image, _: Image.Image, settings: Settings, *__: Any) -> float:
        return self.estimate(settings, *photo.size).seconds

    def estimate(self, settings: Settings, width: int, height: int) -> Estimate:
        """For a photo of width x height pixels. Raises `PictureError` when its shape does not suit the settings."""
        settings = self.limits.bounded(settings)
        levels = plan_levels(settings, width, height)
        work = sum(level.evaluations * _work(settings, level.width, level.height) for level in levels)
        seconds = work / self.speed(settings.precision)
        full = fit(width, height, settings.size)
        usable = memory.usable_mb()
        return Estimate(
            *full,
            seconds=min(seconds, settings.max_seconds),
            needed_mb=memory.needed_mb(*full),
            usable_mb=usable,
            largest=_largest(settings.size, width, height, usable),
        )

    def speed(self, precision: str) -> float:
        """Work (see `_work`) a second, in this `Settings.precision`: measured when first asked for, and again by every run.
        The other precision is taken to be as fast until there has been a run in it."""
        if zerogpu.ACTIVE:
            return zerogpu.SPEED
        if not self._speeds:
            encoder, settings = self.encoder.with_precision(precision), Settings()
            with self._evaluating:
                # The first evaluation also sets up the convolutions; the fastest of three is the usual one.
                seconds = min(_probe(encoder, settings) for _ in range(3))
            self._speeds[self._precision(precision)] = _work(settings, *PROBE) / seconds
        return self._speeds.get(self._precision(precision), next(iter(self._speeds.values())))

    def _precision(self, wanted: str) -> str:
        return choose_precision(wanted, self.encoder.device)


def _work(settings: Settings, width: int, height: int) -> float:
    """Of one evaluation: its arithmetic, in FLOP, more where the caches no longer hold it."""
    doublings = max(0.0, math.log2(max(width, height) / max(PROBE)))
    return flops_per_evaluation(width, height, settings.layers_used) * (1 + CACHE_PENALTY * doublings)


def _telling(settings: Settings, step: Step) -> bool:
    """Whether a run tells how fast the machine is: in small pictures and in the first layers alone, convolutions are the
    smaller part of the work."""
    usual = deepest(Settings().layers_used).name
    return deepest(settings.layers_used).name == usual and max(step.width, step.height) >= max(PROBE)


def _probe(encoder: Encoder, settings: Settings) -> float:
    """Seconds of one evaluation of the measured picture."""
    width, height = PROBE
    began = time.perf_counter()
    with torch.enable_grad():
        picture = torch.full((1, 3, height, width), 0.5, device=encoder.device, requires_grad=True)
        torch.stack([f.square().mean() for f in encoder(picture, settings.layers_used).values()]).sum().backward()
    return time.perf_counter() - began


def _largest(size: int, width: int, height: int, usable: float) -> int | None:
    """The largest size up to `size` whose run fits into `usable` megabytes, in steps of 64 pixels."""
    lowest = int(FIELDS["size"].metadata["low"])
    candidates = [size, *range(size - size % SIZE_STEP, lowest - 1, -SIZE_STEP)]
    return next((s for s in candidates if memory.needed_mb(*fit(width, height, s)) <= usable), None)
