"""States of the explorer for tests: one with no default in it, what a link says, and what is valid."""

from urllib.parse import parse_qsl

from demo.explorer.view_state import FIELDS, ViewState
from nst_core.layers import LAYERS

CHOICES = {name: about.metadata["choices"] for name, about in FIELDS.items() if "choices" in about.metadata}
BOUNDS = {
    name: (about.metadata["low"], about.metadata["high"]) for name, about in FIELDS.items() if "low" in about.metadata
}
# For every field a value other than its default; together they are a valid state.
ELSEWHERE = {
    "view": "gram",
    "level": "explore",
    "stop": 4,
    "pair": 3,
    "slot": "painting",
    "layer": "relu5_4",
    "sort": "cluster",
    "scale": "root",
    "sheet_page": 7,
    "channel": 511,
    "row": 3,
    "column": 23,
    "mode": "correlation",
    "curve": "log",
    "across": 15,
    "down": 14,
    "first": 510,
    "second": 509,
    "pairs_by": "difference",
    "shuffle": 9999,
    "change": "upside down",
    "amount": 96,
    "kind": "style",
    "target": "direction",
    "touched": "block",
    "percent": 250,
    "grid_by": "brush",
    "step": 25,
    "content": ("relu3_1", "pool5"),
    "style": ("conv1_1", "relu2_2", "relu4_4"),
}


def query(state: ViewState) -> dict[str, str]:
    """The query parameters of the state's link, as a server reads them."""
    assert state.link().startswith("?")
    return dict(parse_qsl(state.link()[1:], strict_parsing=True))


def is_valid(state: ViewState) -> bool:
    """Whether the state holds nothing but words that are offered and numbers that the layer has."""
    channels = LAYERS[state.layer].channels
    return (
        all(getattr(state, name) in words for name, words in CHOICES.items())
        and all(low <= getattr(state, name) <= high for name, (low, high) in BOUNDS.items())
        and all(0 <= n < channels for n in (state.channel, state.first, state.second))
        and 0 <= state.sheet_page < channels // 64
        and all(0 <= n < channels // 32 for n in (state.across, state.down))
        and (state.row < 0) == (state.column < 0)
        and all(layers and set(layers) <= set(LAYERS) for layers in (state.content, state.style))
        and all(len(set(layers)) == len(layers) for layers in (state.content, state.style))
    )
