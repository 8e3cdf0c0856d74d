"""Does the page leak memory, threads or files? python -m benchmarks.soak [--jobs 300] [--clicks 3000]

Runs the page in a process of its own, with the real VGG19. Two visitors paint one small picture after the other and three
click through the explorer, in ever new sessions. Compares memory, threads, open files and temporary files after the first 20
jobs with those at the end. Linux only: it reads /proc.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from demo.examples import PAIRS
from tests.support.http_client import Page, Visitor, served, stylize

PORT = 7899
SETTLE = 20  # jobs after which the page has done everything once
REST = 5.0  # seconds before a measurement, so that the last visitors are gone
CLICKS_A_VISIT = 60
PRESSES = ("in-sheet", "in-card", "in-whole", "in-window")


@dataclass(frozen=True)
class State:
    """What the page's process uses after so many jobs and clicks."""

    jobs: int
    clicks: int
    resident_mb: float
    threads: int
    files: int
    temporary_mb: float

    @staticmethod
    def of(process: int, folder: Path, jobs: int, clicks: int) -> State:
        """Read the process's state from /proc, and the size of its temporary `folder`."""
        status = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
        kept = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        resident = int(status["VmRSS"].split()[0]) / 1000
        return State(jobs, clicks, resident, int(status["Threads"]), len(os.listdir(f"/proc/{process}/fd")), kept / 1e6)


class Counter:
    """Counts work done by several threads, so that together they do no more than a limit."""

    def __init__(self, total: int) -> None:
        """Begin with nothing done of `total`."""
        self.total, self.done, self.failed = total, 0, 0
        self._lock = threading.Lock()

    def take(self, limit: int) -> bool:
        """Count one more and return True, or False if `limit` is reached."""
        with self._lock:
            if self.done >= limit:
                return False
            self.done += 1
            return True


def paint(page: Page, jobs: Counter, limit: int) -> None:
    """Paint random pairs, each as a new visitor, until `limit` jobs are done."""
    while jobs.take(limit):
        pair, visitor = random.choice(PAIRS), Visitor(page)
        pictures = [visitor.upload(Path(path)) for path in (pair.photo, pair.painting)]
        data = stylize(*pictures, size=random.choice((64, 96, 128)), evaluations=random.randint(2, 6))
        jobs.failed += not visitor.press(page.named("stylize"), data)["success"]
        visitor.close()


def look(page: Page, clicks: Counter, limit: int) -> None:
    """Click at random in the explorer, as a new visitor after every 60 clicks, until `limit` clicks are done."""
    while True:
        visitor = Visitor(page)
        for _ in range(CLICKS_A_VISIT):
            if not clicks.take(limit):
                visitor.close()
                return
            kind = random.random()
            if kind < 0.1:
                handler = page.handler("in-pairs-gallery", "select")
                said = visitor.press(handler, [None], {"index": random.randrange(len(PAIRS)), "value": None})
            elif kind < 0.25:
                layer = random.choice(("relu1_1", "relu2_1", "conv3_2", "relu3_1", "relu4_1", "relu5_1", "pool4"))
                said = visitor.press(page.handler("in-layer", "input"), [None, layer])
            elif kind < 0.4:
                said = visitor.press(page.handler("in-stop", "input"), [None, random.randint(1, 5)])
            else:
                where = {"index": [random.randrange(500), random.randrange(500)], "value": None}
                said = visitor.press(page.handler(random.choice(PRESSES), "select"), [None], where)
            clicks.failed += not said["success"]
        visitor.close()


def row(state: State) -> str:
    """One line of the table."""
    return (
        f"| {state.jobs} | {state.clicks} | {state.resident_mb:.0f} | {state.threads} | {state.files} "
        f"| {state.temporary_mb:.0f} |"
    )


def main() -> None:
    """Run the jobs and clicks in stages and print the state after each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=300)
    parser.add_argument("--clicks", type=int, default=3000)
    parser.add_argument("--stages", type=int, default=4, help="measurements after the first (default: 4)")
    given = parser.parse_args()
    random.seed(0)
    jobs, clicks = Counter(given.jobs), Counter(given.clicks)
    with tempfile.TemporaryDirectory() as folder, served(PORT, GRADIO_TEMP_DIR=folder) as (url, process):
        page, states = Page(url), []
        first = SETTLE / given.jobs
        shares = [first + (1 - first) * n / given.stages for n in range(given.stages + 1)]
        print("| jobs | clicks | resident MB | threads | open files | temporary MB |\n|---|---|---|---|---|---|")
        began = time.monotonic()
        for share in shares:
            with ThreadPoolExecutor(5) as pool:
                work = [pool.submit(paint, page, jobs, round(share * given.jobs)) for _ in range(2)]
                work += [pool.submit(look, page, clicks, round(share * given.clicks)) for _ in range(3)]
                for each in work:
                    each.result()
            time.sleep(REST)
            states.append(State.of(process.pid, Path(folder), jobs.done, clicks.done))
            print(row(states[-1]), flush=True)
        grown = states[-1].resident_mb / states[0].resident_mb - 1
        print(
            f"\n{time.monotonic() - began:.0f} s; memory {100 * grown:+.1f} % since the first {SETTLE} jobs;", end=" "
        )
        print(f"failed: {jobs.failed} of {jobs.done} jobs, {clicks.failed} of {clicks.done} clicks")


if __name__ == "__main__":
    main()
