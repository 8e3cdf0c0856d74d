"""Where a visitor is in the explorer: one frozen record, of which every panel is a function, and which fits into a link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from nst_core.explore.channels import SORTS
from nst_core.explore.grams import MODES
from nst_core.explore.lesson import AMOUNTS, CHANGES
from nst_core.explore.rebuild import KINDS
from nst_core.explore.scales import CURVES
from nst_core.explore.sheet import PAGE, SCALES
from nst_core.layers import CONTENT_LAYERS, LAYERS, STYLE_LAYERS, get_layer

from ..examples import PAIRS

VIEWS = ("channels", "gram", "lesson", "compare", "errors", "losses", "rebuild")
SLOTS = ("photo", "painting", "result")
LEVELS = ("learn", "explore")
PAIRS_BY = ("gram", "correlation", "difference")
BLOCK = 32  # channels along one side of the Gram matrix's window
AMOUNT = (4, 96)  # pixels, of the lesson's shift and squares
MAX_PAGES = 512 // PAGE

# Fields whose value is one of a few words. Any other word in a link is left out.
CHOICES: dict[str, tuple[str, ...]] = {
    "view": VIEWS,
    "level": LEVELS,
    "slot": SLOTS,
    "layer": tuple(LAYERS),
    "sort": tuple(SORTS),
    "scale": tuple(SCALES),
    "mode": tuple(MODES),
    "curve": CURVES,
    "pairs_by": PAIRS_BY,
    "change": tuple(CHANGES),
    "kind": tuple(KINDS),
}
# Fields that are a number from 0 (or the given lowest) to the given highest.
BOUNDS: dict[str, tuple[int, int]] = {
    "pair": (0, len(PAIRS) - 1),
    "channel": (0, 511),
    "page": (0, MAX_PAGES - 1),
    "first": (0, 511),
    "second": (0, 511),
    "across": (0, 15),
    "down": (0, 15),
    "row": (-1, 2048),
    "column": (-1, 2048),
    "shuffle": (0, 9999),
    "amount": AMOUNT,
    "stop": (0, 5),
}
IN_LINKS = {"page": "sheet"}  # Gradio keeps "page" in an address for itself
# Fields that a view is turned by. Its links always hold them; one without is turned to what is chosen.
TURNED = {"channels": ("page",), "gram": ("across", "down")}


@dataclass(frozen=True)
class ViewState:
    """`content` and `style` are the layers the losses are taken from; the rest is what is shown. Always valid: whatever
    it is made from, `updated` and `from_query` keep it within the layer's channels."""

    view: str = "channels"
    level: str = "learn"
    stop: int = 1  # of the tour; 0 is none
    pair: int = 0  # bundled pictures, wherever the visitor has brought none
    slot: str = "photo"  # which of the three pictures the channels and the Gram matrix are of
    layer: str = "relu1_1"
    sort: str = "mean"
    scale: str = "own"
    page: int = 0
    channel: int = 0
    row: int = -1  # the unit that was clicked; -1 is the channel's strongest
    column: int = -1
    mode: str = "gram"
    curve: str = "root"
    across: int = 0  # the window of the Gram matrix, in blocks of 32 channels
    down: int = 0
    first: int = 0
    second: int = 1
    pairs_by: str = "gram"
    shuffle: int = 0  # seed of the scrambled places; 0 leaves them as they are
    change: str = "shift"
    amount: int = AMOUNTS["shift"]
    kind: str = "content"
    content: tuple[str, ...] = CONTENT_LAYERS
    style: tuple[str, ...] = STYLE_LAYERS

    @property
    def signed(self) -> bool:
        return get_layer(self.layer).kind == "conv"

    @property
    def channels(self) -> int:
        return get_layer(self.layer).channels

    def updated(self, **changes: Any) -> ViewState:
        """The same place but for `changes`. What belonged to another layer or picture starts over. A word that cannot be
        chosen, as only programs send it, changes nothing; a layer that VGG19 lacks raises `LayerError`."""
        changes = {
            name: value for name, value in changes.items() if name == "layer" or value in CHOICES.get(name, (value,))
        }
        if changes.get("layer", self.layer) != self.layer:
            changes = {"page": 0, "across": 0, "down": 0, "row": -1, "column": -1, "shuffle": 0} | changes
        elif {"slot", "pair", "channel"} & set(changes):
            changes = {"row": -1, "column": -1} | changes
        return _within(replace(self, **changes))

    def link(self) -> str:
        """The query string that brings a visitor back here: "?view=lesson&layer=relu4_1"."""
        plain = asdict(ViewState())
        always = ("view", *TURNED.get(self.view, ()))
        given = {name: value for name, value in asdict(self).items() if value != plain[name] or name in always}
        words = {name: " ".join(value) if isinstance(value, tuple) else value for name, value in given.items()}
        return "?" + urlencode({IN_LINKS.get(name, name): value for name, value in words.items()})


def _within(state: ViewState) -> ViewState:
    """Numbers brought into what the layer and the sliders have. Half a unit is none."""
    last = state.channels - 1
    blocks = max(0, state.channels // BLOCK - 1)
    row, column = (state.row, state.column) if min(state.row, state.column) >= 0 else (-1, -1)
    return replace(
        state,
        row=row,
        column=column,
        channel=min(max(state.channel, 0), last),
        first=min(max(state.first, 0), last),
        second=min(max(state.second, 0), last),
        page=min(max(state.page, 0), last // PAGE),
        across=min(max(state.across, 0), blocks),
        down=min(max(state.down, 0), blocks),
        amount=min(max(state.amount, AMOUNT[0]), AMOUNT[1]),
    )


def from_query(query: Mapping[str, str]) -> ViewState | None:
    """The place a link means; None when it names none. What it says wrongly is left out: links get cut and retyped."""
    if query.get("view") not in VIEWS:
        return None
    known: dict[str, Any] = {}
    for field in fields(ViewState):
        text = query.get(IN_LINKS.get(field.name, field.name))
        if text is None:
            continue
        if field.name in CHOICES and text in CHOICES[field.name]:
            known[field.name] = text
        elif field.name in BOUNDS and text.removeprefix("-").isdecimal() and len(text) < 6:
            low, high = BOUNDS[field.name]
            known[field.name] = min(max(int(text), low), high)
        elif field.name in ("content", "style"):
            layers = tuple(dict.fromkeys(name for name in text.split() if name in LAYERS))
            known |= {field.name: layers} if layers else {}
    return _within(ViewState(**known))
