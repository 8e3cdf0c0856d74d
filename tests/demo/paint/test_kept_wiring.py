"""The events of the strip, as a browser sends them: who finds what, and what cannot be found."""

from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from demo import text
from demo.compute.limits import Limits
from demo.compute.worker import Worker
from demo.page import build
from demo.paint import kept_text, paint_actions
from demo.paint.paint_actions import PaintSession
from nst_core.settings import FIELDS, Settings
from tests.support.built_page import BuiltPage

RUNS = (Settings(size=64, evaluations=2), Settings(size=64, evaluations=2, style_weight=3, seed=5))


class Page(BuiltPage):
    """A page with the results of one visitor."""

    def __init__(self, worker: Worker) -> None:
        """Build it."""
        self.worker, self.page = worker, build(worker)
        self.parts = {block.elem_id: block for block in self.page.blocks.values() if getattr(block, "elem_id", None)}

    def load(self, session: PaintSession, key: Any) -> dict[str, Any]:
        """The page is opened by a browser that has stored `key`."""
        named = {getattr(f.fn, "__name__", ""): f for f in self.page.fns.values()}
        opened, shown = named["come_back"], named["return_to"]
        changes = opened.fn(session, key)
        assert changes.keys() <= set(opened.outputs)
        (returned,) = (component for component, event in shown.targets if event == "change")
        number = next(change for component, change in changes.items() if component._id == returned)
        if number is not None:  # then the number's change is the next event
            changes |= shown.fn(session, number)
            assert changes.keys() <= {*opened.outputs, *shown.outputs}
        return {component.elem_id or type(component).__name__: change for component, change in changes.items()}

    def pick(self, session: PaintSession, number: Any) -> dict[str, Any]:
        """A small picture is pressed."""
        return self.on(session, "kept", "pick", SimpleNamespace(number=number))


@pytest.fixture(scope="module")
def page(tiny) -> Page:
    return Page(Worker(tiny))


@pytest.fixture(scope="module")
def key(page, photo, painting) -> str:
    """Of a visitor with two results, which no test may delete."""
    session = PaintSession(visitor=page.worker.kept.key())
    for settings in RUNS:
        list(paint_actions.paint(page.worker, photo, [painting], settings, session))
    return session.visitor


@pytest.fixture
def said(monkeypatch) -> list[str]:
    """What is said in toasts."""
    words: list[str] = []
    monkeypatch.setattr("gradio.Info", words.append)
    return words


def test_a_new_visitor_gets_a_key_and_an_empty_page_stays_as_it_is(page):
    session = PaintSession()
    changes = page.load(session, None)
    assert changes["BrowserState"] == session.visitor and len(session.visitor) == 43
    assert 'data-kept="0"' in changes["kept"] and "photo" not in changes and not session.painted


def test_whoever_comes_back_finds_the_newest_as_it_was(page, key):
    session = PaintSession()
    changes = page.load(session, key)
    settings = dict(zip(FIELDS, (changes[name] for name in FIELDS), strict=True))
    assert (settings["style_weight"], settings["seed"]) == (3, 5)
    assert 'data-kept="2"' in changes["kept"] and session.strip.chosen == 2
    assert session.painted and session.last.settings == RUNS[1]
    assert changes["photo"].endswith("picture.png") and changes["compare"].visible
    assert changes["BrowserState"] != session.visitor == key  # it need not be stored again


def test_a_press_brings_back_picture_and_settings(page, key):
    session = PaintSession(visitor=key)
    changes = page.pick(session, 1)
    assert (changes["seed"], changes["style_weight"]) == (0, 30)
    assert "Painted in" in changes["status"] and changes["download"].value["path"].endswith("64px.png")
    assert changes["compare"].label == text.COMPARE and session.strip.chosen == 1


