"""The progress of a batch: one bar over all pictures, with the time that is left."""

from __future__ import annotations

from .batch_task import Painted, Reached, Update
from .terminal import Bar

HOUR = 3600


class BatchProgress:
    """How much of a batch is done; also the context manager of its bar."""

    def __init__(self, pictures: int) -> None:
        """Of so many pictures."""
        self._total, self._done, self._workers = pictures, 0, 1
        self._running: dict[int, Reached] = {}
        self._seconds: list[float] = []  # of every picture that was painted
        self._bar = Bar(pictures, "{desc} |{bar}|")
        self._show()

    def update(self, number: int, update: Update) -> None:
        """Count an update of picture `number`."""
        if isinstance(update, Reached):
            self._running[number] = update
            self._workers = max(self._workers, len(self._running))
            self._show()
            return
        if isinstance(update, Painted):
            self._seconds.append(update.seconds)
        self._running.pop(number, None)
        self.skip()

    def skip(self) -> None:
        """Count a picture that needs no work."""
        self._done += 1
        self._show()

    def seconds_left(self) -> float | None:
        """Estimated seconds to the end of the batch: None before there is anything to estimate from."""
        running = [reached.remaining for reached in self._running.values()]
        known = self._seconds or [reached.elapsed + reached.remaining for reached in self._running.values()]
        if not known:
            return None
        waiting = max(0, self._total - self._done - len(running))
        return max((sum(running) + waiting * sum(known) / len(known)) / self._workers, max(running, default=0.0))

    def _show(self) -> None:
        shares = [one.elapsed / max(1e-9, one.elapsed + one.remaining) for one in self._running.values()]
        left = self.seconds_left()
        words = "" if left is None else f", {in_words(left)} left"
        self._bar.update(self._done + sum(shares), f"{self._done} of {self._total} pictures{words}")

    def __enter__(self) -> BatchProgress:
        """The progress itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the bar as it is on the screen."""
        self._bar.close()


def in_words(seconds: float) -> str:
    """A length of time in its two largest units.

    >>> in_words(42.3), in_words(150), in_words(7500)
    ('42 s', '2 min 30 s', '2 h 5 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // HOUR} h {whole % HOUR // 60} min"
