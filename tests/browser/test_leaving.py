"""Leaving the page, and a server that goes and comes back."""

import re
from collections.abc import Iterator
from functools import partial

import pytest

from demo import text
from demo.explorer.views import rebuild_actions
from nst_core.explore.rebuild import reconstruction
from tests.support.cut_off import Connection
from tests.support.explorer_helpers import is_filled, open_view
from tests.support.page_helpers import NOTICE, agrees, ready, reload, set_numbers
from tests.support.wide_encoder import LASTING

EVALUATED = re.compile("evaluation [1-9]")
AWAY = re.compile(r"The page was away, so this run ended after [1-9]\d* of 10000 evaluations\.")
PATIENCE = 60_000  # milliseconds, on a busy machine


@pytest.fixture
def connection(address: str) -> Iterator[Connection]:
    opened = Connection(address)
    yield opened
    opened.cut()


def start_run(page) -> None:
    set_numbers(page, size=LASTING, levels=1, evaluations=10_000)
    page.click("#paint")
    page.locator("#live img").wait_for()


def test_the_page_asks_before_a_reconstruction_is_left_and_not_once_it_has_ended(visit, monkeypatch):
    page = visit()
    asked = agrees(page)
    monkeypatch.setattr(rebuild_actions, "SIDE", LASTING)  # slow enough to be left
    monkeypatch.setattr(rebuild_actions, "reconstruction", partial(reconstruction, evaluations=10_000))

    def rebuild() -> None:
        page.get_by_role("tab", name=text.INSIDE_TAB).click()
        is_filled(page, "channels")
        open_view(page, "rebuild")
        page.click("#in-rebuild")
        page.locator("#in-rebuilt img").wait_for(state="attached")  # it may stand below the screen

    rebuild()
    open_view(page, "losses")  # it goes on while the visitor looks at another view
    page.get_by_role("tab", name=text.PAINT_TAB).click()
    reload(page)
    assert len(asked) == 1
    rebuild()
    page.click("#in-stop-rebuild")
    page.locator("#in-rebuild-status").get_by_text("Stopped after").wait_for()
    page.locator("#in-stop-rebuild").wait_for(state="hidden")
    reload(page)
    assert len(asked) == 1


def test_when_the_server_is_gone_nothing_pretends_to_paint_and_when_it_is_back_the_page_says_what_is_left(
    browser, connection
):
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    asked = agrees(page)
    page.goto(connection.url)
    ready(page)
    start_run(page)
    page.locator("#status").get_by_text(EVALUATED).wait_for()
    connection.cut()
    page.locator(NOTICE).get_by_text(text.SCRIPT["gone"]["run"]).wait_for()
    assert page.locator("#paint").inner_text() == text.PAINT
    assert text.SCRIPT["unpainted"] in page.locator("#status").inner_text()
    assert not page.locator("#stop, #leave").first.is_visible()
    connection.restore()
    page.locator(NOTICE).get_by_text(text.SCRIPT["kept"]).wait_for()  # Gradio has loaded the page anew
    ready(page)
    page.locator("#status").get_by_text(AWAY).wait_for()
    assert page.locator("#paint").is_enabled() and page.locator("#kept button").count() == 1
    page.get_by_role("button", name=text.SCRIPT["close"]).click()
    assert page.locator(NOTICE).count() == 0
    reload(page)
    assert asked == []
    # As if the server had been started anew: it knows nothing of this visitor.
    start_run(page)
    page.evaluate("localStorage.clear()")
    connection.cut()
    page.locator(NOTICE).get_by_text(text.SCRIPT["gone"]["run"]).wait_for()
    connection.restore()
    page.locator(NOTICE).get_by_text(text.SCRIPT["back"]["run"]).wait_for()
    assert page.locator("#kept button").count() == 0
    page.close()
