"""How long does the page work for a visitor who has left? python -m benchmarks.leaving [--size 1024] [--rounds 3]

Starts the page with the real VGG19. A visitor starts a run and leaves in the middle of an evaluation, in each possible
way. Timed until the page's process is idle; then the next visitor's small picture is timed. Linux only: it reads /proc.
To cut the network it needs root and `ip` (iproute2); without root that row is left out. Exit code 1 when the next
visitor was not served.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from demo.examples import PAIRS
from tests.support.http_client import ROOT, Page, Visitor, served, stylize
from tests.support.page_run import PageRun

PORT = 7895
SPACE, CABLE = "nst-visitor", "nst-cable"
HERE, THERE = "10.213.7.1", "10.213.7.2"
REST, RESTS = 0.1, 8  # idle: below a quarter of a processor for 8 times 0.1 s in a row; an evaluation uses all of one
DEEP = 1.3  # seconds after a preview, in the middle of a later evaluation


def begun(page: Page, size: int) -> PageRun:
    """A visitor who has pressed Paint, after the first preview of a run of 10,000 evaluations at `size` pixels."""
    pair = PAIRS[0]
    run = PageRun(page, Path(pair.photo), Path(pair.painting), size=size, levels=1, evaluations=10_000)
    run.wait_for("process_generating", 120)
    return run


def seconds_used(process: int) -> float:
    """Seconds of processor time that the process has used so far, all threads together."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def until_it_rests(process: int) -> float:
    """Seconds from now until the process is idle."""
    began, quiet = time.monotonic(), 0
    while quiet < RESTS:
        before = seconds_used(process)
        time.sleep(REST)
        quiet = quiet + 1 if seconds_used(process) - before < 0.25 * REST else 0
    return time.monotonic() - began - RESTS * REST


def cancel(run: PageRun) -> None:
    """Cancel the job through Gradio's API, as a program can."""
    body = {"session_hash": run.visitor.session, "fn_index": run.job["id"], "event_id": run.event}
    run.visitor.http.post("/cancel", json=body)


@contextmanager
def cable() -> Iterator[None]:
    """Create a network namespace for the visitor, joined to this machine by a pair of virtual network devices."""

    def ip(*words: str) -> None:
        subprocess.run(["ip", *words], check=True)

    ip("netns", "add", SPACE)
    try:
        ip("link", "add", CABLE, "type", "veth", "peer", "name", "far", "netns", SPACE)
        ip("addr", "add", f"{HERE}/30", "dev", CABLE)
        ip("link", "set", CABLE, "up")
        ip("-n", SPACE, "addr", "add", f"{THERE}/30", "dev", "far")
        ip("-n", SPACE, "link", "set", "far", "up")
        yield
        ip("link", "del", CABLE)
    finally:
        ip("netns", "del", SPACE)


@contextmanager
def elsewhere(url: str, size: int, *prefix: str) -> Iterator[subprocess.Popen[str]]:
    """A visitor in a process of its own, who has received the first preview."""
    command = [*prefix, sys.executable, "-m", "benchmarks.leaving", "--size", str(size), "--visit", url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as visitor:
        assert visitor.stdout is not None
        if visitor.stdout.readline() != "shown\n":
            raise SystemExit("The visitor was not served.")
        try:
            yield visitor
        finally:
            visitor.kill()


def left(page: Page, size: int, process: int, leave: Callable[[PageRun], None]) -> tuple[float, float]:
    """(seconds until idle, seconds of the next picture) after `leave` in the middle of a run."""
    run = begun(page, size)
    time.sleep(DEEP)
    threading.Thread(target=leave, args=(run,), daemon=True).start()
    return until_it_rests(process), next_one(page)


def closed(page: Page, size: int, process: int) -> tuple[float, float]:
    """The same after the visitor's process is killed, which closes its connections."""
    with elsewhere(page.url, size) as visitor:
        time.sleep(DEEP)
        visitor.kill()
        return until_it_rests(process), next_one(page)


def cut_off(page: Page, size: int, process: int) -> tuple[float, float]:
    """The same after the network is cut, which leaves the connections open."""
    with cable(), elsewhere(f"http://{HERE}:{PORT}", size, "ip", "netns", "exec", SPACE):
        time.sleep(DEEP)
        # From now on what is sent to the visitor goes to a hardware address that does not exist.
        lost = ["ip", "neigh", "replace", THERE, "lladdr", "02:00:00:00:00:99", "dev", CABLE, "nud", "permanent"]
        subprocess.run(lost, check=True)
        return until_it_rests(process), next_one(page)


def next_one(page: Page) -> float:
    """Seconds that a small picture takes another visitor now."""
    began, visitor = time.monotonic(), Visitor(page)
    pictures = [visitor.upload(Path(path)) for path in (PAIRS[0].photo, PAIRS[0].painting)]
    said = visitor.press(page.named("stylize"), stylize(*pictures, size=64, evaluations=1))
    visitor.close()
    if not said["success"]:
        raise SystemExit("The next visitor was not served.")
    return time.monotonic() - began


def main() -> None:
    """Leave in every way and print a table of the slowest rounds; with --visit, be the visitor in another process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=1024, help="of the pictures being painted (default: 1024)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--visit", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.visit:
        begun(Page(given.visit), given.size)
        print("shown", flush=True)
        time.sleep(120)
        return
    ways: dict[str, Callable[[Page, int], tuple[float, float]]] = {
        "Stop": lambda page, process: left(page, given.size, process, PageRun.stop),
        "tab closed": lambda page, process: closed(page, given.size, process),
        "job cancelled by a program": lambda page, process: left(page, given.size, process, cancel),
    }
    environment = {}
    if os.geteuid() == 0:
        ways["network cut"] = lambda page, process: cut_off(page, given.size, process)
        # The network namespace reaches the page by another address; the page then has the limits of a public one.
        environment |= {"GRADIO_SERVER_NAME": "0.0.0.0", "NST_MAX_SIZE": "2048", "NST_MAX_SECONDS": "86400"}
    with served(PORT, **environment) as (url, process):
        page = Page(url)
        next_one(page)
        alone = statistics.median(next_one(page) for _ in range(3))
        print(f"a small picture takes {alone:.1f} s\n\n| left by | work ends after | the next small picture takes |")
        print("|---|---|---|")
        for name, way in ways.items():
            rounds = [way(page, process.pid) for _ in range(given.rounds)]
            ends, following = (max(values) for values in zip(*rounds, strict=True))
            print(f"| {name} | {ends:.1f} s | {following:.1f} s |", flush=True)


if __name__ == "__main__":
    main()
