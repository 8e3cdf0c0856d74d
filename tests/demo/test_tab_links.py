"""The ways between the two tabs, and into the explorer by a link. On the built page, with a tiny encoder."""

from urllib.parse import parse_qsl

import gradio as gr
import pytest
from PIL import Image

from demo.compute.worker import Worker
from demo.examples import PAIRS
from demo.explorer import labels
from demo.explorer.feature_cache import Uploads
from demo.explorer.session import ExplorerSession
from demo.explorer.view_state import ViewState
from demo.paint import paint_actions
from demo.paint.file_names import NAME
from demo.paint.painted import boxed
from demo.paint.updates import Finished
from nst_core.images import ALPHA, load_picture
from nst_core.settings import Settings
from tests.support.built_page import at, tab_click, value

SMALL = {"size": 64, "evaluations": 2}
PLACE = ViewState(layer="relu2_1", channel=1, stop=0)


def painted(tiny, photo, painting, **settings) -> paint_actions.PaintSession:
    session = paint_actions.PaintSession()
    run = paint_actions.paint(Worker(tiny), photo, [painting], Settings(**SMALL | settings), session)
    assert isinstance(list(run)[-1], Finished)
    return session


def test_the_links_between_the_tabs_are_no_endpoints(built):
    events = built.page.get_config_file()["dependencies"]
    assert [event["api_name"] for event in events if event["api_visibility"] == "public"] == ["stylize", "explore"]
    assert len(events) > 40


def test_before_anything_was_painted_look_inside_shows_the_example(built):
    paint_session = paint_actions.PaintSession(pair=2)
    session = at(PLACE)
    changes = built.on(session, "look-inside", "click", paint_session)
    there = session.state
    assert (there.view, there.slot, there.pair, there.layer, there.stop) == ("compare", "result", 2, "relu3_1", 5)
    assert session.uploads == Uploads()
    assert changes["pages"].selected == "inside" and changes["in-tabs"].selected == "compare"
    assert Image.open(value(changes["in-grams"])).format == "PNG"


def test_while_a_run_goes_on_look_inside_follows_it(built, photo, painting):
    paint_session, session = boxes(photo=photo, painting=painting), at(PLACE)
    paint_session.strip.busy = True
    changes = built.on(session, "look-inside", "click", paint_session)
    assert (session.state.view, session.state.layer, session.uploads.photo.size) == ("steps", "relu3_1", photo.size)
    assert changes["pages"].selected == "inside" and changes["in-tabs"].selected == "steps"


def boxes(**pictures) -> paint_actions.PaintSession:
    return paint_actions.PaintSession(boxes={name: boxed(picture) for name, picture in pictures.items()})


def test_the_pictures_in_the_boxes_of_paint_are_known_small_and_without_more_than_their_name(built):
    session = paint_actions.PaintSession()
    large = Image.effect_mandelbrot((1500, 1000), (-2, -1.2, 1, 1.2), 60).convert("RGB")
    large.info = {NAME: "castle.jpg", ALPHA: Image.new("L", large.size)}
    for name in ("photo", "painting"):
        sample, _ = built.handler(name, "change").fn(large, session)
        assert sample.width == 1500
    kept = session.boxes["photo"]
    assert (kept.size, kept.info) == ((512, 341), {NAME: "castle.jpg"})
    built.handler("photo", "change").fn(None, session)
    assert session.boxes.keys() == {"painting"}


def test_own_pictures_that_were_not_painted_are_what_look_inside_opens_with(built, photo, painting):
    session = ExplorerSession(PLACE)
    built.on(session, "inside", "select", boxes(photo=photo, painting=painting))
    assert session.rendered and session.uploads == Uploads(boxed(photo), boxed(painting))
    assert built.on(session, "inside", "select", boxes(photo=painting)).keys() == {"pages"}  # it stays where it was


@pytest.mark.parametrize("view", ["channels", "gram", "compare", "errors"])
def test_the_pictures_of_paint_are_one_press_away_in_every_view(built, photo, painting, view):
    session = at(PLACE.updated(view=view, slot="result"))
    changes = built.on(session, "in-paint-pictures", "click", boxes(photo=photo, painting=painting))
    assert session.uploads == Uploads(boxed(photo), boxed(painting)) and session.state.slot == "photo"
    needs_result = view in ("compare", "errors")
    assert session.state.view == ("channels" if needs_result else view) and changes["in-picture"] == boxed(photo)


def test_a_bundled_pair_in_the_boxes_brings_its_result(built):
    pair = PAIRS[2]
    session = at(PLACE, Uploads(Image.new("RGB", (80, 56))))
    pictures = {"photo": load_picture(pair.photo), "painting": load_picture(pair.painting)}
    built.on(session, "in-paint-pictures", "click", boxes(**pictures))
    assert (session.state.pair, session.uploads) == (2, Uploads())


