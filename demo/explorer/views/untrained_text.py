"""What visitors read in the view "untrained"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import comparisons

if TYPE_CHECKING:
    from ..view_state import ViewState

MAPS, GRAMS = "Feature maps of both networks", "Gram matrices of both networks"
MAPS_ALT = "The 16 loudest channels of the trained network, and below them those of the untrained one"
GRAMS_ALT = "The Gram matrix of the trained network beside that of the untrained one"
PAINT_BOTH, STOP, BOTH = "Paint with both", "Stop", "Painted with both"
BOTH_ALT = "The photo painted with the trained network, and with the untrained one"
NOT_YET = (
    "Press the button: the same small picture is painted twice, with the same settings and each network's own weights."
)


def words(state: ViewState, trained: str, dimensions: tuple[float, float], silent: tuple[int, int]) -> str:
    """HTML: what the untrained network is, and how many directions the features of each have."""
    return (
        "<h2>What did training teach it?</h2><p>The same network with random weights, drawn after He et al. 2015: it was "
        f"never shown a picture. Below are the loudest channels of {state.layer} in both, each map on its own scale, and "
        "the two Gram matrices, each in the order of its own clusters.</p>"
        f'<p class="say">Effective dimension of the features of this picture: {trained} <b>{dimensions[0]:.1f}</b>, '
        f"untrained <b>{dimensions[1]:.1f}</b>, of {state.channels} channels. Silent channels: {silent[0]} and {silent[1]}. "
        f"{comparisons.trained(dimensions)}</p>"
    )
