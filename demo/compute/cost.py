"""What a run costs in seconds and in memory, worked out before it starts."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from nst_core import memory
from nst_core.layers import deepest
from nst_core.plan import LARGE, fit, flops_per_evaluation, plan_levels
from nst_core.settings import FIELDS, Settings
from nst_core.step import Step

# An evaluation in tiles takes longer, since the shallow layers are computed twice (see benchmarks/README.md).
TILES_FACTOR = 1.25
# A run takes longer than its evaluations: L-BFGS 1.15 times at 512 px, and a browser on the same machine shows previews.
# Measured with Chromium beside the page on two cores (`benchmarks.estimate`): 1.26 times in all at 256 px and 1.02 times at
# 512 px; while another program computed, 1.55 and 1.02 times.
RUN_FACTOR = 1.2
# An evaluation with regions computes a masked Gram matrix for each instead of one for all: with two it takes 1.27 times as
# long at 256 px and 1.36 times at 512, with three 1.36 and 1.45 times (two cores, bfloat16; medians of three).
REGIONS_FACTOR = 1.3
SIZE_STEP = 64  # pixels, between the sizes that are offered when a size does not fit
ENOUGH = 10  # evaluations a run must have for its pace to be used
SMALLEST = 128  # pixels on the longer side of a picture that says how fast the machine is


@dataclass(frozen=True)
class Pace:
    """How fast evaluations are: `fixed` seconds for each, and `flop` seconds for every FLOP.

    The fixed part is the time in which the weights are read and kernels are started, the same for every size: more than
    half of an evaluation of 128 px.
    """

    fixed: float
    flop: float

    def times(self, factor: float) -> Pace:
        """This pace, slower by `factor`."""
        return Pace(self.fixed * factor, self.flop * factor)


@dataclass(frozen=True)
class Estimate:
    """What a run should take: seconds (nan if that was not asked for), and megabytes (10^6 bytes) of memory.

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
    pace: Pace,
    start: tuple[int, int] | None = None,
    regions: bool = False,
    usable_mb: float | None = None,
) -> Estimate:
    """The cost of a run on a photo of width x height pixels, at `pace`, with `regions` or not.

    `start` is the (width, height) of a picture that it goes on from. `usable_mb` is the memory of the machine that paints,
    by default this one. Raises `PictureError` when the photo's shape does not suit the settings or the start.
    """
    levels = plan_levels(settings, width, height, start)
    seconds = RUN_FACTOR * sum(
        (level.evaluations + targets(settings))
        * evaluation(settings.at_level(number, len(levels)), *level.size, pace, regions)
        for number, level in enumerate(levels, start=1)
        if level.evaluations
    )
    full = fit(width, height, settings.size)
    usable = memory.usable_mb() if usable_mb is None else usable_mb
    return Estimate(
        *full,
        seconds=min(seconds, settings.max_seconds or math.inf),
        needed_mb=memory.needed_mb(settings, width, height, regions),
        usable_mb=usable,
        largest=_largest_size(settings, width, height, usable, regions),
    )


def evaluation(settings: Settings, width: int, height: int, pace: Pace, regions: bool = False) -> float:
    """Seconds of one evaluation at width x height pixels, longer by `REGIONS_FACTOR` with `regions`."""
    flop = flops_per_evaluation(width, height, settings.layers_used) * (TILES_FACTOR if width * height >= LARGE else 1)
    return (pace.fixed + pace.flop * flop) * (REGIONS_FACTOR if regions else 1)


def targets(settings: Settings) -> float:
    """How many evaluations the targets of a level take: a forward pass is half of one, for the photo and for the painting,
    whose sides are `style_scale` times as long."""
    return (1 + settings.style_scale**2) / 2


def between(before: Step | None, after: Step, settings: Settings, pace: Pace, regions: bool) -> float:
    """Seconds that a run should take at `pace` from one step to a later one; 0 for its first, which evaluates nothing."""
    done = after.evaluation - before.evaluation if before else 0
    if before is None or done <= 0:
        return 0.0
    first = before.evaluation == 0 or after.level > before.level
    used = settings.at_level(after.level, after.levels)
    return RUN_FACTOR * (done + first * targets(settings)) * evaluation(used, after.width, after.height, pace, regions)


def is_representative(settings: Settings, step: Step) -> bool:
    """Whether a run that ended at `step` says how fast the machine is.

    Not after fewer than `ENOUGH` evaluations, nor where convolutions are the smaller part of the work: in small
    pictures, and where only early layers are computed.
    """
    usual = deepest(Settings().layers_used).name
    large = max(step.width, step.height) >= SMALLEST
    return step.evaluation >= ENOUGH and large and deepest(settings.layers_used).name == usual


def _largest_size(settings: Settings, width: int, height: int, usable: float, regions: bool) -> int | None:
    """The largest size up to that of `settings` that fits into `usable` megabytes, in steps of `SIZE_STEP` pixels."""
    size, lowest = settings.size, int(FIELDS["size"].metadata["low"])
    candidates = [size, *range(size - size % SIZE_STEP, lowest - 1, -SIZE_STEP)]
    needed = (memory.needed_mb(replace(settings, size=s), width, height, regions) for s in candidates)
    return next((s for s, mb in zip(candidates, needed, strict=True) if mb <= usable), None)
