"""The grid of drafts: it fills in, stops, goes on where it stopped, and gives Paint the settings of a draft."""

import io
from dataclasses import replace
from itertools import repeat
from threading import Event
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from demo.compute.limits import Limits
from demo.compute.worker import Worker
from demo.explorer.feature_cache import FeatureCache, Uploads
from demo.explorer.view_state import ViewState
from demo.explorer.views import grid_actions
from demo.paint import setting_widgets
from nst_core.errors import PictureError
from nst_core.explore.grid import GAP, LEFT, TOP, cells
from nst_core.explore.palette import PADDING
from nst_core.settings import FIELDS, Settings
from tests.support.built_page import at, value

PLACE = ViewState(view="grid", layer="relu2_1")
WIDTH, HEIGHT = 128, 90  # of a draft as it is shown: twice 64 x 45


@pytest.fixture(autouse=True)
def short_runs(monkeypatch) -> None:
    monkeypatch.setattr(grid_actions, "EVALUATIONS", 1)
    monkeypatch.setattr(grid_actions, "SIZE", 64)


@pytest.fixture
def cache(tiny) -> FeatureCache:
    return FeatureCache(Worker(tiny))


@pytest.fixture
def uploads(photo, painting) -> Uploads:
    return Uploads(photo, painting)


def there(panels) -> list[tuple[int, int]]:
    """The cells of the sheet that have a draft."""
    image = np.asarray(Image.open(io.BytesIO(panels["drafts"].data)))
    middles = {
        (row, column): image[TOP + row * (HEIGHT + GAP) + HEIGHT // 2, LEFT + column * (WIDTH + GAP) + WIDTH // 2]
        for row, column in cells("weight")
    }
    return [cell for cell, pixel in middles.items() if tuple(pixel) != PADDING]


def test_the_sheet_fills_in_draft_by_draft(cache, uploads) -> None:
    assert there(grid_actions.show(cache, PLACE, uploads)) == []
    shown = list(grid_actions.run(cache, PLACE, uploads, lambda: False, clock=repeat(0.0).__next__))
    assert len(shown) == 1 + 20 + 1  # the start of the first, the end of each, and the whole
    assert [len(there(panels)) for panels in shown] == [1, *range(1, 21), 20]
    assert "draft 3 of 20 · relu1_1 only, " in shown[2]["grid_status"] and "All 20" in shown[-1]["grid_status"]
    assert Image.open(io.BytesIO(shown[-1]["drafts"].data)).text["Description"].endswith(PLACE.link())
    again = list(grid_actions.run(cache, PLACE, uploads, lambda: False, clock=repeat(0.0).__next__))
    assert again[0] == shown[-1] and len(again) == 1, "nothing is painted twice"
    assert there(grid_actions.show(cache, PLACE.updated(grid_by="brush"), uploads)) == []


def test_stop_keeps_what_is_done_and_a_second_press_goes_on(cache, uploads, photo, painting) -> None:
    stop, seen = Event(), []
    for panels in grid_actions.run(cache, PLACE, uploads, stop.is_set, clock=repeat(0.0).__next__):
        seen.append(panels)
        if sum(each is not None for each in seen) == 4:  # the first start and three drafts
            stop.set()
    assert there(seen[-1]) == there(grid_actions.show(cache, PLACE, uploads)) == [(0, 0), (0, 1), (0, 2)]
    assert "3 of 20" in seen[-1]["grid_status"]
    assert there(grid_actions.show(cache, PLACE, Uploads(painting, photo))) == [], "other pictures have other drafts"
    first = next(grid_actions.run(cache, PLACE, uploads, lambda: False))
    assert there(first) == [(0, 0), (0, 1), (0, 2), (0, 3)] and "draft 4 of 20" in first["grid_status"]
    assert cache.worker.turns.evaluate(int) == 0  # nothing else is being evaluated


def test_the_hosts_time_limit_ends_it_like_stop(tiny, uploads) -> None:
    limited = FeatureCache(Worker(tiny, limits=replace(Limits(), max_seconds=5)))
    run = grid_actions.run(limited, PLACE, uploads, lambda: False)
    next(run)
    object.__setattr__(limited.worker.limits, "max_seconds", 0)
    *_, last = run
    assert there(last) == [] and "Press the button" in last["grid_status"]


def test_several_paintings_are_mixed_and_a_ribbon_is_refused(cache, photo, painting) -> None:
    mixed = Uploads(photo, painting, photo, others=(photo,), shares=(0.25, 0.75))
    drafts = {}
    for name, uploads in {"one": Uploads(photo, painting), "two": mixed}.items():
        run = grid_actions.run(cache, PLACE, uploads, lambda: False, clock=repeat(0.0).__next__)
        next(run), next(run)
        drafts[name] = next(run)["drafts"].data
        run.close()
    assert drafts["one"] != drafts["two"]
    with pytest.raises(PictureError, match="too narrow"):
        next(grid_actions.run(cache, PLACE, Uploads(Image.new("RGB", (16, 300)), painting), lambda: False))


def test_a_press_or_the_list_puts_the_settings_into_paint(built, uploads) -> None:
    session = at(PLACE.updated(grid_by="brush"), uploads)
    x, y = LEFT + 3 * (WIDTH + GAP) + 5, TOP + 2 * (HEIGHT + GAP) + 5
    pressed = built.on(session, "in-drafts", "select", SimpleNamespace(index=[x, y]))
    assert pressed["pages"].selected == "paint" and pressed["in-draft"] is None
    chosen = built.on(session, "in-draft", "input", "2 3")
    expected = grid_actions.draft_settings("brush", (2, 3))
    shown = dict(zip(FIELDS, setting_widgets.shown(expected), strict=True))
    assert shown["style_scale"] == 3.0 and shown["style_layers"] == ["relu1_1", "relu2_1", "relu3_1"]
    for changes in (pressed, chosen):
        given = {name: value(changes[name]) for name in FIELDS if name in changes}
        assert given == {name: shown[name] for name in FIELDS if name not in ("size", "mix")}
    assert Settings(**{**given, "size": 512}) == expected
    for nonsense in ([5, 5], [-1, -1], None, "2 3"):
        beside = built.on(session, "in-drafts", "select", SimpleNamespace(index=nonsense))
        assert beside.keys() == {"pages"} and not getattr(beside["pages"], "selected", None)
    for nonsense in (None, "9 9", [2, 3], {}):
        assert built.on(session, "in-draft", "input", nonsense).keys() == {"pages"}


def test_a_run_shows_no_more_once_another_sheet_is_chosen(built, uploads, monkeypatch) -> None:
    session = at(PLACE, uploads)
    runs = [
        f
        for f in built.page.fns.values()
        if f.fn and {each.elem_id for each in f.outputs} == {"in-drafts", "in-grid-status"}
    ]
    assert len(runs) == 1
    shown = runs[0].fn(session)
    assert built.parts["in-grid-status"] in next(shown)
    session.state = session.state.updated(grid_by="brush")
    assert all(built.parts["in-grid-status"] not in changes for changes in shown)
