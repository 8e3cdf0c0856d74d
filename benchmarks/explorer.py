"""How fast the explorer answers: python -m benchmarks.explorer [--rounds 15]

Starts the page with the real VGG19 in a process of its own, opens it in a headless Chromium on the same machine, and
presses what a visitor presses. Timed by the browser's clock from its `click` event until the picture that changed is loaded:
Gradio's script, queue, handler, transport, decoding and layout are all inside; what the test tool does to aim is not. The
first screen is timed from the click on the tab, before the network has seen any picture.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
from collections.abc import Callable
from functools import partial

from playwright.sync_api import Page, sync_playwright

from tests.support.http_client import served

PORT = 7894
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
LOADED = """([selector, before]) => {
    const image = document.querySelector(selector + ' img');
    return image && image.src !== before && image.complete && image.naturalWidth > 0 && performance.now();
}"""
# A click on a label is followed by one on what it names: the first counts.
NOTE_PRESSES = "addEventListener('click', () => window.pressed ??= performance.now(), true)"

Press = Callable[[Page, int], None]


def at(selector: str, across: float, down: float) -> Press:
    """Click a place of a picture, another one each round; `across` and `down` are the steps, as shares of its sides."""

    def press(page: Page, round_: int) -> None:
        box = page.locator(f"{selector} img").bounding_box()
        assert box is not None
        x, y = 0.15 + round_ * across % 0.7, 0.15 + round_ * down % 0.4  # never on the caption or a margin
        page.locator(f"{selector} img").click(position={"x": x * box["width"], "y": y * box["height"]})

    return press


def radio(name: str, *values: str) -> Press:
    return lambda page, round_: page.locator(f"#{name} input[value='{values[round_ % len(values)]}']").click()


def layer(page: Page, round_: int) -> None:
    names = ("relu2_1", "relu4_2", "conv3_1", "relu5_1", "pool2", "relu1_1")
    page.locator(f"[data-layer={names[round_ % len(names)]}] .catch").click()


# what a visitor does -> (link to where it is done, the press, the picture that must change)
ACTIONS: dict[str, tuple[str, Press, str]] = {
    "another layer": ("view=channels", layer, "#in-sheet"),
    "a map on the sheet": ("view=channels&layer=relu4_1", at("#in-sheet", 0.13, 0.14), "#in-card"),
    "a place of the photo": ("view=channels&layer=relu4_1", at("#in-card", 0.17, 0.11), "#in-card"),
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
    image = page.locator(f"{selector} img")
    return image.get_attribute("src") or "" if image.count() else ""


def timed(page: Page, press: Callable[[], None], selector: str) -> float:
    before = source(page, selector)
    # As the browser sees it: an absolute address.
    before = page.evaluate("src => src && new URL(src, document.baseURI).href", before)
    page.evaluate("delete window.pressed")
    press()
    shown = page.wait_for_function(LOADED, arg=[selector, before], polling=5).json_value()
    return float(shown - page.evaluate("pressed")) / 1000


def measure(page: Page, url: str, rounds: int) -> dict[str, list[float]]:
    page.goto(url)
    page.get_by_role("tab", name="Look inside").wait_for()
    page.wait_for_timeout(3000)  # what the page does by itself when it opens
    first = timed(page, lambda: page.get_by_role("tab", name="Look inside").click(), "#in-sheet")
    seconds = {"the first screen, nothing cached": [first]}
    for name, (link, press, selector) in ACTIONS.items():
        page.goto(f"{url}?{link}")
        page.wait_for_function(LOADED, arg=[selector, ""])
        page.wait_for_timeout(500)
        press(page, 0)  # the first of a kind fills the cache; it is told apart by nobody
        page.wait_for_timeout(2500)
        seconds[name] = [timed(page, partial(press, page, round_), selector) for round_ in range(1, rounds + 1)]
        print(row(name, seconds[name]), flush=True)
    return seconds


def row(name: str, seconds: list[float]) -> str:
    ordered = sorted(seconds)
    late = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    return f"| {name} | {len(seconds)} | {statistics.median(seconds):.2f} | {late:.2f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15, help="presses of each kind (default: 15)")
    rounds = parser.parse_args().rounds
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with served(PORT) as (url, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
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
