"""The built page without a browser: its events by name, called with what a visitor has, on a tiny encoder."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

import gradio as gr
import pytest
from gradio.state_holder import SessionState
from PIL import Image

from demo.compute.worker import Worker
from demo.explorer import labels, tour
from demo.explorer.feature_cache import Uploads
from demo.explorer.session import ExplorerSession
from demo.explorer.view_state import VIEWS, ViewState
from demo.page import build
from demo.paint import paint_actions
from nst_core.settings import Settings

SMALL = {"size": 64, "evaluations": 2}
PLACE = ViewState(layer="relu2_1", channel=1, stop=0)


@pytest.fixture(scope="module")
def page(tiny) -> gr.Blocks:
    return build(Worker(tiny))


@pytest.fixture(scope="module")
def parts(page) -> dict[str, Any]:
    """Widgets by id, and the tabs of the page by name."""
    found = {block.elem_id: block for block in page.blocks.values() if getattr(block, "elem_id", None)}
    return found | {block.id: block for block in page.blocks.values() if isinstance(block, gr.Tab) and block.id}


@pytest.fixture(scope="module")
def on(page, parts) -> Callable[..., dict[str, Any]]:
    """on(visitor, id, event, *values) -> what the handler changes: {id: value}."""

    def call(session: ExplorerSession, name: str, event: str, *values: Any) -> dict[str, Any]:
        target = parts[name]._id if name else page._id
        (function,) = [f for f in page.fns.values() if (target, event) in f.targets and f.fn is not None][-1:]
        changes = function.fn(session, *values)
        if not isinstance(changes, dict) or "__type__" in changes:  # values in the order of the outputs
            answers = changes if isinstance(changes, tuple) else (changes,)
            changes = dict(zip(function.outputs, answers, strict=True))
        assert changes.keys() <= set(function.outputs)
        return {widget.elem_id: value for widget, value in changes.items()}

    return call


def turned_to(view: str) -> tuple[str, str, Any]:
    """The click on a view's tab."""
    return "in-tabs", "select", SimpleNamespace(index=VIEWS.index(view))


def value(change: Any) -> Any:
    return change["value"] if isinstance(change, dict) else change


def at(state: ViewState, uploads: Uploads | None = None) -> ExplorerSession:
    """Who sees this place."""
    session = ExplorerSession(state, uploads)
    session.rendered = True
    return session


def painted(tiny, photo, painting, **settings) -> paint_actions.PaintSession:
    session = paint_actions.PaintSession()
    run = paint_actions.paint(Worker(tiny), photo, painting, Settings(**SMALL | settings), session)
    assert isinstance(list(run)[-1], paint_actions.Finished)
    return session


def test_stylize_is_still_the_only_public_endpoint(page):
    events = page.get_config_file()["dependencies"]
    assert [event["api_name"] for event in events if event["api_visibility"] == "public"] == ["stylize"]
    assert len(events) > 40


def test_before_anything_was_painted_look_inside_shows_the_example(on):
    paint_session = paint_actions.PaintSession(pair=2)
    session = at(PLACE)
    changes = on(session, "look-inside", "click", paint_session)
    there = session.state
    assert (there.view, there.slot, there.pair, there.layer, there.stop) == ("compare", "result", 2, "relu3_1", 5)
    assert session.uploads == Uploads()
    assert changes["pages"].selected == "inside" and changes["in-tabs"].selected == "compare"
    assert Image.open(value(changes["in-grams"])).format == "PNG"


def test_look_inside_shows_what_was_painted_and_by_which_layers(on, tiny, photo, painting):
    layers = {"content_layers": ("relu2_2",), "style_layers": ("relu1_2", "pool1")}
    paint_session = painted(tiny, photo, painting, **layers)
    session = at(PLACE)
    changes = on(session, "look-inside", "click", paint_session)
    assert session.uploads == Uploads(paint_session.last.photo, paint_session.last.painting, paint_session.last.picture)
    assert session.uploads.photo.size == photo.size and session.uploads.result.size == (64, 45)
    assert (session.state.content, session.state.style) == (("relu2_2",), ("relu1_2", "pool1"))
    assert "relu1_2 result" in value(changes["in-bars"]) and "relu3_1 result" not in value(changes["in-bars"])


