"""Can a stranger's program harm the page, or learn what is not its own? python -m benchmarks.abuse [--examples 300]

Runs the page in a process of its own, with the real VGG19, and sends it the corpus of `benchmarks.hostile`: every handler
with wrong values for every argument, every other door, files that are traps, more at once than a machine has memory for,
and what schemathesis makes of the page's own openapi.json. After each batch the process must be alive, an honest visitor
must get a picture and a click, nothing may have been fetched, found or logged that is not the asker's. Exit code 1 if
anything failed. Linux only: it reads /proc.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

from demo.examples import PAIRS
from fuzz import corpus, requests
from fuzz.monitor import PATIENCE, Listener, Watched, answered, defaults, fire, kinds, provoked
from tests.support.http_client import Page, Visitor, served, stylize, wait_until_ready

PORT = 7898
AT_ONCE = 4
LOG_MOST = 2000  # bytes that one try may add to the log
# Pictures of 49 million pixels at once, and megabytes that a batch may cost: four glances, and what is kept of them.
BOMBS, MEMORY_MOST = 16, 2000

Found = Iterable[str]  # kinds of failure
Tries = Iterator[Callable[[Visitor], Found]]


def handlers(page: Page) -> Iterator[tuple[dict[str, Any], list[Any]]]:
    """Every handler, with values that it would take."""
    for handler in page.config["dependencies"]:
        yield handler, defaults(page, handler)


def wrong_values(page: Page, folder: str, listener: str) -> Tries:
    """For each argument of each handler each wrong value; where there are many arguments, all of /stylize's."""
    wrong = corpus.values(folder, listener)
    for handler, usual in handlers(page):
        open_to = [n for n, kind in enumerate(kinds(page, handler)) if kind != "state"]
        many = len(open_to) > 3 and handler["api_name"] != "stylize"
        for number, (at, value) in enumerate(itertools.product(range(len(open_to)), wrong.values())):
            if many and number % len(open_to) != at:
                continue
            given = list(usual)
            given[open_to[at]] = value
            yield lambda visitor, h=handler, g=given: answered(visitor, h, g)
        yield from (lambda visitor, h=handler, v=value: answered(visitor, h, [v] * 40) for value in wrong.values())
        for count in (0, 1, max(0, len(usual) - 1), len(usual) + 5, 100_000):
            yield lambda visitor, h=handler, g=(usual * 2 + [None] * count)[:count]: answered(visitor, h, g)


def wrong_events(page: Page) -> Tries:
    """Where a click says what was clicked, each wrong event; elsewhere a few, and widgets that do not exist."""
    for handler, usual in handlers(page):
        selects = any(event in ("select", "pick") for _, event in handler["targets"])
        for event in list(corpus.EVENTS.values())[: None if selects else 2]:
            yield lambda visitor, h=handler, u=usual, e=event: answered(visitor, h, u, e)
        forged = handler | {"targets": [[10**9, "click"]]}
        yield lambda visitor, h=forged, u=usual: answered(visitor, h, u, {"index": [5, 5], "value": None})


def traps(page: Page) -> Tries:
    """Files that nobody should open without care: each where a picture, and each where settings are expected."""
    doors = [("photo", "change"), ("painting", "change"), ("in-picture", "upload"), ("load-settings", "upload")]
    for (name, data), door in itertools.product(corpus.files().values(), doors):
        handler = page.handler(*door)

        def trap(visitor: Visitor, name: str = name, data: bytes = data, handler: Any = handler) -> Found:
            sent = visitor.http.post("/upload", files={"files": (name, data)})
            if sent.status_code != 200:
                return [] if sent.status_code in (400, 413) else [f"upload: {sent.status_code}"]
            picture = corpus.file_at(sent.json()[0])
            return answered(visitor, handler, [*[None] * (len(handler["inputs"]) - 1), picture], sentence=True)

        yield trap


