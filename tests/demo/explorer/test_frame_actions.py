"""What stands around every view: the text above it, the layer diagram, the roles of the layer. On a tiny encoder."""

import re

import pytest

from demo.compute.worker import Worker
from demo.explorer import frame_actions, tour
from demo.explorer.feature_cache import FeatureCache, Uploads
from demo.explorer.view_state import ViewState
from demo.explorer.views import VIEWS
from nst_core.layers import LAYERS


@pytest.fixture(scope="module")
def cache(tiny) -> FeatureCache:
    return FeatureCache(Worker(tiny))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("number", range(6))
def test_what_stands_above_a_view_is_about_it(cache, photo, view, number):
    state = tour.at_stop(ViewState(), number) if number else ViewState(stop=0)
    view_of_stop = ["channels", "channels", "lesson", "gram", "compare"][number - 1] if number else None
    told = view == view_of_stop
    panels = frame_actions.frame(cache, state.updated(view=view), Uploads(photo, photo, photo))
    assert (tour.STOPS[number - 1].text in panels["story"]) == told if number else VIEWS[view].title in panels["story"]
    assert (VIEWS[view].about in panels["story"]) != told
    # Stop 5 also leads to the errors, the losses and to rebuilding; no other stop leads out of its own view.
    at_it = told or (number == 5 and view in ("errors", "losses", "rebuild"))
    assert panels["stop"] == (number if at_it else None)


def test_no_stop_is_chosen_outside_the_tour(cache):
    assert frame_actions.frame(cache, ViewState(stop=0), Uploads())["stop"] is None
    assert frame_actions.frame(cache, ViewState(stop=3), Uploads())["stop"] is None
    assert frame_actions.frame(cache, ViewState(stop=3, view="lesson"), Uploads())["stop"] == 3


def test_roles_add_and_remove_the_layer_and_leave_one_of_each():
    state = ViewState(layer="relu3_1")
    both = frame_actions.with_roles(state, ["content", "style"])
    assert both.content == ("relu3_1", "relu4_2") and both.style == state.style
    assert frame_actions.with_roles(both, ["content"]).style == ("relu1_1", "relu2_1", "relu4_1", "relu5_1")
    neither = frame_actions.with_roles(both, [])
    assert (neither.content, neither.style) == (("relu4_2",), ("relu1_1", "relu2_1", "relu4_1", "relu5_1"))
    early = frame_actions.with_roles(ViewState(layer="pool1"), ["style"])
    assert early.style == ("relu1_1", "pool1", *state.style[1:])
    for layer in LAYERS:
        state = frame_actions.with_roles(state.updated(layer=layer), [])
    assert len(state.content) == len(state.style) == 1
    last = state.updated(layer=state.style[0])
    assert frame_actions.with_roles(last, []).style == state.style


def test_the_frame_marks_the_layer_and_its_roles(cache):
    frame = frame_actions.frame(cache, ViewState(layer="relu4_2"), Uploads())
    assert frame["roles"] == ["content"]
    assert frame["diagram"].count("data-layer=") == len(LAYERS)
    (chosen,) = re.findall(r'class="relu content chosen" data-layer="(\w+)"', frame["diagram"])
    assert chosen == "relu4_2"
    assert len(re.findall(r'class="relu style" data-layer', frame["diagram"])) == 5
    assert "512" in frame["facts"] and "84 × 84 px" in frame["facts"]
