"""Can a hostile client harm the page, or read what is not its own? python -m fuzz.run [--examples 300]

Runs the page in a process of its own, with the real VGG19, and sends it everything in `fuzz.corpus` and
`fuzz.requests`: every handler with wrong values for every argument and with wrong event data, every other endpoint,
hostile files, the largest allowed pictures all at once, and what schemathesis generates from the page's own
openapi.json. After each batch the process must be alive; an ordinary visitor must get a picture and a click; nothing
may have been fetched from elsewhere, and nothing found or logged that belongs to somebody else. Exit code 1 if anything
failed. Linux only: it reads /proc.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import httpx

from demo.examples import PAIRS
from fuzz import corpus
from fuzz.attacks import (
    BOMBS,
    Attempt,
    Attempts,
    Failures,
    hostile_files,
    large_pictures,
    other_endpoints,
    wrong_events,
    wrong_values,
)
from fuzz.client import EVENT_SECONDS, run_schemathesis
from fuzz.monitor import Listener, ProcessMonitor
from tests.support.http_client import Page, Visitor, served, stylize, wait_until_ready

PORT = 7898
AT_ONCE = 4  # requests
MOST_LOG_BYTES = 2000  # that one request may add to the log
MOST_MB = 2000  # that one batch may cost: of the large pictures four are decoded at a time, and a part of each is kept


def ordinary_visitor(page: Page, photo: Path) -> Failures:
    """A visitor's own photo, painted small; the result, downloaded; and a click in the explorer."""
    visitor = Visitor(page)
    try:
        pictures = [visitor.upload(path) for path in (photo, Path(PAIRS[0].painting))]
        last = visitor.press(page.named("stylize"), stylize(*pictures, size=64, evaluations=2))
        if not last["success"]:
            return ["ordinary visitor: no picture"]
        if httpx.get(last["output"]["data"][2]["url"]).content[:4] != b"\x89PNG":
            return ["ordinary visitor: no PNG"]
        last = visitor.press(page.handler("in-sheet", "select"), [None], {"index": [40, 40], "value": None})
        return [] if last["success"] else ["ordinary visitor: no click"]
    except (httpx.HTTPError, LookupError) as error:
        return [f"ordinary visitor: {type(error).__name__}"]
    finally:
        visitor.close()


def run_batch(page: Page, attempts: Attempts, at_once: int) -> tuple[int, Counter[str]]:
    """How many attempts were made, `at_once` at a time and each in a session of its own, and the failures by kind."""

    def one(attempt: Attempt) -> list[str]:
        visitor = Visitor(page, EVENT_SECONDS)
        try:
            return list(attempt(visitor))
        except (httpx.HTTPError, TimeoutError) as error:
            return [f"no answer: {type(error).__name__}"]
        finally:
            visitor.close()

    with ThreadPoolExecutor(at_once) as pool:
        found = list(pool.map(one, attempts))
    return len(found), Counter(itertools.chain.from_iterable(found))


@dataclass
class Target:
    """The page under attack and what watches it."""

    page: Page
    process: Popen[bytes]
    monitor: ProcessMonitor
    listener: Listener
    photo: Path  # an ordinary visitor's

    def report(self, name: str, attack: Callable[[], tuple[int, Counter[str]]]) -> int:
        """Run a batch, check the page afterwards, print a line of the table; returns the number of failures."""
        began, before = time.monotonic(), self.monitor.peak_mb(self.process.pid)
        tried, found = attack()
        found.update(ordinary_visitor(self.page, self.photo))
        found.update(self.monitor.new_failures(MOST_LOG_BYTES * tried))
        found["process ended"] += self.process.poll() is not None
        found[f"a call to {self.listener.url}"] += self.listener.hits
        found["more memory than allowed"] += self.monitor.peak_mb(self.process.pid) - before > MOST_MB
        wait_until_ready(self.page.url, 10)
        kinds = ", ".join(f"{kind} ({count})" for kind, count in sorted(found.items()) if count)
        print(f"| {name} | {tried} | {time.monotonic() - began:.0f} | {kinds or 'none'} |", flush=True)
        return found.total()


def batches(page: Page, folder: str, listener: str, examples: int) -> dict[str, Callable[[], tuple[int, Counter[str]]]]:
    """{name: a function that runs the batch}."""

    def schemathesis() -> tuple[int, Counter[str]]:
        tried, kinds = run_schemathesis(page.url, examples) if examples else (0, [])
        return tried, Counter(kinds)

    return {
        "other endpoints": lambda: run_batch(page, other_endpoints(page, folder, listener), AT_ONCE),
        "hostile files": lambda: run_batch(page, hostile_files(page), AT_ONCE),
        "wrong events": lambda: run_batch(page, wrong_events(page), AT_ONCE),
        "wrong values": lambda: run_batch(page, wrong_values(page, folder, listener), AT_ONCE),
        "pictures that are large in memory": lambda: run_batch(page, large_pictures(page), BOMBS),
        "openapi.json": schemathesis,
    }


def main() -> None:
    """Run the batches, print a Markdown table of them, and exit with 1 if anything failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=300, help="of schemathesis, in all (default: 300)")
    parser.add_argument("--only", metavar="WORD", default="", help="batches with this word in their name")
    given = parser.parse_args()
    failures = 0
    with tempfile.TemporaryDirectory() as root, Listener() as listener:
        monitor, photo = ProcessMonitor(Path(root)), Path(root) / f"{corpus.PRIVATE_NAME}.jpg"
        photo.write_bytes(Path(PAIRS[1].photo).read_bytes())
        with served(PORT, monitor.log, **monitor.environment) as (url, process):
            target = Target(Page(url), process, monitor, listener, photo)
            list(ordinary_visitor(target.page, photo))  # loads the network
            print("| batch | tried | seconds | failures |\n|---|---|---|---|")
            for name, attack in batches(target.page, monitor.folder, listener.url, given.examples).items():
                if given.only in name:
                    failures += target.report(name, attack)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
