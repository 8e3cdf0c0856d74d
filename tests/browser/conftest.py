"""The page in a real browser, on an encoder that answers at once. An error in the console or a request to elsewhere
fails the test in which it happens.

Skipped where there is no Chromium, unless NST_REQUIRE_BROWSER=1 says that there must be one.
"""

import importlib
import os
import re
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nst_core.vgg import Encoder
from tests.support.explorer_helpers import LOOK
from tests.support.page_helpers import ready
from tests.support.served_page import served
from tests.support.wide_encoder import Wide

if TYPE_CHECKING:
    import gradio as gr

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# Off: what a browser does on its own account, over the network or with a graphics card. The pages of a context share a
# process, so that those after the first find its scripts compiled.
FLAGS = [
    "--process-per-site",
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PATIENCE = 60_000  # milliseconds, on a busy machine
# A new tab forgets the visitor before, a reload does not.
NEW_VISITOR = "if (!sessionStorage.opened) { localStorage.clear(); sessionStorage.opened = 1; }"
FAILED = pytest.StashKey[bool]()
SCREENS = Path(__file__).parent.parent.parent / "out" / "screens"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell the fixtures whether the test failed."""
    report = yield
    item.stash[FAILED] = report.failed
    return report


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


@pytest.fixture(scope="session")
def wide(tiny: Encoder) -> Encoder:
    return Wide(tiny)


@pytest.fixture(scope="session")
def launched(browser, wide: Encoder) -> "Iterator[tuple[gr.Blocks, str]]":
    """The page of all visits and its address."""
    with served(wide) as page_and_url:
        yield page_and_url


@pytest.fixture(scope="session")
def address(launched: "tuple[gr.Blocks, str]") -> str:
    return launched[1]


@pytest.fixture(scope="session")
def window(browser, address: str) -> Iterator:
    """The browser context of all visits, so that scripts are fetched and compiled only once. Every page opened in it is
    a visitor all the same, since Gradio gives each its own session."""
    context = browser.new_context(accept_downloads=True)
    context.new_page().goto(f"{address}healthz")  # stays open, and with it the process in which they were compiled
    yield context
    context.close()


@pytest.fixture(autouse=True)
def small_looks(monkeypatch) -> None:
    """The explorer looks at pictures of `LOOK` pixels instead of 384."""
    # Not by its dotted name: `nst_core.explore.look` is also the function of that name.
    monkeypatch.setattr(importlib.import_module("nst_core.explore.look"), "SIZE", LOOK)


@pytest.fixture
def visit(browser, window, address: str, request) -> Iterator:
    """visit(width=1280) opens the page as a new visitor and waits until it can be used; `alone` in a browser context of
    their own, for visitors who all keep connections open: a context opens six at most; `returning`, as another tab of the
    visitor before. What every visitor saw last is kept in `SCREENS` if the test fails."""
    pages, faults = [], []

    def open_page(width: int = 1280, height: int = 900, query: str = "", alone: bool = False, returning: bool = False):
        page = browser.new_page(accept_downloads=True) if alone else window.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.set_default_timeout(PATIENCE)
        if not returning:
            page.add_init_script(NEW_VISITOR)
        page.on("pageerror", lambda error: faults.append(f"page error: {error}"))
        page.on(
            "console", lambda message: faults.append(f"console: {message.text}") if message.type == "error" else None
        )
        uploads = (address, "data:", "blob:")
        page.on("request", lambda request: None if request.url.startswith(uploads) else faults.append(request.url))
        page.goto(address + query)
        ready(page)
        return page

    yield open_page
    for number, page in enumerate(pages, start=1):
        if faults or request.node.stash.get(FAILED, False):
            name = re.sub(r"\W+", "-", request.node.name).strip("-")
            page.screenshot(path=SCREENS / f"{name}-{number}.jpg", type="jpeg")
        page.close()
    assert faults == []
