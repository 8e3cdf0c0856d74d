"""The card: the map of one channel over the picture, and the unit that was clicked on it. Of two views."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nst_core.explore.drawing import overlay, padding_margin, with_padding
from nst_core.explore.look import Look
from nst_core.explore.receptive_fields import receptive_field, unit_at
from nst_core.explore.scales import Scale, top_of
from nst_core.layers import get_layer

from .. import labels
from ..feature_cache import FeatureCache, Uploads
from ..panels import File, picture

if TYPE_CHECKING:
    from ..view_state import ViewState


def chosen_unit(state: ViewState, values: np.ndarray) -> tuple[int, int]:
    """(row, column) of the clicked unit of the map `values` (H, W), or of the strongest where none was clicked."""
    strength = np.abs(values) if state.signed else values
    at = (state.row, state.column) if state.row >= 0 else np.unravel_index(int(strength.argmax()), values.shape)
    return min(int(at[0]), len(values) - 1), min(int(at[1]), values.shape[1] - 1)


def card(look: Look, state: ViewState, values: np.ndarray) -> File:
    """The map `values` (H, W) of the chosen channel over the picture, with the receptive field of the chosen unit."""
    unit, silent = chosen_unit(state, values), not values.any()
    field = get_layer(state.layer).receptive_field
    scale = Scale(top_of(values, state.signed), state.signed)
    box = None if silent else receptive_field(state.layer, *unit)
    lines = [
        f"Channel {state.channel} of {look.words(state.layer)}",
        labels.unit(unit, float(values[unit]), field, state.row >= 0, silent),
    ]
    image = with_padding(overlay(look.picture, values, scale), box, padding_margin(field))
    return picture(image, f"channel-{state.channel}", state, lines, scale)


def click_card(cache: FeatureCache, state: ViewState, uploads: Uploads, x: float, y: float) -> ViewState:
    """`state` with the unit nearest to pixel (x, y) of the card, padding included; unchanged beside the picture."""
    look = cache.look(state, uploads)
    margin = padding_margin(get_layer(state.layer).receptive_field)
    across, down = x - margin, y - margin
    if not (0 <= across < look.picture.width and 0 <= down < look.picture.height):
        return state
    width, height = look.map_size(state.layer)
    unit = unit_at(state.layer, across, down, height, width)
    return state.updated(row=unit[0], column=unit[1])
