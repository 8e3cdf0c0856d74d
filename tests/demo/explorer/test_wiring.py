"""The events of the explorer: each brings the session to another state, and answers with what changes. On a tiny encoder."""

import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from gradio.state_holder import SessionState
from PIL import Image

from demo import text
from demo.explorer import labels, tour
from demo.explorer.feature_cache import Uploads
from demo.explorer.session import ExplorerSession
from demo.explorer.view_state import ViewState
from demo.explorer.views import VIEWS
from demo.paint.paint_actions import PaintSession
from tests.support.built_page import BuiltPage, at, tab_click, value

PLACE = ViewState(layer="relu2_1", channel=1, stop=0)
# A panel of each view that every answer with another state of that view fills.
FILLED = {
    "channels": "in-sheet",
    "gram": "in-whole",
    "lesson": "in-changed",
    "compare": "in-grams",
    "errors": "in-errors",
    "losses": "in-shares",
    "rebuild": "in-rebuild-words",
}
FRAME = {"in-tabs", "in-stop", "in-level", "in-story", "in-slot", "in-picture", "in-ruler"}
FRAME |= {"in-layer", "in-roles", "in-facts", "in-link"}


@pytest.fixture(scope="module")
def built(tiny) -> BuiltPage:
    return BuiltPage(tiny)


CONTROLS = [
    ("channels", "in-layer", "input", "conv4_2", "layer", "conv4_2"),
    ("channels", "in-slot", "input", "painting", "slot", "painting"),
    ("channels", "in-level", "input", "explore", "level", "explore"),
    ("channels", "in-sort", "input", "cluster", "sort", "cluster"),
    ("channels", "in-scale", "input", "shared", "scale", "shared"),
    ("channels", "in-channel", "input", 3, "channel", 3),
    ("channels", "in-channel", "input", None, "channel", 1),
    ("channels", "in-partners", "input", 2, "channel", 2),
    ("channels", "in-page", "input", 1, "sheet_page", 0),
    ("gram", "in-mode", "input", "correlation", "mode", "correlation"),
    ("gram", "in-curve", "input", "log", "curve", "log"),
    ("gram", "in-first", "input", 3, "first", 3),
    ("gram", "in-second", "input", 2, "second", 2),
    ("gram", "in-pairs-by", "input", "difference", "pairs_by", "difference"),
    ("lesson", "in-change", "input", "grey", "change", "grey"),
    ("lesson", "in-amount", "release", 40, "amount", 40),
    ("rebuild", "in-kind", "input", "style", "kind", "style"),
    ("channels", "in-roles", "input", ["style"], "style", ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")),
]


@pytest.mark.parametrize(("view", "name", "event", "given", "field", "expected"), CONTROLS)
def test_a_control_sets_its_field_and_nothing_else(built, view, name, event, given, field, expected):
    before = PLACE.updated(view=view)
    session = at(before)
    changes = built.on(session, name, event, given)
    assert session.state == before.updated(**{field: expected}) and session.uploads == Uploads()
    drawn = {FILLED[view]} & changes.keys()
    assert bool(drawn) == (session.state != before)


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("in-channel", 128, labels.WRONG_CHANNEL.format(127)),
        ("in-first", -1, labels.WRONG_CHANNEL.format(127)),
        ("in-second", "two", labels.NOT_WHOLE),
        ("in-channel", float("nan"), labels.NOT_WHOLE),
        ("in-page", float("inf"), labels.NOT_WHOLE),
        ("in-layer", "relu9_9", "VGG19 has no layer"),
    ],
)
def test_what_is_no_channel_gets_one_sentence(built, name, given, said):
    with pytest.raises(gr.Error) as error:
        built.on(session := at(PLACE), name, "input", given)
    assert said in error.value.message and session.state == PLACE


def test_the_pictures_of_one_visitor_are_not_anothers(built, photo, painting):
    before = built.on(at(PLACE), "in-layer", "input", "relu3_1")
    ada, bob = at(PLACE), at(PLACE)
    built.on(ada, "in-picture", "upload", photo)
    assert ada.uploads == Uploads(photo) and bob.uploads == Uploads()
    assert built.on(bob, "in-layer", "input", "relu3_1")["in-about"] == before["in-about"]
    assert built.on(ada, "in-layer", "input", "relu3_1")["in-about"] != before["in-about"]
    built.on(bob, "in-picture", "upload", painting)
    assert (ada.uploads.photo, bob.uploads.photo) == (photo, painting)


