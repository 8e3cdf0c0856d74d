"""The tour at the real network: every button leads somewhere, and the channels are what the texts say."""

import ast
import inspect
import re
import sys
from dataclasses import replace

import gradio as gr
import numpy as np
import pytest
from PIL import Image

from demo.compute.worker import Worker
from demo.explorer import explorer_tab, frame_actions, html, labels, layer_diagram, tour
from demo.explorer.feature_cache import FeatureCache, Uploads, at_look_size, pictures
from demo.explorer.rendering import Renderer
from demo.explorer.session import ExplorerSession
from demo.explorer.view_state import ViewState, from_query
from demo.explorer.views import VIEWS, gram_actions
from nst_core.explore import layer_features
from nst_core.explore.look import Look
from nst_core.explore.receptive_fields import receptive_field
from nst_core.vgg import Encoder

OFFERS = [(n, m) for n, stop in enumerate(tour.STOPS, start=1) for m in range(len(stop.offers))]


class SmallLooks(FeatureCache):
    """Looks at 192 pixels instead of 384: a quarter of the work."""

    def _new_look(self, picture: Image.Image, encoder: Encoder, size: int | None = None) -> Look:
        return super()._new_look(picture, encoder, min(size or 192, 192))


@pytest.fixture(scope="module")
def cache(oxford) -> FeatureCache:
    return SmallLooks(Worker(oxford))


@pytest.fixture(scope="module")
def tab() -> explorer_tab.ExplorerTab:
    with gr.Blocks(analytics_enabled=False):
        return explorer_tab.build()


def at_stop(cache: FeatureCache, number: int) -> ViewState:
    return frame_actions.with_chosen_in_sight(cache, tour.at_stop(ViewState(), number), Uploads())


def after(cache: FeatureCache, number: int, button: int) -> ViewState:
    return frame_actions.take_offer(cache, at_stop(cache, number), Uploads(), button)


def chosen_is_in_view(cache: FeatureCache, state: ViewState) -> bool:
    return frame_actions.with_chosen_in_sight(cache, state, Uploads()) == state


@pytest.mark.parametrize("number", range(1, 6))
def test_every_stop_shows_its_view_and_says_why(cache, number):
    state = at_stop(cache, number)
    stop = tour.stop_of(state)
    assert stop is tour.STOPS[number - 1] and 1 <= len(stop.offers) <= len(tour.STOPS[0].offers)
    assert all(getattr(state, name) == value for name, value in stop.changes.items())
    assert chosen_is_in_view(cache, state)
    panels = frame_actions.show(cache, state, Uploads())
    assert panels["stop"] == number and stop.title in panels["story"] and stop.text in panels["story"]


@pytest.mark.parametrize(("number", "button"), OFFERS)
def test_every_button_leads_somewhere_else_that_shows(cache, number, button):
    state, offer = after(cache, number, button), tour.STOPS[number - 1].offers[button]
    assert all(getattr(state, name) == value for name, value in offer.changes.items())
    assert from_query(dict(pair.split("=") for pair in state.link()[1:].replace("+", " ").split("&"))) == state
    assert state.stop == number and chosen_is_in_view(cache, state)
    assert frame_actions.show(cache, state, Uploads()).keys() >= {"story", "link"}
    others = [after(cache, number, other) for other in range(len(tour.STOPS[number - 1].offers)) if other != button]
    assert state not in others


@pytest.mark.parametrize(("number", "button"), OFFERS)
def test_a_button_leads_to_the_same_view_from_wherever_the_visitor_has_gone(cache, number, button):
    wandered = at_stop(cache, number).updated(view="rebuild", kind="style")
    state = frame_actions.take_offer(cache, wandered, Uploads(), button)
    assert state.view == after(cache, number, button).view
    assert frame_actions.take_offer(cache, wandered, Uploads(), 9) is wandered
    assert frame_actions.take_offer(cache, wandered.updated(stop=0), Uploads(), 0) == wandered.updated(stop=0)


def test_the_button_for_a_silent_channel_finds_one_that_is_zero_everywhere(oxford):
    """At the size at which visitors look: in a smaller picture more channels are silent."""
    cache = FeatureCache(Worker(oxford))
    state = after(cache, 2, 2)
    assert state.layer == "relu5_4" and state.slot == "photo"
    assert not cache.look(state, Uploads()).features("relu5_4")[state.channel].any()
    assert "ilent" in frame_actions.show(cache, state, Uploads())["about"]


@pytest.mark.parametrize(("button", "channel"), [(0, tour.EDGES), (1, tour.YELLOW)])
def test_what_the_nine_places_have_in_common_is_said_and_so(cache, button, channel):
    state = after(cache, 2, button)
    assert tour.IN_COMMON[channel] in frame_actions.show(cache, state, Uploads())["story"]
    assert tour.IN_COMMON[channel] not in frame_actions.show(cache, state.updated(channel=3), Uploads())["story"]
    (layer, number), warm = channel, 0
    for at, row, column in cache.patches().places[layer][number]:
        left, top, right, bottom = receptive_field(layer, int(row), int(column))
        whole = np.asarray(at_look_size(str(pictures()[at])), float)
        seen = whole[max(0, top) : bottom, max(0, left) : right].reshape(-1, 3)
        grey = seen.mean(axis=1)
        assert grey.max() - grey.min() > 150 and grey.min() < 50
        light = seen[grey > grey.max() * 0.8].mean(axis=0)
        warm += light[0] > light[1] > light[2]
    assert warm > 9 / 2 or channel is tour.EDGES  # most


