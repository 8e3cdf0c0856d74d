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

import app
from demo import transfer_actions
from demo.explorer import tour, words
from demo.explorer.place import VIEWS, Place
from demo.explorer.shelf import Own
from demo.explorer.visitor import Visitor
from demo.machine import Machine
from nst_core.settings import Settings

SMALL = {"size": 64, "evaluations": 2}
PLACE = Place(layer="relu2_1", channel=1, stop=0)


@pytest.fixture(scope="module")
def page(tiny) -> gr.Blocks:
    return app.build(tiny)


@pytest.fixture(scope="module")
def parts(page) -> dict[str, Any]:
    """Widgets by id, and the tabs of the page by name."""
    found = {block.elem_id: block for block in page.blocks.values() if getattr(block, "elem_id", None)}
    return found | {block.id: block for block in page.blocks.values() if isinstance(block, gr.Tab) and block.id}


@pytest.fixture(scope="module")
def on(page, parts) -> Callable[..., dict[str, Any]]:
    """on(visitor, id, event, *values) -> what the handler changes: {id: value}."""

    def call(visitor: Visitor, name: str, event: str, *values: Any) -> dict[str, Any]:
        target = parts[name]._id if name else page._id
        (function,) = [f for f in page.fns.values() if (target, event) in f.targets and f.fn is not None][-1:]
        changes = function.fn(visitor, *values)
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


def at(place: Place, own: Own | None = None) -> Visitor:
    """Who sees this place."""
    visitor = Visitor(place, own)
    visitor.arrived = True
    return visitor


def painted(tiny, photo, painting, **settings) -> transfer_actions.Session:
    session = transfer_actions.Session()
    run = transfer_actions.paint(Machine(tiny), photo, painting, Settings(**SMALL | settings), session)
    assert isinstance(list(run)[-1], transfer_actions.Finished)
    return session


def test_stylize_is_still_the_only_public_endpoint(page):
    events = page.get_config_file()["dependencies"]
    assert [event["api_name"] for event in events if event["api_visibility"] == "public"] == ["stylize"]
    assert len(events) > 40


def test_before_anything_was_painted_look_inside_shows_the_example(on):
    session = transfer_actions.Session(pair=2)
    visitor = at(PLACE)
    changes = on(visitor, "look-inside", "click", session)
    there = visitor.place
    assert (there.view, there.slot, there.pair, there.layer, there.stop) == ("compare", "result", 2, "relu3_1", 5)
    assert visitor.own == Own()
    assert changes["pages"].selected == "inside" and changes["in-tabs"].selected == "compare"
    assert Image.open(value(changes["in-grams"])).format == "PNG"


def test_look_inside_shows_what_was_painted_and_by_which_layers(on, tiny, photo, painting):
    layers = {"content_layers": ("relu2_2",), "style_layers": ("relu1_2", "pool1")}
    session = painted(tiny, photo, painting, **layers)
    visitor = at(PLACE)
    changes = on(visitor, "look-inside", "click", session)
    assert visitor.own == Own(session.last.photo, session.last.painting, session.last.picture)
    assert visitor.own.photo.size == photo.size and visitor.own.result.size == (64, 45)
    assert (visitor.place.content, visitor.place.style) == (("relu2_2",), ("relu1_2", "pool1"))
    assert "relu1_2 result" in value(changes["in-bars"]) and "relu3_1 result" not in value(changes["in-bars"])


@pytest.mark.parametrize("missing", ["content", "style"])
def test_a_painting_made_with_one_loss_can_be_looked_into_in_every_view(on, tiny, photo, painting, missing):
    session = painted(tiny, photo, painting, **{f"{missing}_weight": 0, f"{missing}_layers": ()})
    visitor = at(PLACE)
    on(visitor, "look-inside", "click", session)
    assert getattr(visitor.place, missing) == getattr(Place(), missing)
    for view in ("lesson", "losses", "errors"):
        assert on(visitor, *turned_to(view))["in-tabs"].selected == view == visitor.place.view


