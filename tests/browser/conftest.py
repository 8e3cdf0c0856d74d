"""The page in a real browser, on an encoder that answers at once. An error in the console or a request to elsewhere
fails the test in which it happens.

Skipped where there is no Chromium, unless NST_REQUIRE_BROWSER=1 says that there must be one.
"""

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from nst_core.layers import CONVS, LAYERS, get_layer
from nst_core.vgg import Encoder
from nst_core.weights import TORCHVISION_NORM
from tests.support.served_page import served

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# Off: what a browser does on its own account, over the network or with a graphics card. The pages of a context share a
# process, so that those after the first find its scripts compiled.
FLAGS = [
    "--process-per-site",
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PATIENCE = 60_000  # milliseconds, on a busy machine
SCREENS = Path(__file__).parent.parent.parent / "out" / "screens"


@pytest.fixture(scope="session")
def browser() -> Iterator:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        sync_playwright = None
    if CHROMIUM is None or sync_playwright is None:
        if os.environ.get("NST_REQUIRE_BROWSER") == "1":
            pytest.fail("NST_REQUIRE_BROWSER=1, but Chromium or playwright is missing")
        pytest.skip("Chromium or playwright is missing")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


class Wide(Encoder):
    """As many channels in every layer as VGG19 has, for the numbers of channels in the explorer's tour and links; and yet
    hardly more work than the four channels of the tiny encoder, of which they are mixtures."""

    def __init__(self, tiny: Encoder) -> None:
        """Made of the tiny encoder."""
        super().__init__(tiny.convs.state_dict(), *TORCHVISION_NORM, name="wide", sha256="1" * 64)
        generator = torch.Generator().manual_seed(0)
        self.mixtures = {name: torch.randn(get_layer(name).channels, 4, generator=generator) for name in CONVS}

    def iter_features(self, picture: Tensor, layers: Iterable[str], **options: str) -> Iterator[tuple[str, Tensor]]:
        wanted = set(layers)
        needed = {
            _conv_of(name): [n for n in LAYERS if n in wanted and _conv_of(n) == _conv_of(name)] for name in wanted
        }
        for conv, four in super().iter_features(picture, needed, **options):
            x = (self.mixtures[conv] @ four[0].flatten(1)).unflatten(1, four.shape[2:])[None]
            for name in needed[conv]:
                kind = get_layer(name).kind
                yield name, x if kind == "conv" else x.relu() if kind == "relu" else functional.max_pool2d(x.relu(), 2)


def _conv_of(name: str) -> str:
    """The convolution whose outputs a layer shows: "conv4_1" for relu4_1."""
    return [conv for conv in CONVS if get_layer(conv).index <= get_layer(name).index][-1]


@pytest.fixture(scope="session")
def wide(tiny: Encoder) -> Encoder:
    return Wide(tiny)


@pytest.fixture(scope="session")
def address(browser, wide: Encoder) -> Iterator[str]:
    with served(wide) as (_, url):
        yield url


@pytest.fixture(scope="session")
def window(browser, address: str) -> Iterator:
    """The browser context of all visits, so that scripts are fetched and compiled only once. Every page opened in it is
    a visitor all the same, since Gradio gives each its own session."""
    context = browser.new_context(accept_downloads=True)
    context.new_page().goto(f"{address}healthz")  # stays open, and with it the process in which they were compiled
    yield context
    context.close()


@pytest.fixture
def visit(browser, window, address: str, request) -> Iterator:
    """visit(width=1280) opens the page as a new visitor and waits until it can be used; `alone` in a browser context of
    their own, for visitors who all keep connections open: a context opens six at most. What every visitor saw last is
    kept in `SCREENS`."""
    pages, faults = [], []

    def open_page(width: int = 1280, height: int = 900, query: str = "", alone: bool = False):
        page = browser.new_page(accept_downloads=True) if alone else window.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: faults.append(f"page error: {error}"))
        page.on(
            "console", lambda message: faults.append(f"console: {message.text}") if message.type == "error" else None
        )
        uploads = (address, "data:", "blob:")
        page.on("request", lambda request: None if request.url.startswith(uploads) else faults.append(request.url))
        page.goto(address + query)
        page.get_by_text("of memory on this machine").wait_for(state="attached")  # a link may lead to the other tab
        return page

    yield open_page
    SCREENS.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(pages, start=1):
        name = re.sub(r"\W+", "-", request.node.name).strip("-")
        page.screenshot(path=SCREENS / f"{name}-{number}.jpg", type="jpeg")
        page.close()
    assert faults == []