def test_with_both_boxes_empty_the_explorer_stays_and_says_why(built, photo, monkeypatch):
    said: list[str] = []
    monkeypatch.setattr(gr, "Info", said.append)
    session = at(PLACE, Uploads(photo))
    changes = built.on(session, "in-paint-pictures", "click", paint_actions.PaintSession())
    assert said == [labels.NO_PAINT_PICTURES] and session.uploads == Uploads(photo) and changes.keys() == {"in-tabs"}


def test_look_inside_shows_what_was_painted_and_by_which_layers(built, tiny, photo, painting):
    layers = {"content_layers": ("relu2_2",), "style_layers": ("relu1_2", "pool1")}
    paint_session = painted(tiny, photo, painting, **layers)
    session = at(PLACE)
    changes = built.on(session, "look-inside", "click", paint_session)
    last, uploads = paint_session.last, session.uploads
    assert (uploads.photo, uploads.painting, uploads.result) == (last.photo, last.painting, last.picture)
    assert uploads.photo.size == uploads.result.size == (64, 45) and max(uploads.painting.size) == 96
    assert (session.state.content, session.state.style) == (("relu2_2",), ("relu1_2", "pool1"))
    assert "relu1_2 result" in value(changes["in-bars"]) and "relu3_1 result" not in value(changes["in-bars"])


@pytest.mark.parametrize("missing", ["content", "style"])
def test_a_painting_made_with_one_loss_can_be_looked_into_in_every_view(built, tiny, photo, painting, missing):
    paint_session = painted(tiny, photo, painting, **{f"{missing}_weight": 0, f"{missing}_layers": ()})
    session = at(PLACE)
    built.on(session, "look-inside", "click", paint_session)
    assert getattr(session.state, missing) == getattr(ViewState(), missing)
    for view in ("lesson", "losses", "errors"):
        assert built.on(session, *tab_click(view))["in-tabs"].selected == view == session.state.view


def test_the_layers_of_the_explorer_are_taken_to_the_painter(built):
    there = PLACE.updated(content=("conv3_1", "relu4_2"), style=("pool2",))
    changes = built.on(at(there), "in-paint-with", "click")
    assert changes["pages"].selected == "paint"
    taken = {name: changes[name] for name in ("content_layers", "style_layers")}
    settings = Settings.from_dict(Settings().to_dict() | taken)
    assert (settings.content_layers, settings.style_layers) == (there.content, there.style)


def test_the_change_of_the_explorer_is_taken_to_the_painter(built):
    there = PLACE.updated(view="edit", style=("pool2", "relu2_1"), touched="pair", first=1, second=2, percent=300)
    changes = built.on(at(there), "in-use-change", "click")
    assert changes["pages"].selected == "paint"
    taken = {name: changes[name] for name in ("content_layers", "style_layers", "gram_changes")}
    settings = Settings.from_dict(Settings().to_dict() | taken)
    assert (settings.style_layers, settings.gram_changes) == (there.style, ("relu2_1:1:2x3",))
    with pytest.raises(gr.Error, match="relu2_1 is not a style layer"):
        built.on(at(there.updated(style=("pool2",))), "in-use-change", "click")


LINKS = [
    ViewState(view="channels", layer="relu4_1", channel=2, sheet_page=0, sort="index", stop=0),
    ViewState(view="gram", layer="relu2_1", first=2, second=3, mode="cosine", shuffle=5, slot="painting"),
    ViewState(view="lesson", change="shuffle", amount=32, level="explore", pair=4),
    ViewState(view="errors", layer="conv3_1", slot="result", content=("relu1_1",)),
    ViewState(view="rebuild", layer="pool3", kind="style"),
]


@pytest.mark.parametrize("state", LINKS, ids=lambda state: state.view)
def test_a_link_opens_the_explorer_where_it_was_made(built, state):
    session = ExplorerSession()
    changes = built.opened(session, dict(parse_qsl(state.link()[1:])))
    assert session.state == state and session.uploads == Uploads()
    assert changes["pages"].selected == "inside" and changes["in-tabs"].selected == state.view
    assert f'href="{state.link()}"' in value(changes["in-link"]).replace("&amp;", "&")


@pytest.mark.parametrize("query", [{}, {"__theme": "dark"}, {"view": "<script>"}, {"layer": "relu2_1"}])
def test_any_other_address_opens_the_page_as_it_is(built, query):
    session = ExplorerSession()
    assert list(built.opened(session, query)) == ["pages"]
    assert (session.state, session.rendered) == (ExplorerSession().state, False)


def test_the_first_look_fills_the_page_and_a_later_one_leaves_it_as_it_is(built):
    session = ExplorerSession(PLACE)
    chosen = paint_actions.PaintSession(pair=4)
    assert {"in-sheet", "in-ruler", "in-story"} <= built.on(session, "inside", "select", chosen).keys()
    assert session.state.pair == 4
    assert list(built.on(session, "inside", "select", paint_actions.PaintSession(pair=1))) == ["pages"]
    assert session.state.pair == 4