def test_the_layers_of_the_explorer_are_taken_to_the_painter(on, parts):
    there = PLACE.moved(content=("conv3_1", "relu4_2"), style=("pool2",))
    changes = on(at(there), "in-paint-with", "click")
    assert changes["pages"].selected == "paint"
    taken = {name: changes[name] for name in ("content_layers", "style_layers")}
    settings = Settings.from_dict(Settings().to_dict() | taken)
    assert (settings.content_layers, settings.style_layers) == (there.content, there.style)


LINKS = [
    Place(view="channels", layer="relu4_1", channel=2, page=0, sort="index", stop=0),
    Place(view="gram", layer="relu2_1", first=2, second=3, mode="cosine", shuffle=5, slot="painting"),
    Place(view="lesson", change="shuffle", amount=32, level="explore", pair=4),
    Place(view="errors", layer="conv3_1", slot="result", content=("relu1_1",)),
    Place(view="rebuild", layer="pool3", kind="style"),
]


@pytest.mark.parametrize("place", LINKS, ids=lambda place: place.view)
def test_a_link_opens_the_explorer_where_it_was_made(on, place):
    request = SimpleNamespace(query_params=dict(parse_qsl(place.link()[1:])))
    visitor = Visitor()
    changes = on(visitor, "", "load", request)
    assert visitor.place == place and visitor.own == Own()
    assert changes["pages"].selected == "inside" and changes["in-tabs"].selected == place.view
    assert f'href="{place.link()}"' in value(changes["in-link"]).replace("&amp;", "&")


@pytest.mark.parametrize("query", [{}, {"__theme": "dark"}, {"view": "<script>"}, {"layer": "relu2_1"}])
def test_any_other_address_opens_the_page_as_it_is(on, query):
    visitor = Visitor()
    assert list(on(visitor, "", "load", SimpleNamespace(query_params=query))) == ["pages"]
    assert (visitor.place, visitor.arrived) == (Visitor().place, False)


def test_the_first_look_fills_the_page_and_a_later_one_leaves_it_as_it_is(on):
    visitor = Visitor(PLACE)
    assert {"in-sheet", "in-ruler", "in-story"} <= on(visitor, "inside", "select").keys()
    assert list(on(visitor, "inside", "select")) == ["pages"]


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
    visitor = at(PLACE)
    changes = on(visitor, name, event, given)
    assert visitor.place == PLACE.moved(**{field: expected}) and visitor.own == Own()
    drawn = {"in-sheet", "in-card"} & changes.keys()
    assert bool(drawn) == (visitor.place != PLACE)


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("in-channel", 128, words.WRONG_CHANNEL.format(127)),
        ("in-first", -1, words.WRONG_CHANNEL.format(127)),
        ("in-second", "two", words.NOT_WHOLE),
        ("in-channel", float("nan"), words.NOT_WHOLE),
        ("in-page", float("inf"), words.NOT_WHOLE),
        ("in-layer", "relu9_9", "VGG19 has no layer"),
    ],
)
def test_what_is_no_channel_gets_one_sentence(on, name, given, said):
    with pytest.raises(gr.Error) as error:
        on(visitor := at(PLACE), name, "input", given)
    assert said in error.value.message and visitor.place == PLACE


def test_the_pictures_of_one_visitor_are_not_anothers(on, page, photo, painting):
    before = on(at(PLACE), "in-layer", "input", "relu3_1")
    ada, bob = at(PLACE), at(PLACE)
    on(ada, "in-picture", "upload", photo)
    assert ada.own == Own(photo) and bob.own == Own()
    assert on(bob, "in-layer", "input", "relu3_1")["in-about"] == before["in-about"]
    assert on(ada, "in-layer", "input", "relu3_1")["in-about"] != before["in-about"]
    on(bob, "in-picture", "upload", painting)
    assert (ada.own.photo, bob.own.photo) == (photo, painting)
    states = [block for block in page.blocks.values() if isinstance(block, gr.State)]
    sessions = [state for state in states if isinstance(state.value, transfer_actions.Session)]
    assert len(sessions) == 2
    first, second = SessionState(page), SessionState(page)
    for state in sessions:
        first[state._id].stop = True
        assert second[state._id].stop is False and state.value.stop is False
    (visitors,) = [state for state in states if isinstance(state.value, Visitor)]
    first[visitors._id].place = PLACE
    assert second[visitors._id].place == visitors.value.place == Visitor().place