def test_what_one_visitor_does_is_not_done_for_another(built):
    """Gradio copies the value of every `gr.State` for each visitor."""
    states = [block for block in built.page.blocks.values() if isinstance(block, gr.State)]
    sessions = [state for state in states if isinstance(state.value, (PaintSession, ExplorerSession))]
    assert len(sessions) == 2
    first, second = SessionState(built.page), SessionState(built.page)
    for state in sessions:
        first[state._id].stop = True
        assert second[state._id].stop is False and state.value.stop is False
    (explorer,) = [state for state in sessions if isinstance(state.value, ExplorerSession)]
    first[explorer._id].state = PLACE
    assert second[explorer._id].state == explorer.value.state == ExplorerSession().state


def test_an_upload_is_kept_small_until_a_bundled_pair_is_chosen(built):
    large = Image.linear_gradient("L").convert("RGB").resize((1600, 1000))
    session = at(PLACE.updated(row=1, column=1))
    built.on(session, "in-picture", "upload", large)
    assert session.uploads.photo.size == (512, 320) and session.state.row == -1
    built.on(session, "in-pairs-gallery", "select", SimpleNamespace(index=3))
    assert session.uploads == Uploads() and session.state.pair == 3


def test_a_result_can_be_uploaded_where_there_is_none(built, photo):
    session = at(PLACE, Uploads(photo))
    with pytest.warns(UserWarning, match="There is no result of your pictures"):
        assert built.on(session, "in-slot", "input", "result") == {"in-picture": None}
    assert session.state == PLACE.updated(slot="result")
    with pytest.raises(gr.Error, match="There is no result of your pictures"):
        built.on(session, "in-layer", "input", "relu3_1")
    assert built.on(session, "in-slot", "input", "photo")["in-picture"] is photo
    with pytest.warns(UserWarning):
        built.on(session, "in-slot", "input", "result")
    built.on(session, "in-picture", "upload", photo)
    assert session.uploads == Uploads(photo, result=photo)


@pytest.mark.parametrize(("name", "event", "given"), [tab_click("errors"), ("in-stop", "input", 5)])
def test_a_view_that_lacks_a_picture_is_not_opened_and_the_controls_say_so(built, photo, name, event, given):
    session = at(PLACE.updated(stop=2), Uploads(photo))
    with pytest.warns(UserWarning, match="There is no result of your pictures"):
        changes = built.on(session, name, event, given)
    assert session.state == PLACE.updated(stop=2)
    assert changes["in-tabs"].selected == "channels" and value(changes["in-stop"]) == 2


def test_clicks_at_the_same_time_all_count(built):
    """Each starts from the state that the one before has set, whichever thread is the quicker."""
    session = at(PLACE)
    clicks = [
        ("in-sort", "index"),
        ("in-scale", "shared"),
        ("in-mode", "cosine"),
        ("in-curve", "log"),
        ("in-channel", 3),
    ]
    with ThreadPoolExecutor(len(clicks)) as pool:
        list(pool.map(lambda click: built.on(session, click[0], "input", click[1]), clicks))
    assert session.state == PLACE.updated(sort="index", scale="shared", mode="cosine", curve="log", channel=3)


def test_the_maps_can_be_downloaded(built, photo):
    file = built.on(at(PLACE, Uploads(photo)), "in-npz", "click")["in-npz-file"]
    assert Path(value(file)).name == "vgg19-relu2_1-photo.npz" and file["visible"]


def test_the_buttons_of_a_stop_are_those_of_its_offers(built):
    changes = built.on(at(PLACE.updated(stop=3)), "in-level", "input", "explore")
    assert not {f"in-offer-{n}" for n in range(tour.OFFERS)} & changes.keys()
    request = SimpleNamespace(query_params={"view": "lesson", "stop": "3"})
    shown = built.on(ExplorerSession(), "", "load", request)
    offers = [shown[f"in-offer-{n}"] for n in range(tour.OFFERS)]
    assert [offer["value"] for offer in offers if offer["visible"]] == [o.label for o in tour.STOPS[2].offers]


def test_a_row_of_the_table_opens_its_pair(built):
    session = at(PLACE.updated(view="gram"))
    table = built.on(session, "in-pairs-by", "input", "correlation")["in-pairs"]
    built.on(session, "in-pairs", "select", SimpleNamespace(index=[2, 4]))
    assert [session.state.first, session.state.second] == value(table)[2][:2]


# ---- what an answer may change


def test_an_event_of_a_view_lists_the_frame_and_that_view_only(built):
    everything = built.outputs("in-layer", "input")
    for view, name, event, *_ in CONTROLS:
        if name.removeprefix("in-") not in ("layer", "slot", "level", "roles"):
            own = built.outputs(name, event)
            assert FRAME <= own < everything, name
            assert {FILLED[other] for other in FILLED if FILLED[other] in own} == {FILLED[view]}, name
    for name, event in (("in-sheet", "select"), ("in-window", "select"), ("in-shuffle", "click")):
        assert FRAME <= built.outputs(name, event) < everything


