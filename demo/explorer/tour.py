"""The guided tour: five stops, each a place, a few sentences, and buttons that go somewhere from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .view_state import ViewState

OFFERS = 3  # buttons at a stop, at most

# Channels of the Oxford VGG19 for the article's example, chosen by what they answer to (tests/demo/test_explorer_tour.py).
EDGES = ("relu2_1", 67)
YELLOW = ("relu2_1", 115)


@dataclass(frozen=True)
class Offer:
    """A button: its words, and what it changes. `find` names what must be looked up in the picture at hand."""

    words: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    find: str = ""  # "loudest" or "silent" channel here, or the "strongest" pair; see `frame_actions.FIND`


@dataclass(frozen=True)
class Stop:
    name: str
    title: str
    text: str
    changes: Mapping[str, Any]
    offers: tuple[Offer, ...]


STOPS = (
    Stop(
        "Lines to things",
        "From lines to things",
        "Every small picture is one <b>channel</b>: a detector that was slid over the photo, bright where it "
        "fired. The first "
        "layer finds edges and colours. Go deeper and the frame on the photo grows: the same kind of detector "
        "sees more, and "
        "fires for textures, then for parts of things.",
        {"view": "channels", "layer": "relu1_1", "slot": "photo", "sort": "mean", "channel": 58, "page": 0},
        (
            Offer("first layer: relu1_1", {"layer": "relu1_1"}, find="loudest"),
            Offer("deeper: relu3_1", {"layer": "relu3_1"}, find="loudest"),
            Offer("deepest: relu5_1", {"layer": "relu5_1"}, find="loudest"),
        ),
    ),
    Stop(
        "One channel",
        "One channel, one question",
        "The large grey picture beside the sheet: where one channel fires on your photo, and how strongly; below it, the "
        "nine places of the bundled pictures that it likes best. What do they have in common? Click into the grey picture "
        "to ask the unit there what it can see.",
        {"view": "channels", "layer": EDGES[0], "slot": "photo", "channel": EDGES[1]},
        (
            Offer("one for vertical edges", {"layer": EDGES[0], "channel": EDGES[1]}),
            Offer("one for yellow", {"layer": YELLOW[0], "channel": YELLOW[1]}),
            Offer("one that is silent here", {"layer": "relu5_4"}, find="silent"),
        ),
    ),
    Stop(
        "Content",
        "Content: the same things in the same places",
        "The <b>content loss</b> compares two pictures place by place in one layer. Move the photo a little and "
        "it jumps, "
        "although every thing in it is still there. Take the colours away and it is the style that minds.",
        {"view": "lesson", "slot": "photo", "change": "shift", "amount": 16},
        (
            Offer("move it", {"change": "shift", "amount": 16}),
            Offer("turn it grey", {"change": "grey"}),
            Offer("turn it upside down", {"change": "upside down"}),
        ),
    ),
    Stop(
        "Style",
        "Style: what fires together, anywhere",
        "Take two channels, one red and one yellow. Multiply them place by place, average: that one number is "
        "their cell of the "
        "<b>Gram matrix</b>. Shuffle the places and it stays. But is it large because they meet, or because both "
        "are loud? "
        "Read the matrix as a correlation and see.",
        {
            "view": "gram",
            "layer": EDGES[0],
            "slot": "painting",
            "mode": "gram",
            "first": EDGES[1],
            "second": YELLOW[1],
            "shuffle": 0,
        },
        (
            Offer("shuffle the places", {"shuffle": 1}),
            Offer("read it as correlation", {"mode": "correlation"}),
            Offer("deep: the strongest pair of relu4_1", {"layer": "relu4_1", "mode": "gram"}, find="strongest"),
        ),
    ),
    Stop(
        "Your result",
        "Your result",
        "Photo, painting and result: three Gram matrices in one order and on one scale. The result's should look "
        "like the "
        "painting's, and the bars say in which layer they do. Paint something of your own and look inside that.",
        {"view": "compare", "layer": "relu3_1", "slot": "result"},
        (
            Offer("where is it still wrong?", {"view": "errors", "layer": "relu4_1"}),
            Offer("which layer counts?", {"view": "losses"}),
            Offer("rebuild it from one layer", {"view": "rebuild", "layer": "relu3_1", "slot": "photo"}),
        ),
    ),
)


def told(stop: Stop | None, view: str) -> bool:
    """Whether what the stop says is about this view: its own, or one that its buttons lead to."""
    return stop is not None and view in {stop.changes["view"], *(offer.changes.get("view") for offer in stop.offers)}


def at(state: ViewState) -> Stop | None:
    return STOPS[state.stop - 1] if state.stop else None


def go(state: ViewState, number: int) -> ViewState:
    """To the given stop, counted from 1."""
    return state.updated(**STOPS[number - 1].changes).updated(stop=number)