def test_a_picture_brought_is_kept_small_until_a_bundled_pair_is_chosen(on):
    large = Image.linear_gradient("L").convert("RGB").resize((1600, 1000))
    visitor = at(PLACE.moved(row=1, column=1))
    on(visitor, "in-picture", "upload", large)
    assert visitor.own.photo.size == (512, 320) and visitor.place.row == -1
    on(visitor, "in-pairs-gallery", "select", SimpleNamespace(index=3))
    assert visitor.own == Own() and visitor.place.pair == 3


def test_a_result_can_be_brought_where_there_is_none(on, photo):
    visitor = at(PLACE, Own(photo))
    with pytest.warns(UserWarning, match="There is no result of your pictures"):
        assert on(visitor, "in-slot", "input", "result") == {"in-picture": None}
    assert visitor.place == PLACE.moved(slot="result")
    with pytest.raises(gr.Error, match="There is no result of your pictures"):
        on(visitor, "in-layer", "input", "relu3_1")
    assert on(visitor, "in-slot", "input", "photo")["in-picture"] is photo
    with pytest.warns(UserWarning):
        on(visitor, "in-slot", "input", "result")
    on(visitor, "in-picture", "upload", photo)
    assert visitor.own == Own(photo, result=photo)


@pytest.mark.parametrize(("name", "event", "given"), [turned_to("errors"), ("in-stop", "input", 5)])
def test_a_view_that_lacks_a_picture_is_not_entered_and_the_controls_say_so(on, photo, name, event, given):
    visitor = at(PLACE.moved(stop=2), Own(photo))
    with pytest.warns(UserWarning, match="There is no result of your pictures"):
        changes = on(visitor, name, event, given)
    assert visitor.place == PLACE.moved(stop=2)
    assert changes["in-tabs"].selected == "channels" and value(changes["in-stop"]) == 2


def test_clicks_at_the_same_time_all_count(on, page):
    """Every one goes on from where the one before has led, whichever thread is the quicker."""
    visitor = at(PLACE)
    moves = [
        ("in-sort", "index"),
        ("in-scale", "shared"),
        ("in-mode", "cosine"),
        ("in-curve", "log"),
        ("in-channel", 3),
    ]
    with ThreadPoolExecutor(len(moves)) as pool:
        list(pool.map(lambda move: on(visitor, move[0], "input", move[1]), moves))
    assert visitor.place == PLACE.moved(sort="index", scale="shared", mode="cosine", curve="log", channel=3)


def test_the_maps_can_be_taken_away(on, photo):
    file = on(at(PLACE, Own(photo)), "in-npz", "click")["in-npz-file"]
    assert Path(value(file)).name == "vgg19-relu2_1-photo.npz" and file["visible"]


def test_the_buttons_of_a_stop_are_those_of_its_offers(on):
    changes = on(at(PLACE.moved(stop=3)), "in-level", "input", "explore")
    assert not {f"in-offer-{n}" for n in range(tour.OFFERS)} & changes.keys()
    request = SimpleNamespace(query_params={"view": "lesson", "stop": "3"})
    shown = on(Visitor(), "", "load", request)
    offers = [shown[f"in-offer-{n}"] for n in range(tour.OFFERS)]
    assert [offer["value"] for offer in offers if offer["visible"]] == [o.words for o in tour.STOPS[2].offers]
