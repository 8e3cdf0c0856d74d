"""The built page without a browser: its events by name, called with what a visitor has, on a tiny encoder."""

from collections.abc import Callable
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
from demo.explorer.place import Place
from demo.explorer.shelf import Own
from demo.machine import Machine
from nst_core.settings import Settings

SMALL = {"size": 64, "evaluations": 2}
PLACE = Place(layer="relu2_1", channel=1, stop=0)


@pytest.fixture(scope="module")
def page(tiny) -> gr.Blocks:
    return app.build(tiny)


@pytest.fixture(scope="module")
def parts(page) -> dict[str, Any]:
    """Widgets by id, and the tabs of the views by name."""
    found = {block.elem_id: block for block in page.blocks.values() if getattr(block, "elem_id", None)}
    return found | {block.id: block for block in page.blocks.values() if isinstance(block, gr.Tab) and block.id}


@pytest.fixture(scope="module")
def on(page, parts) -> Callable[..., dict[str, Any]]:
    """on(id, event, *values) -> what the handler changes: {id, or class of a state: value}."""

    def call(name: str, event: str, *values: Any) -> dict[str, Any]:
        target = parts[name]._id if name else page._id
        (function,) = [f for f in page.fns.values() if (target, event) in f.targets and f.fn is not None][-1:]
        changes = function.fn(*values)
        if not isinstance(changes, dict) or "__type__" in changes:  # values in the order of the outputs
            answers = changes if isinstance(changes, tuple) else (changes,)
            changes = dict(zip(function.outputs, answers, strict=True))
        assert changes.keys() <= set(function.outputs)
        return {widget.elem_id or type(widget.value).__name__: value for widget, value in changes.items()}

    return call


def value(change: Any) -> Any:
    return change["value"] if isinstance(change, dict) else change


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
    changes = on("look-inside", "click", PLACE, session)
    there = changes["Place"]
    assert (there.view, there.slot, there.pair, there.layer, there.stop) == ("compare", "result", 2, "relu3_1", 5)
    assert changes["Own"] == Own()
    assert changes["pages"].selected == "inside" and changes["in-tabs"].selected == "compare"
    assert Image.open(value(changes["in-grams"])).format == "PNG"


def test_look_inside_shows_what_was_painted_and_by_which_layers(on, tiny, photo, painting):
    layers = {"content_layers": ("relu2_2",), "style_layers": ("relu1_2", "pool1")}
    session = painted(tiny, photo, painting, **layers)
    changes = on("look-inside", "click", PLACE, session)
    assert changes["Own"] == Own(session.last.photo, session.last.painting, session.last.picture)
    assert changes["Own"].photo.size == photo.size and changes["Own"].result.size == (64, 45)
    assert (changes["Place"].content, changes["Place"].style) == (("relu2_2",), ("relu1_2", "pool1"))
    assert "relu1_2 result" in value(changes["in-bars"]) and "relu3_1 result" not in value(changes["in-bars"])


@pytest.mark.parametrize("missing", ["content", "style"])
def test_a_painting_made_with_one_loss_can_be_looked_into_in_every_view(on, tiny, photo, painting, missing):
    session = painted(tiny, photo, painting, **{f"{missing}_weight": 0, f"{missing}_layers": ()})
    changes = on("look-inside", "click", PLACE, session)
    assert getattr(changes["Place"], missing) == getattr(Place(), missing)
    for view in ("lesson", "losses", "errors"):
        shown = on(view, "select", changes["Place"], changes["Own"])
        assert shown["Place"].view == view


def test_the_layers_of_the_explorer_are_taken_to_the_painter(on, parts):
    there = PLACE.moved(content=("conv3_1", "relu4_2"), style=("pool2",))
    changes = on("in-paint-with", "click", there)
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
    changes = on("", "load", request)
    assert changes["Place"] == place and changes["Own"] == Own()
    assert changes["pages"].selected == "inside" and changes["in-tabs"].selected == place.view
    assert f'href="{place.link()}"' in value(changes["in-link"]).replace("&amp;", "&")


@pytest.mark.parametrize("query", [{}, {"__theme": "dark"}, {"view": "<script>"}, {"layer": "relu2_1"}])
def test_any_other_address_opens_the_page_as_it_is(on, query):
    assert list(on("", "load", SimpleNamespace(query_params=query))) == ["pages"]


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
    changes = on(name, event, PLACE, Own(), given)
    assert changes["Place"] == PLACE.moved(**{field: expected})
    assert "Own" not in changes


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
        on(name, "input", PLACE, Own(), given)
    assert said in error.value.message


def test_the_pictures_of_one_visitor_are_not_anothers(on, page, photo, painting):
    before = on("in-layer", "input", PLACE, Own(), "relu3_1")
    ada, bob = Own(), Own()
    ada = on("in-picture", "upload", PLACE, ada, photo)["Own"]
    assert ada == Own(photo) and bob == Own()
    assert on("in-layer", "input", PLACE, bob, "relu3_1")["in-about"] == before["in-about"]
    assert on("in-layer", "input", PLACE, ada, "relu3_1")["in-about"] != before["in-about"]
    bob = on("in-picture", "upload", PLACE, bob, painting)["Own"]
    assert (ada.photo, bob.photo) == (photo, painting)
    states = [block for block in page.blocks.values() if isinstance(block, gr.State)]
    sessions = [state for state in states if isinstance(state.value, transfer_actions.Session)]
    assert len(sessions) == 2
    first, second = SessionState(page), SessionState(page)
    for state in sessions:
        first[state._id].stop = True
        assert second[state._id].stop is False and state.value.stop is False


def test_a_picture_brought_is_kept_small_until_a_bundled_pair_is_chosen(on):
    large = Image.linear_gradient("L").convert("RGB").resize((1600, 1000))
    own = on("in-picture", "upload", PLACE.moved(row=1, column=1), Own(), large)
    assert own["Own"].photo.size == (512, 320) and own["Place"].row == -1
    other = on("in-pairs-gallery", "select", PLACE, SimpleNamespace(index=3))
    assert other["Own"] == Own() and other["Place"].pair == 3


def test_a_result_can_be_brought_where_there_is_none(on, photo):
    with pytest.warns(UserWarning, match="There is no result of your pictures"):
        empty = on("in-slot", "input", PLACE, Own(photo), "result")
    assert empty == {"Place": PLACE.moved(slot="result"), "in-picture": None}
    brought = on("in-picture", "upload", empty["Place"], Own(photo), photo)
    assert brought["Own"] == Own(photo, result=photo)
    back = on("in-slot", "input", empty["Place"], Own(photo), "photo")
    assert back["in-picture"] is photo


def test_the_maps_can_be_taken_away(on, photo):
    file = on("in-npz", "click", PLACE, Own(photo))["in-npz-file"]
    assert Path(value(file)).name == "vgg19-relu2_1-photo.npz" and file["visible"]


def test_the_buttons_of_a_stop_are_those_of_its_offers(on):
    changes = on("in-level", "input", PLACE.moved(stop=3), Own(), "explore")
    assert not {f"in-offer-{n}" for n in range(tour.OFFERS)} & changes.keys()
    request = SimpleNamespace(query_params={"view": "lesson", "stop": "3"})
    shown = on("", "load", request)
    offers = [shown[f"in-offer-{n}"] for n in range(tour.OFFERS)]
    assert [offer["value"] for offer in offers if offer["visible"]] == [o.words for o in tour.STOPS[2].offers]
