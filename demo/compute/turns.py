"""Runs that take turns: how many evaluate at once, and how long the next one must wait."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, Protocol, TypeVar

from .evaluation_threads import call_in, new_threads
from .waiting_time import WaitingTime


class Timed(Protocol):
    """What a run yields after every evaluation."""

    @property
    def elapsed(self) -> float:
        """Seconds so far."""

    @property
    def remaining(self) -> float:
        """Seconds to go, estimated; nan where that is not known."""


Item = TypeVar("Item", bound=Timed)
Result = TypeVar("Result")


class Turns:
    """A turn is one evaluation. When a run is cancelled, Gradio lets the next one begin before the last evaluation of the
    cancelled one has ended; here the next one waits until then."""

    def __init__(self, jobs: int) -> None:
        """For at most `jobs` evaluations at once, each in a thread of its own."""
        self._threads = new_threads(jobs)
        self.waiting_time = WaitingTime(jobs)

    def evaluate(self, function: Callable[..., Result], *args: Any) -> Result:
        """The result of `function(*args)`, which evaluates the network, when it is its turn. Raises what it raises."""
        return call_in(self._threads, function, *args)

    def take(
        self, run: Generator[Item, None, None], seconds: float, elsewhere: bool = False
    ) -> Generator[Item, None, None]:
        """The items of `run`, which takes about `seconds`. Closing the generator ends the run.

        A run that evaluates `elsewhere`, on another machine, takes no turns.
        """
        self.waiting_time.update(run, seconds)
        item = None
        try:
            while True:
                following = next(run, None) if elsewhere else self.evaluate(next, run, None)
                if following is None:
                    return
                item = following
                self.waiting_time.update(run, item.remaining)
                yield item
        finally:
            run.close()
            self.waiting_time.ended(run, item.elapsed if item else 0.0)
