"""What several views show of one channel: its map over the picture with the clicked unit, and its strongest places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from nst_core.explore.drawing import overlay, padding_margin, side_by_side, with_padding
from nst_core.explore.look import Look
from nst_core.explore.patches import crop_patch
from nst_core.explore.receptive_fields import receptive_field, unit_at
from nst_core.explore.scales import map_scale
from nst_core.layers import convolution_of, get_layer

from .. import labels
from ..feature_cache import FeatureCache, Uploads, at_look_size, pictures
from ..panels import File, picture

if TYPE_CHECKING:
    from ..view_state import ViewState

PATCH_SIDE = 88  # pixels


def chosen_unit(state: ViewState, values: np.ndarray) -> tuple[int, int]:
    """(row, column) of the clicked unit of the map `values` (H, W), or of the strongest where none was clicked."""
    strength = np.abs(values) if state.signed else values
    at = (state.row, state.column) if state.row >= 0 else np.unravel_index(int(strength.argmax()), values.shape)
    return min(int(at[0]), len(values) - 1), min(int(at[1]), values.shape[1] - 1)


def card(look: Look, state: ViewState, values: np.ndarray) -> File:
    """The map `values` (H, W) of the chosen channel over the picture, with the receptive field of the chosen unit."""
    unit, silent = chosen_unit(state, values), not values.any()
    field = get_layer(state.layer).receptive_field
    scale = map_scale(values, state.signed)
    box = None if silent else receptive_field(state.layer, *unit)
    padded = box is not None and (min(box[:2]) < 0 or box[2] > look.picture.width or box[3] > look.picture.height)
    lines = [
        f"Channel {state.channel} of {look.words(state.layer)}",
        labels.unit(unit, float(values[unit]), field, state.row >= 0, silent, padded),
    ]
    image = with_padding(overlay(look.picture, values, scale, f"channel {state.channel}"), box, padding_margin(field))
    return picture(image, f"channel-{state.channel}", state, lines, scale)


def patches(cache: FeatureCache, state: ViewState) -> File | None:
    """The cut-outs of the chosen channel's strongest places; None for weights that the bundled index does not belong to."""
    found = nine_places(cache, state.layer, state.channel)
    lines = [labels.patches(_relu_of(state.layer), state.channel)]
    return picture(found, f"patches-{state.channel}", state, lines) if found else None


def nine_places(cache: FeatureCache, layer: str, channel: int) -> Image.Image | None:
    """Cut-outs of the bundled pictures where a channel is strongest: of the ReLU for a conv layer, of the one before a pool.

    None for weights that the bundled index does not belong to.
    """
    index, relu = cache.patches(), _relu_of(layer)
    if index is None or relu not in index.places:
        return None
    tiles = []
    for picture_number, line, column in index.places[relu][channel]:
        if picture_number < 0:  # the channel responds in fewer places
            tiles.append(Image.new("RGB", (PATCH_SIDE, PATCH_SIDE)))
        else:
            whole = at_look_size(str(pictures()[picture_number]))
            tiles.append(crop_patch(whole, relu, int(line), int(column), PATCH_SIDE))
    return side_by_side(tiles, columns=3, gap=4)


def _relu_of(layer: str) -> str:
    return convolution_of(layer).replace("conv", "relu")


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
