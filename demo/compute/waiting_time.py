"""How long the next run must wait: what the runs under way still need, and what a run usually takes."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable

REMEMBERED = 10  # runs, of which the mean is what a run usually takes


class WaitingTime:
    """Keeps the remaining seconds of every run under way, and the length of the last `REMEMBERED` runs.

    A run is named by any hashable object. The methods may be called from several threads.
    """

    def __init__(self, jobs: int, clock: Callable[[], float] = time.monotonic) -> None:
        """For a worker that does `jobs` runs at the same time; this may be changed at any time."""
        self.jobs = jobs
        self._clock = clock
        self._ends: dict[object, float] = {}  # run -> when it should end
        self._lengths: deque[float] = deque(maxlen=REMEMBERED)
        self._lock = threading.Lock()

    @property
    def painting(self) -> bool:
        """Whether a run is under way."""
        with self._lock:
            return bool(self._ends)

    def update(self, run: object, remaining: float) -> None:
        """`run` goes on for `remaining` seconds; ignored when that is not known (nan)."""
        if math.isfinite(remaining):
            with self._lock:
                self._ends[run] = self._clock() + remaining

    def ended(self, run: object, length: float) -> None:
        """`run` is over after `length` seconds; a run of 0 s has painted nothing and does not count."""
        with self._lock:
            self._ends.pop(run, None)
            if length > 0:
                self._lengths.append(length)

    def seconds(self, before: int) -> float:
        """Seconds until the turn of a run with `before` others waiting before it."""
        with self._lock:
            left = [max(0.0, end - self._clock()) for end in self._ends.values()]
            first = min(left) if len(left) >= self.jobs else 0.0
            usual = sum(self._lengths) / len(self._lengths) if self._lengths else max(left, default=0.0)
        return first + before * usual / self.jobs
