"""How long do many visitors wait? python -m benchmarks.crowd [--visitors 12 20] [--lookers 3]

Runs the page in a process of its own, with the real VGG19. All visitors start a run through `/stylize` (128 pixels, 20
evaluations; here called pressing Paint) at the same moment, while a few others click through the explorer, each as soon
as the last click is answered. Then the same with more visitors than the queue holds. Exit code 1 when two runs
overlapped, or a visitor was neither served nor told that the queue is full.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from demo.examples import PAIRS
from tests.support.http_client import Page, Visitor, served, stylize

PORT = 7897
SETTINGS = {"size": 128, "evaluations": 20}
CLICKS = ("in-sheet", "in-card", "in-whole", "in-window")
ALONE = 10.0  # seconds of clicking while nobody paints, for comparison


@dataclass
class Told:
    """What one visitor was sent; times in seconds since all of them pressed Paint."""

    refused: str = ""  # the message that the queue is full
    first: float = 0.0  # preview
    last: float = 0.0  # preview
    served: bool = False


@dataclass
class Clicks:
    """The clicks in the explorer: how long each took, how many failed, and when to stop."""

    seconds: list[float] = field(default_factory=list)
    failed: int = 0
    over: threading.Event = field(default_factory=threading.Event)


def paint(page: Page, together: threading.Barrier) -> Told:
    """One visitor: uploads two pictures, waits for the others, presses Paint and reads the messages to the end."""
    visitor, told = Visitor(page, 3600), Told()
    pair = random.choice(PAIRS)
    data = stylize(*(visitor.upload(Path(path)) for path in (pair.photo, pair.painting)), **SETTINGS)
    together.wait()
    pressed = time.monotonic()
    joined = visitor.join(page.named("stylize"), data)
    if joined.status_code != 200:
        told.refused = joined.json()["detail"]
        return told
    for message in visitor.listen(joined.json()["event_id"]):
        now = time.monotonic() - pressed
        if message["msg"] == "process_generating":
            told.first = told.first or now
            told.last = now
        told.served = message["msg"] == "process_completed" and message["success"]
    visitor.close()
    return told


def look(page: Page, clicks: Clicks) -> None:
    """One visitor who chooses layers and clicks pictures until `clicks.over`, each time as soon as the answer is there."""
    visitor = Visitor(page)
    while not clicks.over.is_set():
        began, kind = time.monotonic(), random.random()
        try:
            if kind < 0.2:
                layer = random.choice(("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"))
                said = visitor.press(page.handler("in-layer", "input"), [None, layer])
            else:
                where = {"index": [random.randrange(500), random.randrange(500)], "value": None}
                said = visitor.press(page.handler(random.choice(CLICKS), "select"), [None], where)
            clicks.failed += not said["success"]
            clicks.seconds.append(time.monotonic() - began)
        except httpx.HTTPStatusError:  # the queue is full
            clicks.failed += 1
    visitor.close()


def overlaps(told: Sequence[Told]) -> int:
    """How many runs began before the one before had ended, judged by their first and last previews."""
    spans = sorted((t.first, t.last) for t in told if t.served)
    return sum(one[1] > other[0] for one, other in itertools.pairwise(spans))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a `share`, 0 to 1, of the values lie; nan without values."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


def clicked(
    page: Page, lookers: int, seconds: float | None = None, told: list[Told] | None = None, visitors: int = 0
) -> Clicks:
    """The clicks of `lookers` during `seconds`; or while `visitors` paint, who append to `told`."""
    clicks, together = Clicks(), threading.Barrier(max(1, visitors))
    with ThreadPoolExecutor(lookers + visitors) as pool:
        looking = [pool.submit(look, page, clicks) for _ in range(lookers)]
        if told is None:
            time.sleep(seconds or ALONE)
        else:
            time.sleep(1)  # until the lookers are clicking
            told.extend(run.result() for run in [pool.submit(paint, page, together) for _ in range(visitors)])
        clicks.over.set()
        for each in looking:
            each.result()
    return clicks


def report(name: str, clicks: Clicks, seconds: float) -> str:
    """One line about the clicks made in so many seconds."""
    rate, median, slow = (
        len(clicks.seconds) / seconds,
        percentile(clicks.seconds, 0.5),
        percentile(clicks.seconds, 0.95),
    )
    return f"explorer {name}: {rate:.1f} clicks/s, median {median:.2f} s, p95 {slow:.2f} s, {clicks.failed} failed"


def main() -> None:
    """Measure the explorer alone, then each number of visitors, and exit with 1 if somebody was not served properly."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, nargs="+", default=[12, 20])
    parser.add_argument("--lookers", type=int, default=3)
    given = parser.parse_args()
    random.seed(0)
    failed = False
    with served(PORT) as (url, _):
        page = Page(url)
        clicked(page, given.lookers)  # loads the network and fills the explorer's cache
        print(report("alone", clicked(page, given.lookers), ALONE), flush=True)
        for visitors in given.visitors:
            told: list[Told] = []
            began = time.monotonic()
            clicks = clicked(page, given.lookers, told=told, visitors=visitors)
            seconds = time.monotonic() - began
            first = [each.first for each in told if each.served]
            full = [each.refused for each in told if each.refused]
            print(
                f"\n{visitors} visitors at once: {len(first)} served, {len(full)} told that the queue is full, "
                f"{visitors - len(first) - len(full)} neither; all over after {seconds:.0f} s\n"
                f"first preview after {percentile(first, 0.5):.1f} s (p50), {percentile(first, 0.95):.1f} s (p95)\n"
                f"{report('meanwhile', clicks, seconds)}\nruns that overlapped: {overlaps(told)}",
                *sorted(set(full)),
                sep="\n",
                flush=True,
            )
            failed |= bool(len(first) + len(full) < visitors or overlaps(told) or clicks.failed)
    sys.exit(failed)


if __name__ == "__main__":
    main()