@pytest.mark.parametrize("missing", ["content", "style"])
def test_a_painting_made_with_one_loss_can_be_looked_into_in_every_view(on, tiny, photo, painting, missing):
    paint_session = painted(tiny, photo, painting, **{f"{missing}_weight": 0, f"{missing}_layers": ()})
    session = at(PLACE)
    on(session, "look-inside", "click", paint_session)
    assert getattr(session.state, missing) == getattr(ViewState(), missing)
    for view in ("lesson", "losses", "errors"):
        assert on(session, *turned_to(view))["in-tabs"].selected == view == session.state.view


def test_the_layers_of_the_explorer_are_taken_to_the_painter(on, parts):
    there = PLACE.updated(content=("conv3_1", "relu4_2"), style=("pool2",))
    changes = on(at(there), "in-paint-with", "click")
    assert changes["pages"].selected == "paint"
    taken = {name: changes[name] for name in ("content_layers", "style_layers")}
    settings = Settings.from_dict(Settings().to_dict() | taken)
    assert (settings.content_layers, settings.style_layers) == (there.content, there.style)


LINKS = [
    ViewState(view="channels", layer="relu4_1", channel=2, page=0, sort="index", stop=0),
    ViewState(view="gram", layer="relu2_1", first=2, second=3, mode="cosine", shuffle=5, slot="painting"),
    ViewState(view="lesson", change="shuffle", amount=32, level="explore", pair=4),
    ViewState(view="errors", layer="conv3_1", slot="result", content=("relu1_1",)),
    ViewState(view="rebuild", layer="pool3", kind="style"),
]


@pytest.mark.parametrize("state", LINKS, ids=lambda state: state.view)
def test_a_link_opens_the_explorer_where_it_was_made(on, state):
    request = SimpleNamespace(query_params=dict(parse_qsl(state.link()[1:])))
    session = ExplorerSession()
    changes = on(session, "", "load", request)
    assert session.state == state and session.uploads == Uploads()
    assert changes["pages"].selected == "inside" and changes["in-tabs"].selected == state.view
    assert f'href="{state.link()}"' in value(changes["in-link"]).replace("&amp;", "&")


@pytest.mark.parametrize("query", [{}, {"__theme": "dark"}, {"view": "<script>"}, {"layer": "relu2_1"}])
def test_any_other_address_opens_the_page_as_it_is(on, query):
    session = ExplorerSession()
    assert list(on(session, "", "load", SimpleNamespace(query_params=query))) == ["pages"]
    assert (session.state, session.rendered) == (ExplorerSession().state, False)


def test_the_first_look_fills_the_page_and_a_later_one_leaves_it_as_it_is(on):
    session = ExplorerSession(PLACE)
    assert {"in-sheet", "in-ruler", "in-story"} <= on(session, "inside", "select").keys()
    assert list(on(session, "inside", "select")) == ["pages"]


