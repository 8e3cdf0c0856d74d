"""Leaving the page, and a server that goes and comes back."""

from collections.abc import Iterator
from functools import partial

import pytest

from demo import text
from demo.explorer.views import rebuild_actions
from nst_core.explore.rebuild import reconstruction
from tests.support.cut_off import Connection
from tests.support.explorer_helpers import is_filled, open_view
from tests.support.page_helpers import LASTING, set_numbers

NOTICE = "#notice"
PATIENCE = 60_000  # milliseconds, on a busy machine


@pytest.fixture
def connection(address: str) -> Iterator[Connection]:
    opened = Connection(address)
    yield opened
    opened.cut()


@pytest.fixture
def page(browser, connection: Connection) -> Iterator:
    """The page over a connection that can be cut; `page.asked` counts how often the browser asked before leaving."""
    context = browser.new_context(accept_downloads=True)
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    opened.asked = []
    opened.on("dialog", lambda dialog: (opened.asked.append(dialog.type), dialog.accept()))
    opened.goto(connection.url)
    ready(opened)
    yield opened
    context.close()


def ready(page) -> None:
    page.get_by_text("of memory on this machine").wait_for()


def start_run(page) -> None:
    set_numbers(page, size=LASTING, levels=1, evaluations=10_000)
    page.click("#paint")
    page.locator("#live img").wait_for()


def paint_quickly(page) -> None:
    set_numbers(page, size=64, evaluations=2)
    page.click("#paint")
    page.get_by_text("Painted in").wait_for()
    page.locator("#compare img").first.wait_for()


def left(page) -> int:
    """How often the browser has asked, once the page has been loaded anew."""
    page.reload()
    ready(page)
    assert page.locator(NOTICE).count() == 0
    return len(page.asked)


def test_the_page_asks_before_a_run_or_a_result_is_left_and_only_then(page):
    assert left(page) == 0
    paint_quickly(page)
    with page.expect_download():
        page.click("#download")
    assert left(page) == 0
    paint_quickly(page)
    assert left(page) == 1
    start_run(page)
    assert left(page) == 2


def test_the_page_asks_before_a_reconstruction_is_left_and_not_once_it_has_ended(page, monkeypatch):
    monkeypatch.setattr(rebuild_actions, "SIDE", 512)  # slow enough to be left
    monkeypatch.setattr(rebuild_actions, "reconstruction", partial(reconstruction, evaluations=10_000))

    def rebuild() -> None:
        page.get_by_role("tab", name=text.INSIDE_TAB).click()
        is_filled(page, "channels")
        open_view(page, "rebuild")
        page.click("#in-rebuild")
        page.locator("#in-rebuilt img").wait_for(state="attached")  # it may stand below the screen

    rebuild()
    assert left(page) == 1
    rebuild()
    open_view(page, "losses")  # it goes on while the visitor looks at another view
    page.get_by_role("tab", name=text.PAINT_TAB).click()
    assert left(page) == 2
    rebuild()
    page.click("#in-stop-rebuild")
    page.locator("#in-rebuild-status").get_by_text("Stopped after").wait_for()
    page.locator("#in-stop-rebuild").wait_for(state="hidden")
    assert left(page) == 2


def test_a_visitor_who_stays_keeps_the_run(browser, address):
    page = browser.new_page()
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.goto(address)
    ready(page)
    start_run(page)
    page.evaluate("setTimeout(() => location.reload())")
    page.wait_for_timeout(1000)
    shown = page.locator("#live img").get_attribute("src")
    page.wait_for_function("shown => document.querySelector('#live img')?.src !== shown", arg=shown)
    assert page.locator("#stop").is_visible() and page.locator(NOTICE).count() == 0
    page.close()


def test_when_the_server_is_gone_nothing_pretends_to_paint_and_when_it_is_back_the_page_says_what_is_lost(
    page, connection
):
    start_run(page)
    connection.cut()
    page.locator(NOTICE).get_by_text(text.SCRIPT["gone"]["run"]).wait_for()
    assert page.locator("#paint").inner_text() == text.PAINT
    assert text.SCRIPT["unpainted"] in page.locator("#status").inner_text()
    assert not page.locator("#stop, #leave").first.is_visible()
    connection.restore()
    page.locator(NOTICE).get_by_text(text.SCRIPT["back"]["run"]).wait_for()  # Gradio has loaded the page anew
    ready(page)
    assert page.locator("#paint").is_enabled()
    page.get_by_role("button", name=text.SCRIPT["close"]).click()
    assert page.locator(NOTICE).count() == 0
    page.reload()
    ready(page)
    assert page.locator(NOTICE).count() == 0 and page.asked == []
