"""Keeps the results of the page's visitors for a while, in memory: bounded in age, in number and in bytes."""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from weakref import WeakValueDictionary

from nst_core.settings import Settings

RESULTS = 12  # of one visitor
VISITORS = 500
SHARE = 0.5  # of all bytes, that one visitor's results may take
KEY = re.compile(r"[\w-]{43}", re.ASCII)  # what `secrets.token_urlsafe` makes of 32 bytes


@dataclass(frozen=True, eq=False)
class KeptPicture:
    """The file of a photo or painting as it was uploaded, and its name."""

    name: str
    data: bytes


@dataclass(frozen=True, eq=False)
class KeptResult:
    """A picture that a run has painted, and all that is needed to show it again or to paint it again.

    `ended` is `Step.ended`, or "stopped", or "left": the visitor was away. `status`, `recipe`, `by_term` and `by_layer` are
    the HTML that the page showed. `number` counts the results of one visitor from 1, deleted ones included. `reached` and
    `share` are the evaluations of `Reached`, with which it can go on. `drawn` is a PNG of what the visitor drew on it, and
    `losses_csv` the file of its losses.
    `losses` are the last mismatches of the layers, by the names of their terms.
    """

    photo: KeptPicture
    paintings: tuple[KeptPicture, ...]
    settings: Settings
    png: bytes  # with the recipe inside
    filename: str  # of the download
    thumbnail: bytes  # a small WebP
    width: int
    height: int
    evaluation: int
    evaluations: int
    ended: str
    status: str
    recipe: str
    by_term: str
    by_layer: str
    number: int = 0
    reached: int = 0
    share: int = 1
    drawn: bytes = b""
    losses: Mapping[str, float] = field(default_factory=dict)
    losses_csv: str = ""

    @property
    def pictures(self) -> tuple[KeptPicture, ...]:
        """The photo, and the paintings."""
        return (self.photo, *self.paintings)


@dataclass
class _Visitor:
    results: list[KeptResult] = field(default_factory=list)  # oldest first
    seen: float = 0.0  # by the clock
    running: int = 0  # runs that go on
    painted: int = 0  # results so far, those that were dropped included


class KeptResults:
    """The results by visitor. Whoever does not know a visitor's key finds nothing.

    A result is dropped `seconds` after its visitor was last seen. It is dropped earlier where a visitor has more than
    `RESULTS` (the oldest first), and where there are more than `VISITORS` or all results take more than `most_bytes` (first
    those of the visitor who has been away for longest). Equal files are stored once. With 0 seconds `key` returns None, and
    nothing is kept. The methods may be called from several threads.
    """

    def __init__(self, seconds: float, most_bytes: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Without any result."""
        self.seconds, self._most_bytes, self._clock = seconds, most_bytes, clock
        self._visitors: dict[str, _Visitor] = {}
        self._pictures: WeakValueDictionary[bytes, KeptPicture] = WeakValueDictionary()
        self._lock = threading.RLock()

    def key(self, given: Any = None) -> str | None:
        """`given` where it is a key that may be used, otherwise a new one; None where nothing is kept."""
        if not self.seconds:
            return None
        return given if isinstance(given, str) and KEY.fullmatch(given) else secrets.token_urlsafe(32)

    def picture(self, name: str, data: bytes) -> KeptPicture:
        """A picture of this file. Equal files give the same object while any result holds it, so they take memory once."""
        digest = hashlib.sha256(name.encode(errors="replace") + b"\0" + data).digest()
        with self._lock:
            return self._pictures.setdefault(digest, KeptPicture(name, data))

    def add(self, key: str, result: KeptResult) -> None:
        """Keep `result` as the visitor's newest, with the next number; one larger than `SHARE` of all bytes is dropped."""
        with self._lock:
            visitor = self._visitor(key)
            visitor.painted += 1
            visitor.results.append(replace(result, number=visitor.painted))
            while len(visitor.results) > RESULTS or size(visitor.results) > SHARE * self._most_bytes:
                visitor.results.pop(0)
            self.drop()

    def of(self, key: str | None) -> list[KeptResult]:
        """The visitor's results, newest first; the visitor counts as seen."""
        with self._lock:
            self.drop()
            return list(reversed(self._visitor(key).results)) if key in self._visitors else []

    def get(self, key: str | None, number: Any) -> KeptResult | None:
        """The visitor's result with this number; None for any other number, and for an unknown key."""
        return next((result for result in self.of(key) if result.number == number), None)

    def forget(self, key: str | None) -> None:
        """Drop the visitor's results."""
        with self._lock:
            if key in self._visitors:
                self._visitor(key).results.clear()

    def begin(self, key: str) -> None:
        """A run of the visitor begins. Call `end` when its result has been added, or when there will be none."""
        with self._lock:
            self._visitor(key).running += 1

    def end(self, key: str) -> None:
        """A run of the visitor is over."""
        with self._lock:
            self._visitor(key).running -= 1

    def running(self, key: str | None) -> int:
        """How many runs of the visitor go on."""
        with self._lock:
            return self._visitors[key].running if key in self._visitors else 0

    def drop(self) -> None:
        """Drop what is too old or too much."""
        with self._lock:
            oldest = self._clock() - self.seconds
            # A dictionary keeps its order, and `_visitor` moves who is seen to the end.
            for key, visitor in list(self._visitors.items()):
                # Whoever has deleted all stays, or the numbers would start over, and another tab still shows the old ones.
                gone = visitor.seen < oldest or not visitor.painted or len(self._visitors) > VISITORS
                if gone and not visitor.running:
                    del self._visitors[key]
            for visitor in list(self._visitors.values()):
                while visitor.results and self.size() > self._most_bytes:
                    visitor.results.pop(0)

    def size(self) -> int:
        """The bytes of all results."""
        with self._lock:
            return size(result for visitor in self._visitors.values() for result in visitor.results)

    def _visitor(self, key: str) -> _Visitor:
        """The visitor with this key, seen now."""
        visitor = self._visitors.pop(key, None) or _Visitor()
        self._visitors[key], visitor.seen = visitor, self._clock()
        return visitor


def size(results: Iterable[KeptResult]) -> int:
    """The bytes that `results` take together; a picture that several have counts once."""
    own, pictures = 0, dict[int, int]()
    for result in results:
        texts = result.status, result.recipe, result.by_term, result.by_layer, result.losses_csv
        own += len(result.png) + len(result.thumbnail) + len(result.drawn) + sum(map(len, texts))
        pictures |= {id(picture): len(picture.data) for picture in result.pictures}
    return own + sum(pictures.values())
