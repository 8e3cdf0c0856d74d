"""What is tried against the page: one function for each kind of attack, each of which yields attempts.

An attempt takes a `Visitor`, sends something, and returns kinds of failure, none if the page answered as it should.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from fuzz import corpus
from fuzz.client import component_types, default_data, send_event, send_raw
from fuzz.requests import raw_requests
from tests.support.http_client import Page, Visitor

BOMBS, BOMB_SIDE = 16, 7000  # pictures, and their side: 49 million pixels are just allowed

Failures = Iterable[str]  # kinds of failure
Attempt = Callable[[Visitor], Failures]
Attempts = Iterator[Attempt]


def wrong_values(page: Page, folder: str, listener: str) -> Attempts:
    """Every wrong value in every argument of /stylize and of handlers with up to three arguments; for other handlers
    each wrong value in about one argument. Then every wrong value 40 times, and too few and too many arguments."""
    wrong = corpus.values(folder, listener)
    for handler in page.config["dependencies"]:
        usual = default_data(page, handler)
        open_to = [n for n, kind in enumerate(component_types(page, handler)) if kind != "state"]
        many = len(open_to) > 3 and handler["api_name"] != "stylize"
        for number, (at, value) in enumerate(itertools.product(range(len(open_to)), wrong.values())):
            if many and number % len(open_to) != at:
                continue
            data = list(usual)
            data[open_to[at]] = value
            yield lambda visitor, h=handler, d=data: send_event(visitor, h, d)
        yield from (lambda visitor, h=handler, v=value: send_event(visitor, h, [v] * 40) for value in wrong.values())
        for count in (0, 1, max(0, len(usual) - 1), len(usual) + 5, 100_000):
            yield lambda visitor, h=handler, d=(usual * 2 + [None] * count)[:count]: send_event(visitor, h, d)


def wrong_events(page: Page) -> Attempts:
    """Every wrong event data for select events and a few for others, and events of components that do not exist."""
    for handler in page.config["dependencies"]:
        usual = default_data(page, handler)
        selects = any(event in ("select", "pick") for _, event in handler["targets"])
        for event in list(corpus.EVENT_DATA.values())[: None if selects else 2]:
            yield lambda visitor, h=handler, d=usual, e=event: send_event(visitor, h, d, e)
        forged = handler | {"targets": [[10**9, "click"]]}
        yield lambda visitor, h=forged, d=usual: send_event(visitor, h, d, {"index": [5, 5], "value": None})


def hostile_files(page: Page) -> Attempts:
    """Every hostile file, uploaded as a photo, as a painting, into the explorer, and as a settings file."""
    events = [("photo", "change"), ("painting", "change"), ("in-picture", "upload"), ("load-settings", "upload")]
    for (name, data), event in itertools.product(corpus.files().values(), events):
        handler = page.handler(*event)

        def attempt(visitor: Visitor, name: str = name, data: bytes = data, handler: Any = handler) -> Failures:
            sent = visitor.http.post("/upload", files={"files": (name, data)})
            if sent.status_code != 200:
                return [] if sent.status_code in (400, 413) else [f"upload: {sent.status_code}"]
            file = corpus.file_data(sent.json()[0])
            return send_event(visitor, handler, [*[None] * (len(handler["inputs"]) - 1), file], needs_sentence=True)

        yield attempt


def large_pictures(page: Page) -> Attempts:
    """Small files of pictures that are just allowed and large in memory, each as a photo."""
    data = corpus.large_png(BOMB_SIDE, BOMB_SIDE)

    def attempt(visitor: Visitor) -> Failures:
        (path,) = visitor.http.post("/upload", files={"files": ("bomb.png", data)}).json()
        return send_event(visitor, page.handler("photo", "change"), [corpus.file_data(path)])

    return itertools.repeat(attempt, BOMBS)


def other_endpoints(page: Page, folder: str, listener: str) -> Attempts:
    """Raw requests to everything but the event handlers."""
    return (lambda _, request=request: send_raw(page.url, request) for request in raw_requests(folder, listener))