CONTROLS = [
    ("in-layer", "input", "conv4_2", "layer", "conv4_2"),
    ("in-slot", "input", "painting", "slot", "painting"),
    ("in-level", "input", "explore", "level", "explore"),
    ("in-sort", "input", "cluster", "sort", "cluster"),
    ("in-scale", "input", "shared", "scale", "shared"),
    ("in-channel", "input", 3, "channel", 3),
    ("in-channel", "input", None, "channel", 1),
    ("in-partners", "input", 2, "channel", 2),
    ("in-page", "input", 1, "page", 0),
    ("in-mode", "input", "correlation", "mode", "correlation"),
    ("in-curve", "input", "log", "curve", "log"),
    ("in-first", "input", 3, "first", 3),
    ("in-second", "input", 2, "second", 2),
    ("in-pairs-by", "input", "difference", "pairs_by", "difference"),
    ("in-change", "input", "grey", "change", "grey"),
    ("in-amount", "release", 40, "amount", 40),
    ("in-kind", "input", "style", "kind", "style"),
    ("in-roles", "input", ["style"], "style", ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")),
]


@pytest.mark.parametrize(("name", "event", "given", "field", "expected"), CONTROLS)
def test_a_control_moves_the_visitor_and_nothing_else(on, name, event, given, field, expected):
    session = at(PLACE)
    changes = on(session, name, event, given)
    assert session.state == PLACE.updated(**{field: expected}) and session.uploads == Uploads()
    drawn = {"in-sheet", "in-card"} & changes.keys()
    assert bool(drawn) == (session.state != PLACE)


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
def test_what_is_no_channel_gets_one_sentence(on, name, given, said):
    with pytest.raises(gr.Error) as error:
        on(session := at(PLACE), name, "input", given)
    assert said in error.value.message and session.state == PLACE


def test_the_pictures_of_one_visitor_are_not_anothers(on, page, photo, painting):
    before = on(at(PLACE), "in-layer", "input", "relu3_1")
    ada, bob = at(PLACE), at(PLACE)
    on(ada, "in-picture", "upload", photo)
    assert ada.uploads == Uploads(photo) and bob.uploads == Uploads()
    assert on(bob, "in-layer", "input", "relu3_1")["in-about"] == before["in-about"]
    assert on(ada, "in-layer", "input", "relu3_1")["in-about"] != before["in-about"]
    on(bob, "in-picture", "upload", painting)
    assert (ada.uploads.photo, bob.uploads.photo) == (photo, painting)
    states = [block for block in page.blocks.values() if isinstance(block, gr.State)]
    sessions = [state for state in states if isinstance(state.value, paint_actions.PaintSession)]
    assert len(sessions) == 2
    first, second = SessionState(page), SessionState(page)
    for state in sessions:
        first[state._id].stop = True
        assert second[state._id].stop is False and state.value.stop is False
    (visitors,) = [state for state in states if isinstance(state.value, ExplorerSession)]
    first[visitors._id].state = PLACE
    assert second[visitors._id].state == visitors.value.state == ExplorerSession().state


def test_a_picture_brought_is_kept_small_until_a_bundled_pair_is_chosen(on):
    large = Image.linear_gradient("L").convert("RGB").resize((1600, 1000))
    session = at(PLACE.updated(row=1, column=1))
    on(session, "in-picture", "upload", large)
    assert session.uploads.photo.size == (512, 320) and session.state.row == -1
    on(session, "in-pairs-gallery", "select", SimpleNamespace(index=3))
    assert session.uploads == Uploads() and session.state.pair == 3


def test_a_result_can_be_brought_where_there_is_none(on, photo):
    session = at(PLACE, Uploads(photo))
    with pytest.warns(UserWarning, match="There is no result of your pictures"):
        assert on(session, "in-slot", "input", "result") == {"in-picture": None}
    assert session.state == PLACE.updated(slot="result")
    with pytest.raises(gr.Error, match="There is no result of your pictures"):
        on(session, "in-layer", "input", "relu3_1")
    assert on(session, "in-slot", "input", "photo")["in-picture"] is photo
    with pytest.warns(UserWarning):
        on(session, "in-slot", "input", "result")
    on(session, "in-picture", "upload", photo)
    assert session.uploads == Uploads(photo, result=photo)


@pytest.mark.parametrize(("name", "event", "given"), [turned_to("errors"), ("in-stop", "input", 5)])
def test_a_view_that_lacks_a_picture_is_not_entered_and_the_controls_say_so(on, photo, name, event, given):
    session = at(PLACE.updated(stop=2), Uploads(photo))
    with pytest.warns(UserWarning, match="There is no result of your pictures"):
        changes = on(session, name, event, given)
    assert session.state == PLACE.updated(stop=2)
    assert changes["in-tabs"].selected == "channels" and value(changes["in-stop"]) == 2


def test_clicks_at_the_same_time_all_count(on, page):
    """Every one goes on from where the one before has led, whichever thread is the quicker."""
    session = at(PLACE)
    moves = [
        ("in-sort", "index"),
        ("in-scale", "shared"),
        ("in-mode", "cosine"),
        ("in-curve", "log"),
        ("in-channel", 3),
    ]
    with ThreadPoolExecutor(len(moves)) as pool:
        list(pool.map(lambda move: on(session, move[0], "input", move[1]), moves))
    assert session.state == PLACE.updated(sort="index", scale="shared", mode="cosine", curve="log", channel=3)


def test_the_maps_can_be_taken_away(on, photo):
    file = on(at(PLACE, Uploads(photo)), "in-npz", "click")["in-npz-file"]
    assert Path(value(file)).name == "vgg19-relu2_1-photo.npz" and file["visible"]


def test_the_buttons_of_a_stop_are_those_of_its_offers(on):
    changes = on(at(PLACE.updated(stop=3)), "in-level", "input", "explore")
    assert not {f"in-offer-{n}" for n in range(tour.OFFERS)} & changes.keys()
    request = SimpleNamespace(query_params={"view": "lesson", "stop": "3"})
    shown = on(ExplorerSession(), "", "load", request)
    offers = [shown[f"in-offer-{n}"] for n in range(tour.OFFERS)]
    assert [offer["value"] for offer in offers if offer["visible"]] == [o.words for o in tour.STOPS[2].offers]
