"""Does a picture take as long as the page says? python -m benchmarks.estimate [CHECKOUT ...] [--rounds 3] [--busy]

Starts the page with the real VGG19, of this checkout and of the others in turns, and opens it in a headless Chromium on the
same machine, as whoever runs it at home does. Reads what the page says beside its button, presses Paint, and takes the time
until the page says that the picture is painted. With `--busy` another program computes all the while, on one processor.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

from benchmarks.explorer import chromium
from tests.support.http_client import ROOT, served

PORT = 7893
SAID = re.compile(r"About (?:(\d+) h ?)?(?:(\d+) min ?)?(?:(\d+) s)?")
BUSY = "while True: pass"
PATIENCE = 600_000  # milliseconds
PAUSE = 5.0  # seconds between the choice of a preset and the press on Paint


@contextmanager
def other_program(busy: bool) -> Iterator[None]:
    """A program that computes all the while, if `busy`."""
    process = subprocess.Popen([sys.executable, "-c", BUSY]) if busy else None
    try:
        yield
    finally:
        if process:
            process.kill()
            process.wait()


def said(page: Page) -> float:
    """The seconds that the page says a run takes, once it says so."""
    found = SAID.search(page.locator("#estimate", has_text="About").inner_text())
    assert found, "the estimate has another form"
    hours, minutes, seconds = (int(number or 0) for number in found.groups())
    return 3600.0 * hours + 60 * minutes + seconds


def painted(page: Page, preset: str) -> tuple[float, float]:
    """(seconds said, seconds taken) of a picture of this preset, of the two pictures that the page opens with."""
    page.locator("#preset label", has_text=preset).click()
    page.wait_for_timeout(1000 * PAUSE)  # until the estimate is that of the preset
    expected = said(page)
    began = time.monotonic()
    page.locator("#paint").click()
    page.locator("#live img").wait_for()
    page.locator("#status", has_text="Painted in").wait_for()
    return expected, time.monotonic() - began


def main() -> None:
    """Paint, and print a row for every picture and a table of medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkouts", nargs="*", type=Path, metavar="CHECKOUT", help="folders of other versions")
    parser.add_argument("--presets", nargs="+", default=["Draft", "Standard"], help="(default: Draft Standard)")
    parser.add_argument("--rounds", type=int, default=3, help="pictures of each preset and checkout (default: 3)")
    parser.add_argument("--busy", action="store_true", help="another program computes all the while")
    given = parser.parse_args()
    checkouts = [ROOT, *(path.resolve() for path in given.checkouts)]
    seen: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    with sync_playwright() as playwright, other_program(given.busy):
        browser = chromium(playwright)
        for _ in range(given.rounds):
            for checkout in checkouts:
                for preset in given.presets:
                    # A page of its own for each, so that what is said is what a first visitor reads.
                    with served(PORT, Path(os.devnull), checkout) as (url, _):
                        page = browser.new_page(viewport={"width": 1280, "height": 900})
                        page.set_default_timeout(PATIENCE)
                        page.goto(url)
                        expected, taken = painted(page, preset)
                        page.close()
                    seen[checkout.name, preset].append((expected, taken))
                    print(f"{checkout.name}, {preset}: said {expected:.0f} s, taken {taken:.1f} s", flush=True)
        browser.close()
    print(
        "\n| version | preset | said, s | taken, s (medians) | said / taken: least, median, most |\n|---|---|---|---|---|"
    )
    for (name, preset), rows in seen.items():
        ratios = sorted(expected / taken for expected, taken in rows)
        middle = [f"{median(each):.0f}" for each in zip(*rows, strict=True)]
        print(f"| {name} | {preset} | {' | '.join(middle)} | {ratios[0]:.2f}, {median(ratios):.2f}, {ratios[-1]:.2f} |")


if __name__ == "__main__":
    main()