@pytest.mark.parametrize("button", range(3))
def test_deeper_and_deeper_the_channel_with_the_largest_mean_is_opened(cache, button):
    state = after(cache, 1, button)
    means = cache.look(state, Uploads()).features(state.layer).mean(axis=(1, 2))
    assert means[state.channel] == means.max() and state.sheet_page == 0


def test_the_button_for_the_strongest_pair_finds_the_largest_cell_beside_the_diagonal(cache):
    state = after(cache, 4, 2)
    flat = cache.look(state, Uploads()).features("relu4_1").reshape(512, -1)
    matrix = flat @ flat.T
    np.fill_diagonal(matrix, 0)
    assert state.slot == "painting" and state.first != state.second
    assert matrix[state.first, state.second] == pytest.approx(matrix.max(), rel=1e-5)
    assert [state.first, state.second] == gram_actions.show(cache, state, Uploads())["pairs"][0][:2]


def grating(degrees: float, period: float, phase: float) -> Image.Image:
    """64x48 pixels: grey waves that follow one another in the given direction; 0 is across, so that lines stand."""
    down, across = np.mgrid[:48, :64]
    along = across * np.cos(np.deg2rad(degrees)) + down * np.sin(np.deg2rad(degrees))
    waves = 0.5 + 0.5 * np.sin(2 * np.pi * (along / period + phase))
    return Image.fromarray(np.rint(255 * waves).astype(np.uint8)).convert("RGB")


@pytest.mark.parametrize("period", [4, 6, 8])
def test_the_channel_for_vertical_edges_answers_to_them_twice_as_strongly_as_to_any_other(oxford, period):
    """The average of units that see nothing but waves, whatever their phase."""
    layer, channel = tour.EDGES

    def answer(degrees: float) -> float:
        waves = [grating(degrees, period, quarter / 4) for quarter in range(4)]
        return float(np.mean([layer_features(each, oxford, layer)[channel, 4:-4, 4:-4] for each in waves]))

    vertical = answer(0)
    assert vertical > 500
    assert all(vertical >= 2 * answer(degrees) for degrees in (45, 90, 135))


def test_the_channel_for_yellow_answers_to_yellow_and_hardly_to_any_other_colour(oxford):
    layer, channel = tour.YELLOW

    def answer(colour: str) -> float:
        return float(layer_features(Image.new("RGB", (96, 64), colour), oxford, layer)[channel].mean())

    yellow = answer("yellow")
    assert yellow > 0
    for other in ("red", "lime", "green", "blue", "cyan", "magenta", "white", "black", "grey"):
        assert answer(other) < yellow / 5, other


def test_the_buttons_for_edges_and_yellow_open_these_channels(cache):
    assert [(after(cache, 2, n).layer, after(cache, 2, n).channel) for n in (0, 1)] == [tour.EDGES, tour.YELLOW]
    pair = at_stop(cache, 4)
    assert (pair.layer, pair.first, pair.second) == (tour.EDGES[0], tour.EDGES[1], tour.YELLOW[1])
    assert tour.EDGES[0] == tour.YELLOW[0]


@pytest.mark.parametrize(
    "state",
    [
        ViewState(layer="relu4_1", sort="index", channel=5, sheet_page=6),
        ViewState(layer="relu4_1", sort="index", channel=500, sheet_page=0),
        ViewState(view="gram", layer="relu3_1", first=3, second=4, across=7, down=2),
    ],
)
def test_a_link_keeps_the_page_and_the_window_and_one_without_turns_to_what_is_chosen(cache, tab, state):
    renderer = Renderer(tab, cache)
    query = dict(pair.split("=") for pair in state.link()[1:].split("&"))
    session = ExplorerSession()
    renderer.from_link(session, query)
    assert session.state == state
    turned = {name: text for name, text in query.items() if name not in ("sheet", "across", "down")}
    renderer.from_link(session, turned)
    there = session.state
    assert there == replace(state, sheet_page=there.sheet_page, across=there.across, down=there.down) != state
    assert chosen_is_in_view(cache, there)


def sentences() -> list[str]:
    """Everything that the explorer can say; what is filled in stands as {}."""

    def whole(node: ast.AST) -> str:
        if isinstance(node, ast.JoinedStr):
            return "".join(whole(part) for part in node.values)
        return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else "{}"

    found = []
    for module in (labels, html, tour, layer_diagram, *(sys.modules[view.show.__module__] for view in VIEWS.values())):
        nodes = ast.walk(ast.parse(inspect.getsource(module)))
        texts = [whole(node) for node in nodes if isinstance(node, ast.JoinedStr | ast.Constant)]
        found += [part for text in texts for part in re.split(r"(?<=[.?!:])\s+", re.sub("<[^>]+>", "", text))]
    return found


def test_no_word_claims_more_than_is_shown():
    said = sentences()
    assert len(said) > 300 and any("click into it to see" in sentence for sentence in said)
    for sentence in said:
        assert not re.search(r"\b(eyes?|faces?|dead|neurons?|thinks?|understands?)\b", sentence, re.I), sentence
        assert not ("gram" in sentence.lower() and "correlat" in sentence.lower()), sentence
