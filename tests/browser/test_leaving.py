"""Leaving the page, and a server that goes and comes back."""

from collections.abc import Iterator

import pytest

from demo import text
from tests.support.cut_off import Connection
from tests.support.page_helpers import LASTING, set_numbers

NOTICE = "#notice"


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


def test_the_page_asks_before_a_run_or_a_result_is_left_and_only_then(page):
    page.reload()
    ready(page)
    set_numbers(page, size=64, evaluations=2)
    for taken in (True, False):
        shown = "[...document.querySelectorAll('#compare img')].pop()?.src"
        before = page.evaluate(shown)
        page.click("#paint")
        page.wait_for_function(f"before => {shown} && {shown} !== before", arg=before)
        page.wait_for_function("!document.querySelector('#paint').disabled")
        if taken:
            with page.expect_download():
                page.click("#download")
        assert page.evaluate("dispatchEvent(new Event('beforeunload', {cancelable: true}))") == taken
    page.reload()
    ready(page)
    assert page.asked == ["beforeunload"]
    start_run(page)
    page.reload()
    ready(page)
    assert page.asked == ["beforeunload"] * 2


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
