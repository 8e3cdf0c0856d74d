"""How long a run has taken and will take, and whether it must end."""

from __future__ import annotations

import math
import time

from .plan import Level, flops_per_evaluation
from .settings import Settings


class Clock:
    """Counts the evaluations of one run. Work is measured in floating point operations, so that the speed seen at one
    level tells the time the next will take."""

    def __init__(self, settings: Settings, levels: list[Level]) -> None:
        self._cost = [flops_per_evaluation(level.width, level.height, settings.layers_used) for level in levels]
        self._left = [level.evaluations for level in levels]
        self._budget = settings.max_seconds or math.inf
        self._level = 0
        self.evaluations = 0
        self._started = self._last = time.monotonic()
        self._speed = math.nan  # seconds per operation
        self._first = True  # of a level: its targets are computed with it, and new sizes of convolutions set up
        self._seen = 0
        self._deadline = math.inf

    def enter(self, level: int) -> None:
        """Begin level number `level` (0 is the coarsest). It may use its share of the time that is left."""
        self._level = level
        work = [cost * left for cost, left in zip(self._cost, self._left, strict=True)]
        share = work[level] / sum(work[level:])
        self._first = True
        self._deadline = time.monotonic() + (self._budget - self.elapsed) * share
        self._last = time.monotonic()

    def count(self) -> None:
        """One evaluation has been done."""
        now = time.monotonic()
        speed = (now - self._last) / self._cost[self._level]
        if math.isnan(self._speed):
            self._speed = speed
        elif not self._first:
            self._seen += 1
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
        """Seconds still to go, estimated; nan before the first evaluation."""
        todo = sum(cost * left for cost, left in zip(self._cost[self._level :], self._left[self._level :], strict=True))
        return min(self._speed * todo, max(0.0, self._budget - self.elapsed))

    @property
    def level_is_over(self) -> bool:
        """Whether one more evaluation at this level would end after the level's time is up."""
        if math.isinf(self._deadline):
            return False
        needed = 0.0 if math.isnan(self._speed) else self._speed * self._cost[self._level]
        return time.monotonic() + needed > self._deadline