@pytest.mark.parametrize("number", [3, 0, -1, "1", None, 1.5, [1], {"a": 1}])
def test_a_number_that_the_visitor_does_not_have_is_refused(page, key, said, number):
    session = PaintSession(visitor=key)
    changes = page.pick(session, number)
    assert said == [kept_text.GONE] and "compare" not in changes and session.last is None


def test_nobody_finds_anothers_results(page, key, said):
    stranger = PaintSession()
    for guessed in (key[:-1] + ("a" if key[-1] != "a" else "b"), key.lower(), key + "a", None):
        assert 'data-kept="0"' in page.load(stranger, guessed)["kept"]
        assert "photo" not in page.pick(stranger, 1)
    assert said == [kept_text.GONE] * 4
    archive = page.on(stranger, "all-as-zip", "click")["archive"]
    assert key not in str(archive)


def test_two_are_compared_another_takes_the_right_side_and_then_it_is_photo_and_result_again(page, key):
    session = PaintSession()
    page.load(session, key)
    changes = page.on(session, "compare-two", "click")
    assert changes["compare"].label == "Picture 2 and picture 1"
    assert changes["compare-two"].value == kept_text.COMPARE_NO_MORE
    assert (session.strip.chosen, session.strip.against) == (2, 1)
    changes = page.on(session, "compare-two", "click")
    assert changes["compare"].label == text.COMPARE and session.strip.against is None


def test_during_a_run_no_other_result_is_shown(page, key, said):
    session = PaintSession(visitor=key)
    session.strip.busy = True
    assert "compare" not in page.pick(session, 1) and "compare" not in page.on(session, "compare-two", "click")
    assert said == [kept_text.BUSY] * 2


def test_who_reloads_during_a_run_is_shown_what_it_reached_as_soon_as_it_has_ended(page, photo, painting):
    session = PaintSession(visitor=page.worker.kept.key())
    views = paint_actions.paint(page.worker, photo, [painting], RUNS[0], session, clock=count().__next__)
    next(views), next(views)
    reloaded = PaintSession()
    changes = page.load(reloaded, session.visitor)
    assert 'data-running="1"' in changes["kept"] and changes["Timer"].active
    poll = next(f for f in page.page.fns.values() if getattr(f.fn, "__name__", "") == "look_again")
    assert not reloaded.painted
    views.close()
    while page.worker.kept.running(session.visitor):
        poll.fn(reloaded)
    changes = {part.elem_id: change for part, change in poll.fn(reloaded).items()}
    assert reloaded.painted and 'data-running="0"' in changes["kept"]
    assert kept_text.away(1, 2) in page.worker.kept.of(session.visitor)[0].status


def test_all_can_be_deleted(page, key):
    session, mine = PaintSession(), page.worker.kept.key()
    for result in page.worker.kept.of(key):
        page.worker.kept.add(mine, result)
    assert 'data-kept="2"' in page.load(session, mine)["kept"]
    changes = page.on(session, "forget", "click")
    assert 'data-kept="0"' in changes["kept"] and not changes["kept-buttons"].visible
    assert page.worker.kept.of(mine) == [] and len(page.worker.kept.of(key)) == 2


def test_where_the_host_keeps_nothing_there_is_no_key(tiny):
    page, session = Page(Worker(tiny, limits=Limits(keep_minutes=0))), PaintSession()
    for given in (None, "a" * 43):
        assert 'data-kept="0"' in page.load(session, given)["kept"] and session.visitor is None


def test_with_a_full_disk_the_strip_stands_and_says_why_no_picture_can_be_shown(page, key, tmp_path, monkeypatch):
    said: list[str] = []
    monkeypatch.setattr("gradio.Warning", said.append)
    (tmp_path / "file").write_text("Nothing can be written below a file.")
    monkeypatch.setattr(page.parts["compare"], "GRADIO_CACHE", str(tmp_path / "file" / "cache"))
    session = PaintSession()
    changes = page.load(session, key)
    assert 'data-kept="2"' in changes["kept"] and "compare" not in changes and not session.painted
    assert said == [kept_text.NOT_ON_DISK]
