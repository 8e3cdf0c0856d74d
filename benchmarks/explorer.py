"""How fast the explorer answers: python -m benchmarks.explorer [--rounds 15]

Starts the page with the real VGG19 in a process of its own, opens it in a headless Chromium on the same machine, and
clicks what a visitor clicks. Timed by the browser's clock from its `click` event until the picture that changes is loaded:
Gradio's script, queue, handler, transport, decoding and layout are included; the time that Playwright takes to move the
mouse is not. The first screen is timed from the click on the tab, before any picture has gone through the network.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
from collections.abc import Callable
from functools import partial

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.support.http_client import served

PORT = 7894
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
LOADED = """([selector, before]) => {
    const image = document.querySelector(selector + ' img');
    return image && image.src !== before && image.complete && image.naturalWidth > 0 && performance.now();
}"""
# The browser follows a click on a label with one on the input that it names: only the first counts.
NOTE_PRESSES = "addEventListener('click', () => window.pressed ??= performance.now(), true)"

Press = Callable[[Page, int], None]


def at(selector: str, across: float, down: float) -> Press:
    """Click a picture at a place that moves by `across` and `down`, fractions of its sides, each round."""

    def press(page: Page, round_: int) -> None:
        box = page.locator(f"{selector} img").bounding_box()
        assert box is not None
        x, y = 0.15 + round_ * across % 0.7, 0.15 + round_ * down % 0.4  # never on the caption or on a margin
        page.locator(f"{selector} img").click(position={"x": x * box["width"], "y": y * box["height"]})

    return press


def radio(name: str, *values: str) -> Press:
    """Choose the next of `values` of a radio component each round."""
    return lambda page, round_: page.locator(f"#{name} input[value='{values[round_ % len(values)]}']").click()


def layer(page: Page, round_: int) -> None:
    """Click another layer of the network diagram."""
    names = ("relu2_1", "relu4_2", "conv3_1", "relu5_1", "pool2", "relu1_1")
    page.locator(f"[data-layer={names[round_ % len(names)]}] .catch").click()


# what a visitor does -> (link to the view, the click, the picture that must change)
ACTIONS: dict[str, tuple[str, Press, str]] = {
    "another layer": ("view=channels", layer, "#in-sheet"),
    "a map on the sheet": ("view=channels&layer=relu4_1", at("#in-sheet", 0.13, 0.14), "#in-card"),
    "a place of the photo": ("view=channels&layer=relu4_1", at("#in-card", 0.17, 0.11), "#in-card"),
    "a unit worked out": ("view=kernels&layer=relu4_1", at("#in-unit-map", 0.17, 0.11), "#in-unit-sum"),
    "a block of the Gram matrix": ("view=gram&layer=relu4_1", at("#in-whole", 0.19, 0.23), "#in-window"),
    "a cell of the Gram matrix": ("view=gram&layer=relu4_1", at("#in-window", 0.13, 0.17), "#in-cell"),
    "Gram, cosine, correlation": (
        "view=gram&layer=relu4_1",
        radio("in-mode", "correlation", "cosine", "gram"),
        "#in-whole",
    ),
    "shuffle the places": ("view=gram&layer=relu4_1", lambda page, _: page.click("#in-shuffle"), "#in-cell"),
    "change the picture (lesson)": (
        "view=lesson",
        radio("in-change", "mirror", "grey", "quarters", "shuffle", "shift"),
        "#in-changed",
    ),
    "three pictures, another layer": ("view=compare", layer, "#in-grams"),
    "errors, another layer": ("view=errors", layer, "#in-errors"),
}


def source(page: Page, selector: str) -> str:
    """The address of the picture that a component shows; empty if it shows none."""
    image = page.locator(f"{selector} img")
    return image.get_attribute("src") or "" if image.count() else ""


def timed(page: Page, press: Callable[[], None], selector: str) -> float:
    """Seconds from the click that `press` makes until the component shows another picture."""
    before = source(page, selector)
    # As an absolute address, which is what `image.src` is in the browser.
    before = page.evaluate("src => src && new URL(src, document.baseURI).href", before)
    page.evaluate("delete window.pressed")
    press()
    shown = page.wait_for_function(LOADED, arg=[selector, before], polling=5).json_value()
    return float(shown - page.evaluate("pressed")) / 1000


def measure(page: Page, url: str, rounds: int) -> dict[str, list[float]]:
    """{action: seconds of every round}; each row is printed as soon as it is there."""
    page.goto(url)
    page.get_by_role("tab", name="Look inside").wait_for()
    page.wait_for_timeout(3000)  # until the page has done what it does when it opens
    first = timed(page, lambda: page.get_by_role("tab", name="Look inside").click(), "#in-sheet")
    seconds = {"the first screen, nothing cached": [first]}
    for name, (link, press, selector) in ACTIONS.items():
        page.goto(f"{url}?{link}")
        page.wait_for_function(LOADED, arg=[selector, ""])
        page.wait_for_timeout(500)
        press(page, 0)  # the first click of a kind fills the cache and is not counted
        page.wait_for_timeout(2500)
        seconds[name] = [timed(page, partial(press, page, round_), selector) for round_ in range(1, rounds + 1)]
        print(row(name, seconds[name]), flush=True)
    return seconds


def row(name: str, seconds: list[float]) -> str:
    """One line of the table: count, median and 95th percentile."""
    ordered = sorted(seconds)
    late = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    return f"| {name} | {len(seconds)} | {statistics.median(seconds):.2f} | {late:.2f} |"


def chromium(playwright: Playwright) -> Browser:
    """A headless Chromium: the system's, or else playwright's own."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    return playwright.chromium.launch(executable_path=path, args=FLAGS)


def main() -> None:
    """Start the page and a browser, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15, help="presses of each kind (default: 15)")
    rounds = parser.parse_args().rounds
    with served(PORT) as (url, _), sync_playwright() as playwright:
        browser = chromium(playwright)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.add_init_script(NOTE_PRESSES)
        seconds = measure(page, url, rounds)
        browser.close()
    print()
    print("| press | times | median, s | 95th percentile, s |\n|---|---|---|---|")
    print("\n".join(row(name, values) for name, values in seconds.items()))
    print(row("**all but the first screen**", [value for values in list(seconds.values())[1:] for value in values]))


if __name__ == "__main__":
    main()
