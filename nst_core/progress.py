"""The time of a run: elapsed, remaining, its limit; how often to report on it; what never interrupts it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from .plan import Level, flops_per_evaluation
from .settings import Settings


def never() -> bool:
    """The `interrupted` of a run that nothing interrupts."""
    return False


class Throttle:
    """Limits how often something is done.

    >>> due = Throttle(1.0)
    >>> due(), due()
    (True, False)
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """At most once in `seconds`, by the time that `clock` returns."""
        self._seconds, self._clock = seconds, clock
        self._next = -math.inf

    def __call__(self) -> bool:
        """Whether it is time: at the first call, and when `seconds` have passed since this last returned True."""
        now = self._clock()
        if now < self._next:
            return False
        self._next = now + self._seconds
        return True


class Clock:
    """Counts the evaluations of one run and estimates the time that is left.

    Work is counted in floating point operations, so that the speed of one level predicts the time of the next.
    """

    def __init__(self, settings: Settings, levels: list[Level]) -> None:
        """Start the clock of a run with `settings`, planned as `levels`."""
        self._cost = [
            flops_per_evaluation(level.width, level.height, settings.at_level(number, len(levels)).layers_used)
            for number, level in enumerate(levels, start=1)
        ]
        self._left = [level.evaluations for level in levels]
        self._budget = settings.max_seconds or math.inf
        self._level = 0
        self.evaluations = 0
        self._started = self._last = time.monotonic()
        self._speed = math.nan  # seconds per operation
        # The first evaluation of a level takes longer: the targets are computed, and convolutions of new sizes set up.
        self._first = True
        self._seen = 0
        self._deadline = math.inf

    def enter(self, level: int) -> None:
        """Begin level number `level` (0 is the coarsest). It may take its share of the time that is left."""
        self._level = level
        work = [cost * left for cost, left in zip(self._cost, self._left, strict=True)]
        share = work[level] / sum(work[level:])
        self._first = True
        self._deadline = time.monotonic() + (self._budget - self.elapsed) * share
        self._last = time.monotonic()

    def count(self) -> None:
        """Record that one evaluation has been done."""
        now = time.monotonic()
        speed = (now - self._last) / self._cost[self._level]
        if math.isnan(self._speed):
            self._speed = speed
        elif not self._first:
            self._seen += 1
            # Replaces the first, slow one, then a mean of up to five, then a moving average.
            self._speed += max(0.2, 1 / self._seen) * (speed - self._speed)
        self._first = False
        self._last = now
        self._left[self._level] -= 1
        self.evaluations += 1

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._started

    @property
    def remaining(self) -> float:
        """Estimated seconds to the end of the run; nan before the first evaluation."""
        todo = sum(cost * left for cost, left in zip(self._cost[self._level :], self._left[self._level :], strict=True))
        return min(self._speed * todo, max(0.0, self._budget - self.elapsed))

    @property
    def level_is_over(self) -> bool:
        """Whether one more evaluation at this level would end after the level's share of the time limit."""
        if math.isinf(self._deadline):
            return False
        needed = 0.0 if math.isnan(self._speed) else self._speed * self._cost[self._level]
        return time.monotonic() + needed > self._deadline
