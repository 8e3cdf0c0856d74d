"""The guided tour: five stops, each a state, a short text, and buttons that lead on from there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .views import channels_actions, gram_actions
from .views.view import unchanged

if TYPE_CHECKING:
    from .feature_cache import FeatureCache, Uploads
    from .view_state import ViewState

# Channels of the Oxford VGG19 that respond to vertical edges and to yellow (see tests/demo/explorer/test_tour.py).
EDGES = ("relu2_1", 67)
YELLOW = ("relu2_1", 115)
# What the nine places of a channel have in common, as far as can be seen in the bundled pictures.
IN_COMMON = {
    EDGES: "Here all nine are something bright, narrow and upright beside something dark.",
    YELLOW: "Here all nine are something light beside something dark; most are yellow or orange.",
}
COFFEE = 2  # the pair of the coffee and the yellow Café Terrace


@dataclass(frozen=True)
class Offer:
    """A button at a stop: its label, the fields that it sets, and a function that sets others by the chosen picture."""

    label: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    choose: Callable[[FeatureCache, ViewState, Uploads], ViewState] = unchanged


@dataclass(frozen=True)
class Stop:
    """A stop: its short name, its title and text, the fields that it sets, and its buttons."""

    name: str
    title: str
    text: str  # HTML
    changes: Mapping[str, Any]
    offers: tuple[Offer, ...]


STOPS = (
    Stop(
        "Layers",
        "From lines to things",
        "Every small picture is one <b>channel</b>: a detector that was moved over the photo, bright where it responded. "
        "The first layer responds to edges and colours. In deeper layers the frame on the photo grows: a detector there "
        "sees more of it, and responds to textures, then to parts of things.",
        {"view": "channels", "layer": "relu1_1", "slot": "photo", "sort": "mean", "channel": 58, "sheet_page": 0},
        (
            Offer("first layer: relu1_1", {"layer": "relu1_1"}, channels_actions.highest_mean),
            Offer("deeper: relu3_1", {"layer": "relu3_1"}, channels_actions.highest_mean),
            Offer("deepest: relu5_1", {"layer": "relu5_1"}, channels_actions.highest_mean),
        ),
    ),
    Stop(
        "One channel",
        "One channel, one question",
        "The large grey picture beside the maps shows where one channel responds to the picture, and how strongly; click "
        "into it to see what the unit there can see. Below it are the nine places in the bundled pictures where it responds "
        "most. What do they have in common?",
        {"view": "channels", "layer": EDGES[0], "slot": "photo", "channel": EDGES[1]},
        (
            Offer("one for vertical edges", {"layer": EDGES[0], "channel": EDGES[1], "slot": "photo"}),
            Offer(
                "one for yellow",
                {"layer": YELLOW[0], "channel": YELLOW[1], "pair": COFFEE, "slot": "painting"},
            ),
            Offer("one that is silent here", {"layer": "relu5_4", "slot": "photo"}, channels_actions.lowest_peak),
        ),
    ),
    Stop(
        "Content",
        "Content: the same things in the same places",
        "The <b>content loss</b> compares two pictures place by place in one layer. Move the photo a little and this "
        "loss becomes large, although everything in the photo is still there. Take a colourful picture's colours away, and "
        "it is the style loss that changes more.",
        {"view": "lesson", "slot": "photo", "change": "shift", "amount": 16},
        (
            Offer("move it", {"change": "shift", "amount": 16}),
            Offer("turn it grey", {"change": "grey", "pair": COFFEE}),
            Offer("turn it upside down", {"change": "upside down"}),
        ),
    ),
    Stop(
        "Style",
        "Style: what responds together, anywhere",
        "Take two channels, one shown in red and one in yellow. Multiply them place by place and take the average: that "
        "one number is their cell of the <b>Gram matrix</b>. Shuffle the places, and it stays the same. But is it large "
        "because the two respond in the same places, or because both have large values? Read the matrix as a correlation "
        "and see.",
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
            Offer(
                "deep: the strongest pair of relu4_1", {"layer": "relu4_1", "mode": "gram"}, gram_actions.strongest_pair
            ),
        ),
    ),
    Stop(
        "Your result",
        "Your result",
        "Photo, painting and result: three Gram matrices in the same order and on the same scale. The result's should look "
        "like the painting's, and the bars say in which layers it does. Paint something of your own and look inside that.",
        {"view": "compare", "layer": "relu3_1", "slot": "result"},
        (
            Offer("where is it still wrong?", {"view": "errors", "layer": "relu4_1"}),
            Offer("which layer counts?", {"view": "losses"}),
            Offer("rebuild the photo from one layer", {"view": "rebuild", "layer": "relu3_1", "slot": "photo"}),
        ),
    ),
)


def stop_of(state: ViewState) -> Stop | None:
    """The stop that the visitor is at, in its own view or in one that its buttons open; None outside the tour."""
    stop = STOPS[state.stop - 1] if state.stop else None
    if stop and state.view in {stop.changes["view"], *(offer.changes.get("view") for offer in stop.offers)}:
        return stop
    return None


def words(stop: Stop, state: ViewState, cache: FeatureCache) -> str:
    """The text of a stop, HTML; where it asks what nine places have in common, with the answer for a channel of the tour.

    Other weights than the bundled ones have other channels, and no nine places.
    """
    asked = stop.name == "One channel" and (state.layer, state.channel) in IN_COMMON
    if not asked or cache.patches() is None:
        return stop.text
    return f"{stop.text} {IN_COMMON[state.layer, state.channel]}"


def explains(stop: Stop, view: str) -> bool:
    """Whether the text of a stop is about this view."""
    return bool(stop.changes["view"] == view)


def at_stop(state: ViewState, number: int) -> ViewState:
    """`state` at the stop `number`, from 1."""
    return state.updated(**STOPS[number - 1].changes, stop=number)
