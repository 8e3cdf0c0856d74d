"""What visitors read in the view "gradient"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nst_core.explore.look import Look
from nst_core.explore.scales import three_figures
from nst_core.settings import STYLE_WEIGHTS, Settings

from .. import comparisons

if TYPE_CHECKING:
    from ..view_state import ViewState

STYLE_WEIGHT = STYLE_WEIGHTS["balanced"]  # that of the usual settings


def about(state: ViewState, sizes: Mapping[str, float], cosine: float) -> str:
    """How the two directions compare, in words that are true of these numbers."""
    lengths = {name: three_figures(size) for name, size in sizes.items()}
    words = comparisons.directions(sizes["content"], sizes["style"], sizes["both"], cosine)
    return (
        "<h2>Which way does the loss want every pixel changed?</h2><p>The negative gradient of each term of the loss, for "
        "every red, green and blue value (Gatys et al. 2016, eq. 7; content in "
        f"{', '.join(state.content)}; style in {', '.join(state.style)}, times {STYLE_WEIGHT:g}). Grey asks for no change, "
        "a colour for more of it. Single pixels look like noise; averages over neighbours show which colour is asked for "
        "where.</p>"
        f'<p class="say">Sizes: content {lengths["content"]}, style {lengths["style"]}, both together {lengths["both"]}; '
        f"the cosine of content and style is {cosine:.2f}. {words}</p>"
    )


def caption(state: ViewState, look: Look, sizes: Mapping[str, float], cosine: float) -> str:
    """Caption: what the pictures of the gradient show, and of which loss."""
    lengths = ", ".join(f"{name} {three_figures(size)}" for name, size in sizes.items())
    return (
        f"Negative gradients of the content term ({', '.join(state.content)}) and of {STYLE_WEIGHT:g} times the style term "
        f"({', '.join(state.style)}), objective balanced, for the pixels of the result at {look.picture.width} × "
        f"{look.picture.height} px, with the painting at {Settings().style_scale:g} times that; VGG19 ({look.weights}). "
        f"Grey: no change; a colour: more of it. Each on its own scale; sizes: {lengths}. Cosine of content and style: "
        f"{cosine:.2f}."
    )
