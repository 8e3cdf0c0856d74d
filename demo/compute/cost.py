"""What a run costs in seconds and in memory, worked out before it starts."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from nst_core import memory
from nst_core.layers import deepest
from nst_core.plan import fit, flops_per_evaluation, plan_levels
from nst_core.settings import FIELDS, Settings
from nst_core.step import Step

# (width, height) of the picture with which the speed is measured: large enough for the convolutions to run at their usual
# speed, small enough to take well under a second.
PROBE = (160, 112)
# Large pictures no longer fit into the processor's caches: a pixel takes about this share longer with every doubling of
# the side (measured: 5.4 s a megapixel at 256 px, 5.5 at 512, 6.6 at 1024, 8.1 at 2048).
CACHE_PENALTY = 0.12
# An evaluation with regions computes a masked Gram matrix for each instead of one for all: with two it takes 1.27 times as
# long at 256 px and 1.36 times at 512, with three 1.36 and 1.45 times (two cores, bfloat16; medians of three).
REGIONS_FACTOR = 1.3
SIZE_STEP = 64  # pixels, between the sizes that are offered when a size does not fit
ENOUGH = 10  # evaluations a run must have for its speed to be used


@dataclass(frozen=True)
class Estimate:
    """What a run should take: seconds, and megabytes (10^6 bytes) of memory.

    `width` and `height` are those of the result, in pixels. `largest` is the largest size (pixels on the longer side),
    up to the one asked for, that fits into memory; None when none does.
    """

    width: int
    height: int
    seconds: float
    needed_mb: float
    usable_mb: float
    largest: int | None

    @property
    def fits(self) -> bool:
        """Whether the run fits into memory."""
        return self.needed_mb <= self.usable_mb


def estimate(
    settings: Settings,
    width: int,
    height: int,
    speed: float,
    start: tuple[int, int] | None = None,
    regions: bool = False,
) -> Estimate:
    """The cost of a run on a photo of width x height pixels, at `speed` FLOP a second, with `regions` or not.

    `start` is the (width, height) of a picture that it goes on from. Raises `PictureError` when the photo's shape does not
    suit the settings or the start.
    """
    levels = plan_levels(settings, width, height, start)
    # Computing the painting's Gram matrices counts as part of the first evaluation while the painting has the result's
    # size; a larger painting (`style_scale`) costs more by its area, half of it since there is no backward pass.
    more = max(0.0, settings.style_scale**2 - 1) / 2
    work = sum(
        (level.evaluations + more) * flops(settings.at_level(number, len(levels)), *level.size, regions)
        for number, level in enumerate(levels, start=1)
        if level.evaluations
    )
    full = fit(width, height, settings.size)
    usable = memory.usable_mb()
    return Estimate(
        *full,
        seconds=min(work / speed, settings.max_seconds or math.inf),
        needed_mb=memory.needed_mb(settings, width, height, regions),
        usable_mb=usable,
        largest=_largest_size(settings, width, height, usable, regions),
    )


def flops(settings: Settings, width: int, height: int, regions: bool = False) -> float:
    """FLOP of one evaluation at width x height pixels, raised by `CACHE_PENALTY` for pictures larger than `PROBE`, and by
    `REGIONS_FACTOR` with `regions`."""
    doublings = max(0.0, math.log2(max(width, height) / max(PROBE)))
    factor = (1 + CACHE_PENALTY * doublings) * (REGIONS_FACTOR if regions else 1)
    return flops_per_evaluation(width, height, settings.layers_used) * factor


def is_representative(settings: Settings, step: Step) -> bool:
    """Whether a run that ended at `step` says how fast the machine is.

    Not after fewer than `ENOUGH` evaluations, nor where convolutions are the smaller part of the work: in small
    pictures, and where only early layers are computed.
    """
    usual = deepest(Settings().layers_used).name
    large = max(step.width, step.height) >= max(PROBE)
    return step.evaluation >= ENOUGH and large and deepest(settings.layers_used).name == usual


def _largest_size(settings: Settings, width: int, height: int, usable: float, regions: bool) -> int | None:
    """The largest size up to that of `settings` that fits into `usable` megabytes, in steps of `SIZE_STEP` pixels."""
    size, lowest = settings.size, int(FIELDS["size"].metadata["low"])
    candidates = [size, *range(size - size % SIZE_STEP, lowest - 1, -SIZE_STEP)]
    needed = (memory.needed_mb(replace(settings, size=s), width, height, regions) for s in candidates)
    return next((s for s, mb in zip(candidates, needed, strict=True) if mb <= usable), None)
