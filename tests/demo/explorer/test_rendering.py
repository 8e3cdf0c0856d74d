"""Which components an answer may change, and which it changes. On a tiny encoder."""

from typing import Any

import pytest

from demo.explorer.session import ExplorerSession
from demo.explorer.views import VIEWS
from tests.support.built_page import CONTROLS, FILLED, FRAME, PLACE, at, tab_click

pytestmark = pytest.mark.usefixtures("small_looks")


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
    assert everything < built.outputs("link", "change") == everything | {"pages"}
    # What no answer changes is in no list.
    never = {"in-pairs-gallery", "in-paint-with", "in-npz-file"}
    never |= {"in-rebuild", "in-stop-rebuild"}
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


def test_the_buttons_of_the_tour_are_those_of_the_stop_that_is_lit(built):
    """Whatever was open before: a stop that the visitor has left takes its buttons along, and brings them back."""
    session = at(PLACE.updated(stop=4, view="gram"))
    for view, lit in (("kernels", None), ("gram", 4), ("lesson", None), ("errors", None)):
        changes = built.on(session, *tab_click(view))
        assert changes["in-stop"] == lit
        assert (
            [changes[f"in-offer-{n}"]["visible"] for n in range(3)] == [lit is not None] * 3
            if view != "errors"
            else True
        )
        assert ("Multiply them place by place" in changes["in-story"]) == (lit == 4)
    changes = built.on(session, "in-stop", "input", 5)
    assert changes["in-offer-0"]["value"] == "where is it still wrong?"
    changes = built.on(session, "in-offer-0", "click")
    assert changes["in-stop"] == 5 and VIEWS["errors"].about in changes["in-story"] and "in-offer-0" not in changes


def test_what_a_run_has_shown_goes_when_it_is_of_something_else(built):
    """Also where the layer was changed in another view meanwhile; it stays while nothing that it is made from changes."""
    session = at(PLACE.updated(view="rebuild", layer="relu1_1"))

    def made() -> tuple[Any, ...]:
        state = session.state
        return (state.kind, state.layer, state.slot, state.pair, *[id(None)] * 3)

    session.made["rebuild"] = made()
    assert "in-rebuilt" not in built.on(session, "in-level", "input", "explore")
    changes = built.on(session, "in-kind", "input", "style")
    assert changes["in-rebuilt"] is None and "Press Rebuild" in changes["in-rebuild-status"]
    session.made["rebuild"] = made()
    built.on(session, *tab_click("channels"))
    built.on(session, "in-layer", "input", "relu1_2")
    assert built.on(session, *tab_click("rebuild"))["in-rebuilt"] is None
    assert "in-rebuilt" not in built.on(session, "in-level", "input", "learn")
