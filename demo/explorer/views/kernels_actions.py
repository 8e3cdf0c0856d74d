"""The view "kernels": the weights of a convolution, and the sum with which the chosen unit gets its value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nst_core.explore.drawing import with_frame
from nst_core.explore.kernel_pictures import KERNEL, kernel_sheet, sum_picture
from nst_core.explore.kernels import shown_kernels, unit_sum
from nst_core.explore.sheet import channel_at, tile_of
from nst_core.layers import CONVS, convolution_of, up_to

from ..feature_cache import FeatureCache, Uploads
from ..panels import File, Panels, picture
from . import kernels_text
from .card import card, chosen_unit
from .view import View

if TYPE_CHECKING:
    from ..view_state import ViewState


def show(cache: FeatureCache, state: ViewState, uploads: Uploads) -> Panels:
    """The chosen channel over the picture, the sum of its chosen unit, and the kernels."""
    look = cache.look(state, uploads)
    values = look.features(state.layer)[state.channel]
    worked = unit_sum(look, cache.worker.encoder, state.layer, state.channel, chosen_unit(state, values))
    lines = [
        f"Row {worked.row}, column {worked.column} of channel {state.channel} of {look.words(worked.conv)}.",
        kernels_text.WORKED,
    ]
    return {
        "channel": state.channel,
        "unit_map": card(look, state, values),
        "unit_sum": picture(sum_picture(worked), f"sum-{state.channel}-{worked.row}-{worked.column}", state, lines),
        "sum_words": kernels_text.unit_sum(state, worked),
        "kernel_words": kernels_text.kernels(state),
        "kernel_sheet": _kernels(cache, state),
    }


def click_kernels(cache: FeatureCache, state: ViewState, uploads: Uploads, x: float, y: float) -> ViewState:
    """`state` with the filter at pixel (x, y), in conv1_1; elsewhere at the input channel there, in the layer before.

    Unchanged beside the kernels.
    """
    numbers, _ = shown_kernels(cache.worker.encoder, state.layer, state.channel)
    found = channel_at(numbers, 0, KERNEL, x, y)
    if found is None:
        return state
    conv = convolution_of(state.layer)
    return state.updated(layer=state.layer if conv == CONVS[0] else up_to(conv)[-2].name, channel=found)


def _kernels(cache: FeatureCache, state: ViewState) -> File:
    numbers, shown = shown_kernels(cache.worker.encoder, state.layer, state.channel)
    image = kernel_sheet(numbers, shown)
    if shown.ndim == 4:
        chosen = tile_of(numbers, 0, KERNEL, state.channel)
        image = with_frame(image, chosen) if chosen else image
    lines = [kernels_text.caption(state, cache.worker.encoder.name)]
    return picture(image, f"kernels-{state.channel}", state, lines)


def code(state: ViewState) -> Sequence[str]:
    """The sum of the chosen unit in Python, and the kernels."""
    unit = f", ({state.row}, {state.column})" if state.row >= 0 else ""
    return (
        f"view = explore.look({state.slot}, encoder)",
        f'worked = explore.unit_sum(view, encoder, "{state.layer}", {state.channel}{unit})',
        "print(worked.value, worked.active)",
        f'kernels = explore.kernel_sheet(*explore.shown_kernels(encoder, "{state.layer}", {state.channel}))',
        "figure = explore.side_by_side([explore.sum_picture(worked), kernels])",
    )


VIEW = View(
    title="Kernels",
    about="Where a number comes from: the 3 × 3 weights of a convolution, and the sum of one unit worked out.",
    show=show,
    code=code,
)
