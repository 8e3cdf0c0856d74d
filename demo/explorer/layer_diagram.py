"""The layer diagram: VGG19 as a row of blocks to choose a layer from, and the facts about the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nst_core.explore.receptive_fields import padding_free_fraction
from nst_core.layers import LAYERS, Layer, get_layer
from nst_core.plan import flops_per_evaluation

from . import html, labels

if TYPE_CHECKING:
    from .view_state import ViewState

# In units of the drawings, which are stretched to the width of the page: in one row, on a telephone in four.
HEIGHTS = {1: 92, 2: 70, 4: 52, 8: 38, 16: 27, 32: 18}  # by stride: how large the maps are
WIDTHS = {64: 24, 128: 34, 256: 48, 512: 68}  # by channels, of a convolution and its ReLU together
POOL, GAP = 13, 4
BASE = 94  # where the layers stand

# JavaScript of the component: a click on a layer triggers the event "pick". It is bound to the component, not to the
# drawing, which every answer replaces.
CLICKS = """
element.addEventListener('click', event => {
    const block = event.target.closest('[data-layer]');
    if (block) trigger('pick', {layer: block.dataset.layer});
});
"""


def diagram(state: ViewState, width: int, height: int) -> str:
    """HTML with a drawing of every block's layers, and the size of its maps for a picture of width x height pixels; below
    it what the drawing says."""
    blocks = "".join(_block(block, state, width, height) for block in range(1, 6))
    ruler = f'<div class="ruler" role="group" aria-label="{labels.DIAGRAM}">{blocks}</div>'
    return f'{ruler}<p class="ruler-key">{html.DIAGRAM_KEY}</p>'


def _block(block: int, state: ViewState, width: int, height: int) -> str:
    parts, x = [], float(GAP)
    for layer in (layer for layer in LAYERS.values() if layer.block == block):
        across = POOL if layer.kind == "pool" else WIDTHS[layer.channels] * (0.4 if layer.kind == "conv" else 0.6)
        parts.append(_layer(layer, x, across, state))
        x += across + (0 if layer.kind == "conv" else GAP)
    stride = 2 ** (block - 1)
    return (
        f'<figure style="flex-grow: {x + GAP:.0f}"><svg viewBox="0 0 {x + GAP:.0f} {BASE}" preserveAspectRatio="none" '
        f'role="img" aria-label="block {block}">{"".join(parts)}</svg>'
        f"<figcaption>block {block} <span>{width // stride}×{height // stride}</span></figcaption></figure>"
    )


def _layer(layer: Layer, x: float, width: float, state: ViewState) -> str:
    """A layer's block, and around it, half of each gap included, what can be clicked."""
    classes = [layer.kind]
    classes += ["content"] * (layer.name in state.content) + ["style"] * (layer.name in state.style)
    classes += ["chosen"] * (layer.name == state.layer)
    height = HEIGHTS[layer.stride]
    field = layer.receptive_field
    title = f"{layer.name}: {layer.channels} channels, each unit sees {field} × {field} pixels"
    left = 0 if layer.kind == "relu" else GAP / 2
    right = {"conv": 0, "relu": GAP / 2, "pool": 2 * GAP}[layer.kind]
    return (
        f'<g class="{" ".join(classes)}" data-layer="{layer.name}" data-says="{title}">'
        f'<rect class="block" x="{x:.1f}" y="{BASE - height}" width="{width:.1f}" height="{height}"/>'
        f'<rect class="catch" x="{x - left:.1f}" y="0" width="{width + left + right:.1f}" height="{BASE}"/></g>'
    )


def facts(state: ViewState, width: int, height: int) -> str:
    """HTML: the chosen layer in numbers, for a picture of width x height pixels."""
    layer = get_layer(state.layer)
    rows = {
        "channels": f"{layer.channels}",
        "each map": f"{width // layer.stride} × {height // layer.stride}",
        "stride": f"{layer.stride} px",
        "receptive field": f"{layer.receptive_field} × {layer.receptive_field} px",
        "free of padding": f"{100 * padding_free_fraction(layer.name, width, height):.0f} % of units",
        **_parameters(layer),
        "share of forward pass": _share_of_forward_pass(layer, width, height),
    }
    return html.facts(rows)


def _parameters(layer: Layer) -> dict[str, str]:
    """A ReLU has none of its own; its maps depend on those of its convolution."""
    if layer.kind == "relu":
        return {"parameters of its conv": f"{get_layer(layer.name.replace('relu', 'conv')).parameters:,}"}
    return {"parameters": f"{layer.parameters:,}"}


def _share_of_forward_pass(layer: Layer, width: int, height: int) -> str:
    """The arithmetic of this convolution, and of all layers up to it, as a share of that of all sixteen."""
    whole = flops_per_evaluation(width, height, ["pool5"])
    here = flops_per_evaluation(width, height, [layer.name])
    before = [name for name, other in LAYERS.items() if other.index < layer.index]
    alone = here - (flops_per_evaluation(width, height, before[-1:]) if before else 0.0)
    words = f"{100 * here / whole:.0f} % up to here"
    return f"{100 * alone / whole:.1f} %, {words}" if alone else words
