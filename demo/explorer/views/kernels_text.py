"""What visitors read in the view "kernels"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nst_core.explore.scales import three_figures
from nst_core.layers import CONVS, convolution_of, up_to

if TYPE_CHECKING:
    from nst_core.explore.kernels import UnitSum

    from ..view_state import ViewState

UNIT_SUM, KERNELS = "The sum of this unit", "Kernels"
UNIT_SUM_ALT = "The values that the unit sees, times the weights of its channel, added up, plus the bias"
KERNELS_ALT = "The kernels as small squares; choose a channel by number above"
WORKED = (
    "Left what the unit sees of the layer before (0 is padding), in the middle the weights, right their products. "
    "Of many input channels the six that add most are shown."
)
FILTERS = (
    "Red, green and blue weights as colours: grey is 0, and the largest weight of each filter has its full colour."
)
INPUTS = "Red above 0, blue below, all on one scale; below each its channel and the length of its kernel."


def unit_sum(state: ViewState, worked: UnitSum) -> str:
    """The arithmetic of one unit in a sentence."""
    inputs, value = len(worked.patch), three_figures(worked.value)
    pooled = f" {state.layer} passes on the largest of four such units." if state.layer.startswith("pool") else ""
    return (
        f'<p class="equation">Σ of {inputs} × 9 products + bias = <b>{value}</b>'
        f"<span> → ReLU → {three_figures(worked.active)}</span></p><p>The unit in row {worked.row}, column {worked.column} "
        f"of {worked.conv} multiplies the 3 × 3 values that it sees of every one of {inputs} inputs with its channel's "
        f"weights, which are the same at every place, and adds everything up.{pooled} Click into the picture for another "
        "unit.</p>"
    )


def kernels(state: ViewState) -> str:
    """What the kernels below are, and what a click on one does."""
    if convolution_of(state.layer) == CONVS[0]:
        return (
            "<h3>The filters of the first layer</h3><p>conv1_1 sees colours, so its filters are small pictures: edges, and "
            "spots of one colour. Click one to see where it responds.</p>"
        )
    before = up_to(convolution_of(state.layer))[-2].name
    return (
        f"<h3>What this channel is made of</h3><p>The channels of {before} that weigh most in channel {state.channel}. "
        "Click one to go to it: so a number can be followed back to the pixels.</p>"
    )


def caption(state: ViewState, weights: str) -> str:
    """Caption of the kernels; `weights` is the name of the network's weights."""
    conv = convolution_of(state.layer)
    if conv == CONVS[0]:
        return f"The filters of {conv}, VGG19 ({weights}). {FILTERS}"
    before = up_to(conv)[-2].name
    return f"Channel {state.channel} of {conv}, VGG19 ({weights}): its strongest kernels, for channels of {before}. {INPUTS}"