def bombs(page: Page) -> Tries:
    data = corpus.large(7000, 7000)

    def bomb(visitor: Visitor) -> Found:
        (path,) = visitor.http.post("/upload", files={"files": ("bomb.png", data)}).json()
        return answered(visitor, page.handler("photo", "change"), [corpus.file_at(path)])

    return itertools.repeat(bomb, BOMBS)


def other_doors(page: Page, folder: str, listener: str) -> Tries:
    return (lambda visitor, shot=shot: fire(page.url, shot) for shot in requests.requests(folder, listener))


def honest(page: Page, photo: Path) -> Found:
    """A visitor's own photo, painted small; the result, fetched; and a click in the explorer."""
    visitor = Visitor(page)
    try:
        pictures = [visitor.upload(path) for path in (photo, Path(PAIRS[0].painting))]
        said = visitor.press(page.named("stylize"), stylize(*pictures, size=64, evaluations=2))
        if not said["success"]:
            return ["honest visitor: no picture"]
        if httpx.get(said["output"]["data"][2]["url"]).content[:4] != b"\x89PNG":
            return ["honest visitor: no PNG"]
        click = {"index": [40, 40], "value": None}
        said = visitor.press(page.handler("in-sheet", "select"), [None], click)
        return [] if said["success"] else ["honest visitor: no click"]
    except (httpx.HTTPError, LookupError) as error:
        return [f"honest visitor: {type(error).__name__}"]
    finally:
        visitor.close()


def batch(page: Page, tries: Tries, at_once: int) -> tuple[int, Counter[str]]:
    def one(attempt: Callable[[Visitor], Found]) -> list[str]:
        visitor = Visitor(page, PATIENCE)
        try:
            return list(attempt(visitor))
        except httpx.HTTPError as error:
            return [f"no answer: {type(error).__name__}"]
        finally:
            visitor.close()

    with ThreadPoolExecutor(at_once) as pool:
        found = list(pool.map(one, tries))
    return len(found), Counter(itertools.chain.from_iterable(found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=300, help="of schemathesis, in all (default: 300)")
    parser.add_argument("--only", metavar="WORD", default="", help="batches with this word in their name")
    given = parser.parse_args()
    failures = 0
    with tempfile.TemporaryDirectory() as root, Listener() as listener:
        watched = Watched(Path(root))
        photo = Path(root) / f"{corpus.PRIVATE}.jpg"
        photo.write_bytes(Path(PAIRS[1].photo).read_bytes())
        with served(PORT, watched.log, **watched.environment) as (url, process):
            page, folder = Page(url), watched.folder
            batches: dict[str, Tries] = {
                "other doors": other_doors(page, folder, listener.url),
                "files that are traps": traps(page),
                "wrong events": wrong_events(page),
                "wrong values": wrong_values(page, folder, listener.url),
                "pictures that are large in memory": bombs(page),
                "openapi.json": iter(()),
            }
            list(honest(page, photo))  # loads the network
            print("| batch | tried | seconds | failures |\n|---|---|---|---|")
            for name, tries in batches.items():
                if given.only not in name:
                    continue
                began, before = time.monotonic(), watched.peak_mb(process.pid)
                if name == "openapi.json":
                    tried, kinds_found = provoked(url, given.examples) if given.examples else (0, [])
                    found = Counter(kinds_found)
                else:
                    tried, found = batch(page, tries, BOMBS if name.startswith("pictures") else AT_ONCE)
                found.update(honest(page, photo))
                found.update(watched.news(LOG_MOST * tried))
                found["process ended"] += process.poll() is not None
                found[f"a call to {listener.url}"] += listener.hits
                found["more memory than allowed"] += watched.peak_mb(process.pid) - before > MEMORY_MOST
                wait_until_ready(url, 10)
                said = ", ".join(f"{kind} ({count})" for kind, count in sorted(found.items()) if count)
                print(f"| {name} | {tried} | {time.monotonic() - began:.0f} | {said or 'none'} |", flush=True)
                failures += found.total()
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
