"""The page in a real browser, on a tiny encoder. An error in the console or a request to elsewhere fails every test.

Skipped where there is no Chromium, unless NST_REQUIRE_BROWSER=1 says that there must be one.
"""

import os
import shutil
from collections.abc import Iterator

import pytest

import app
from nst_core.vgg import Encoder

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# Off: what a browser does on its own account, over the network or with a graphics card.
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PATIENCE = 30_000  # milliseconds


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
def address(browser, tiny: Encoder) -> Iterator[str]:
    page = app.build(tiny)
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, **app.LAUNCH)
    yield url
    page.close(verbose=False)


@pytest.fixture
def visit(browser, address: str) -> Iterator:
    """visit(width=1280) opens the page as a new visitor, once it is ready to use."""
    contexts, faults = [], []

    def open_page(width: int = 1280, height: int = 900, query: str = ""):
        context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: faults.append(f"page error: {error}"))
        page.on(
            "console", lambda message: faults.append(f"console: {message.text}") if message.type == "error" else None
        )
        own = (address, "data:", "blob:")
        page.on("request", lambda request: None if request.url.startswith(own) else faults.append(request.url))
        page.goto(address + query)
        page.get_by_text("of memory on this machine").wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []
