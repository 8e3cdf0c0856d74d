"""How fast this machine evaluates, in each number format: measured, measured again for new visitors, corrected by runs."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from .cost import Pace

# Seconds for which a measurement holds: other programs begin and end.
FRESH = 60.0


class Paces:
    """The `Pace` of every number format, a key of `devices.DTYPES`. The methods may be called from several threads."""

    def __init__(self, measure: Callable[[str], Pace], clock: Callable[[], float] = time.monotonic) -> None:
        """`measure` takes a number format and takes about a second; it may raise what the encoder raises."""
        self._measure, self._clock = measure, clock
        self._known: dict[str, Pace] = {}
        self._since = -math.inf  # when it was measured by `check`, or corrected, last
        self._measuring = threading.Lock()

    def get(self, precision: str) -> Pace:
        """The pace in `precision`; measured at the first call."""
        with self._measuring:
            if precision not in self._known:
                self._known[precision] = self._measure(precision)
            return self._known[precision]

    def correct(self, precision: str, pace: Pace) -> None:
        """Take `pace`, which a run had."""
        self._known[precision] = pace
        self._since = self._clock()

    @property
    def fresh(self) -> bool:
        """Whether it was measured by `check`, or corrected, within the last minute.

        What `get` measured does not count: it may have been while a visitor's browser opened the page, on this machine.
        """
        return self._clock() - self._since < FRESH

    def check(self, precision: str) -> None:
        """Measure if it is not `fresh`. Call it when no page is being opened."""
        with self._measuring:
            if self.fresh:
                return
            pace, known = self._measure(precision), self._known.get(precision)
            if known:  # the other number format, too, is slower or faster by as much as this one
                self._known = {name: other.times(pace.flop / known.flop) for name, other in self._known.items()}
            self._known[precision] = pace
            self._since = self._clock()