def test_an_event_that_can_change_the_view_or_the_level_lists_everything_that_an_answer_changes(built):
    names = [("in-tabs", "select"), ("in-stop", "input"), ("in-level", "input"), ("in-layer", "input")]
    names += [("in-ruler", "pick"), ("in-slot", "input"), ("in-picture", "upload"), ("in-pairs-gallery", "select")]
    names += [("in-offer-0", "click")]
    (everything,) = {frozenset(built.outputs(*name)) for name in names}
    assert FRAME | set(FILLED.values()) | {"in-offer-0", "in-npz", "in-csv", "in-spectrum"} <= everything
    assert everything < built.outputs("", "load") == everything | {"pages"}
    # What no answer changes is in no list.
    never = {"in-pairs-gallery", "in-paint-with", "in-ruler-key", "in-npz-file"}
    never |= {"in-rebuild", "in-stop-rebuild", "in-rebuild-status", "in-rebuilt"}
    assert not never & everything


def test_an_event_of_a_view_that_was_left_meanwhile_counts_and_changes_nothing_of_the_other_view(built):
    session = at(PLACE.updated(view="gram"))
    changes = built.on(session, "in-sort", "input", "index")
    assert session.state == PLACE.updated(view="gram", sort="index")
    assert changes.keys() <= FRAME and "sort=index" in changes["in-link"]
    assert built.on(session, *tab_click("channels"))["in-sort"] == "index"


def test_the_view_stays_when_gradio_has_dropped_the_session(built):
    """The page still shows the view of the event; the session is a new one."""
    session = ExplorerSession()
    changes = built.on(session, "in-mode", "input", "cosine")
    assert (session.state.view, session.state.mode) == ("gram", "cosine")
    assert {"in-tabs", "in-picture", "in-story", FILLED["gram"]} <= changes.keys()
    assert changes["in-tabs"].selected == "gram"


@pytest.mark.parametrize("view", VIEWS)
def test_the_level_shows_and_hides_the_controls_of_every_view(built, view):
    hidden = {"in-sort", "in-scale", "in-npz", "in-curve", "in-pairs-by", "in-pairs", "in-csv"}
    hidden |= {"in-amount", "in-spectrum", "in-roles"}
    session = at(PLACE.updated(view=view))
    for level in ("explore", "learn"):
        changes = built.on(session, "in-level", "input", level)
        switched = {name: change["visible"] for name, change in changes.items() if _has_visibility(change)}
        assert switched == dict.fromkeys(hidden, level == "explore")


def _has_visibility(change: Any) -> bool:
    return isinstance(change, dict) and "visible" in change


# ---- what a browser would never send

NONSENSE: list[Any] = [
    *(None, True, -1, 10**30, 1.5, math.nan, math.inf, "", "x", "1", "relu2_1", [], {}, {"index": 1}),
    *([1], [1, 2, 3], ["a", "b"], [math.nan, 1], [10**400, 1], [[1, 2], [3, 4]], [None, None], [True, 1], [1e300, 0]),
]
SELECTED = ["in-sheet", "in-card", "in-whole", "in-window", "in-pairs", "in-pairs-gallery", "in-tabs"]


@pytest.mark.parametrize("name", SELECTED)
def test_an_index_that_is_none_is_ignored(built, name):
    view = "channels" if name in ("in-sheet", "in-card") else "gram"
    session = at(PLACE.updated(view=view))
    for nonsense in NONSENSE:
        before = session.state
        built.on(session, name, "select", SimpleNamespace(index=nonsense))
        if name != "in-pairs" or nonsense not in ([1], [1, 2, 3]):  # the column of a table does not matter
            assert session.state == before, nonsense
        for data in (nonsense, {"index": nonsense, "value": nonsense}):
            built.on(session, name, "select", gr.EventData(None, data))


def test_a_layer_that_is_none_is_ignored(built):
    session = at(PLACE)
    for nonsense in NONSENSE:
        for data in (nonsense, {"layer": nonsense}):
            built.on(session, "in-ruler", "pick", gr.EventData(None, data))
    assert session.state == PLACE.updated(layer="relu2_1")


@pytest.mark.parametrize(
    "name", [name for _, name, *_ in CONTROLS if name not in ("in-partners", "in-roles")] + ["in-stop"]
)
def test_a_control_ignores_nonsense_or_refuses_it_in_a_sentence(built, name):
    view = next((view for view, other, *_ in CONTROLS if other == name), "channels")
    event = "release" if name == "in-amount" else "input"
    session = at(PLACE.updated(view=view))
    for nonsense in NONSENSE:
        try:
            built.on(session, name, event, nonsense)
        except gr.Error as error:
            assert error.message != text.UNEXPECTED, nonsense


def test_an_upload_of_nothing_changes_nothing(built):
    session = at(PLACE)
    built.on(session, "in-picture", "upload", None)
    assert (session.state, session.uploads) == (PLACE, Uploads())
