"""`ViewState`: what one browser tab of the explorer shows, apart from uploaded pictures. A link holds all of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from nst_core.explore.channels import SORTS
from nst_core.explore.grams import MODES
from nst_core.explore.grid import COLUMNS
from nst_core.explore.lesson import AMOUNTS, CHANGES
from nst_core.explore.rebuild import KINDS
from nst_core.explore.scales import CURVES
from nst_core.explore.sheet import PAGE, SCALES
from nst_core.explore.steps import MOST
from nst_core.layers import CONTENT_LAYERS, LAYERS, STYLE_LAYERS, get_layer

from ..examples import PAIRS
from .feature_cache import SLOTS
from .views import VIEWS
from .views.edit_text import TOUCHED
from .views.excite_text import TARGETS
from .views.gram_actions import BLOCK

MOST_CHANNELS = max(layer.channels for layer in LAYERS.values())


def _choice(choices: tuple[str, ...], default: str = "") -> Any:
    return field(default=default or choices[0], metadata={"choices": choices})


def _number(default: int, low: int, high: int) -> Any:
    return field(default=default, metadata={"low": low, "high": high})


def _group(default: int, size: int, link: str = "") -> Any:
    """The number, from 0, of a group of `size` channels. How many groups there are depends on the layer."""
    about = {"low": 0, "high": MOST_CHANNELS // size - 1, "size": size}
    return field(default=default, metadata=about | ({"link": link} if link else {}))


def _layers(default: tuple[str, ...]) -> Any:
    return field(default=default, metadata={"layers": True})


@dataclass(frozen=True)
class ViewState:
    """What is shown, and the layers of the losses. Numbers beyond their bounds are set to the nearest bound.

    Each field declares its default, its choices or bounds, and its name in links where that is another.
    """

    view: str = _choice(tuple(VIEWS))
    level: str = _choice(("learn", "explore"))  # "Basic" and "Advanced" on the page
    stop: int = _number(1, 0, 5)  # of the tour; 0 is none
    pair: int = _number(0, 0, len(PAIRS) - 1)  # bundled pictures, where the visitor has uploaded none
    slot: str = _choice(SLOTS)  # which of the three pictures the channels and the Gram matrix are of
    layer: str = _choice(tuple(LAYERS), "relu1_1")
    sort: str = _choice(tuple(SORTS), "mean")
    scale: str = _choice(tuple(SCALES), "own")
    sheet_page: int = _group(0, PAGE, link="sheet")  # Gradio uses "page" in addresses itself
    channel: int = _group(0, 1)
    row: int = _number(-1, -1, 2048)  # the unit that was clicked; -1 is the channel's strongest
    column: int = _number(-1, -1, 2048)
    mode: str = _choice(tuple(MODES), "gram")
    curve: str = _choice(CURVES, "root")
    across: int = _group(0, BLOCK)  # the window of the Gram matrix, in blocks of 32 channels
    down: int = _group(0, BLOCK)
    first: int = _group(0, 1)
    second: int = _group(1, 1)
    pairs_by: str = _choice(("gram", "correlation", "difference"))
    shuffle: int = _number(0, 0, 9999)  # seed with which the places are shuffled; 0 leaves them as they are
    change: str = _choice(tuple(CHANGES), "shift")
    amount: int = _number(AMOUNTS["shift"], 4, 96)  # pixels, of the lesson's shift and squares
    kind: str = _choice(tuple(KINDS), "content")
    target: str = _choice(tuple(TARGETS))  # what pictures are made to excite
    touched: str = _choice(tuple(TOUCHED))  # what of the painting's Gram matrix is changed
    percent: int = _number(0, 0, 400)  # how strong it is then
    grid_by: str = _choice(tuple(COLUMNS))  # what the columns of the grid of drafts change
    step: int = _number(0, 0, MOST + 1)  # which of a run's kept steps, from 1; 0 is the newest
    content: tuple[str, ...] = _layers(CONTENT_LAYERS)
    style: tuple[str, ...] = _layers(STYLE_LAYERS)

    def __post_init__(self) -> None:
        """Bring every number within its bounds. Raises `LayerError` for a layer that VGG19 does not have."""
        for name, about in FIELDS.items():
            if "low" in about.metadata:
                within = min(max(getattr(self, name), about.metadata["low"]), self.highest(name))
                object.__setattr__(self, name, within)
        if min(self.row, self.column) < 0:  # a row without a column is no unit
            object.__setattr__(self, "row", -1)
            object.__setattr__(self, "column", -1)

    @property
    def signed(self) -> bool:
        """Whether the layer's features can be negative."""
        return get_layer(self.layer).kind == "conv"

    @property
    def channels(self) -> int:
        """How many channels the layer has."""
        return get_layer(self.layer).channels

    def highest(self, name: str) -> int:
        """The highest value of the number `name`, in this layer."""
        about = FIELDS[name].metadata
        return self.channels // about["size"] - 1 if "size" in about else about["high"]

    def updated(self, **changes: Any) -> ViewState:
        """A copy with `changes`; what belonged to another layer, picture, channel or order starts over.

        A value that a field cannot take is left out, as in links. Raises `LayerError` for a layer that VGG19 does not
        have: a visitor can type one, and must be told.
        """
        if "layer" in changes:
            get_layer(changes["layer"])
        changes = _accepted(changes)
        restarted: dict[str, Any] = {}
        if {"sort", "scale"} & changes.keys():
            restarted |= {"sheet_page": 0}
        if {"slot", "pair", "channel"} & changes.keys():
            restarted |= {"row": -1, "column": -1}
        if changes.get("layer", self.layer) != self.layer:
            restarted |= {"sheet_page": 0, "across": 0, "down": 0, "row": -1, "column": -1, "shuffle": 0}
        return replace(self, **restarted | changes)

    def link(self) -> str:
        """The query string that opens the same view: "?view=lesson&layer=relu4_1".

        Defaults are left out, except for the view and the fields of its `part`.
        """
        always = ("view", *VIEWS[self.view].part)
        values = {name: getattr(self, name) for name in FIELDS}
        given = {n: value for n, value in values.items() if value != FIELDS[n].default or n in always}
        texts = {name: " ".join(value) if isinstance(value, tuple) else value for name, value in given.items()}
        return "?" + urlencode({link_name(name): text for name, text in texts.items()})


FIELDS: dict[str, dataclasses.Field[Any]] = {about.name: about for about in dataclasses.fields(ViewState)}


def link_name(name: str) -> str:
    """What the field `name` is called in a link."""
    return FIELDS[name].metadata.get("link", name)


def from_query(query: Mapping[str, str]) -> ViewState | None:
    """The state that a link describes; None when it names no view. Values that a field cannot take are left out."""
    if query.get("view") not in VIEWS:
        return None
    return ViewState(**_accepted({name: query[link_name(name)] for name in FIELDS if link_name(name) in query}))


def _accepted(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that their fields can take, as the fields hold them; the others are left out."""
    read = {name: _read(FIELDS[name].metadata, value) for name, value in values.items()}
    return {name: value for name, value in read.items() if value is not None}


def _read(about: Mapping[str, Any], value: Any) -> Any:
    """`value`, or the text of a link, as a field holds it; None for what it cannot hold."""
    if "choices" in about:
        return value if value in about["choices"] else None
    if "layers" in about:
        names = value.split() if isinstance(value, str) else value if isinstance(value, (list, tuple)) else ()
        return tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name in LAYERS)) or None
    if isinstance(value, str):
        return int(value) if value.removeprefix("-").isdecimal() and len(value) < 6 else None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
