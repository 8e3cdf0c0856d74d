"""What visitors read in the view "excite"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nst_core.layers import convolution_of

if TYPE_CHECKING:
    from ..view_state import ViewState

TARGETS = {"channel": "one channel", "pair": "a pair of channels", "direction": "the features of one place"}
TARGET = "What is to be excited"
EXCITE, STOP, EXCITED = "Make pictures", "Stop", "Pictures that excite it"
EXCITED_ALT = "Pictures made by optimisation so that the chosen channels respond strongly"
PLACES = "Where it responds most"
PLACES_ALT = "Cut-outs of pictures where the chosen channels respond most"
READY = "Made beforehand"
READY_ALT = "Three pictures that excite the chosen channel, made beforehand"
NOT_YET = "Press the button: noise is changed so that the response grows."
NO_DIRECTION = "All places of this picture have the same features, so none stands out. Choose another picture or layer."


def name(state: ViewState, unit: tuple[int, int]) -> str:
    """What is excited: "channel 5 of conv3_1"."""
    conv = convolution_of(state.layer)
    if state.target == "channel":
        return f"channel {state.channel} of {conv}"
    if state.target == "pair":
        return f"channels {state.first} and {state.second} of {conv} together"
    return f"what sets row {unit[0]}, column {unit[1]} of {state.layer} apart in this picture"


def words(state: ViewState, unit: tuple[int, int]) -> str:
    """HTML: what is excited, where it is chosen, and what the pictures are."""
    where = {
        "channel": "The channel is the one chosen in <i>Channels</i>.",
        "pair": "The pair is the one chosen in <i>Gram matrix</i>.",
        "direction": "The place is the one clicked in <i>Channels</i>: its features less their means over the picture, a "
        "direction of all channels.",
    }
    return (
        f'<p class="say">Noise becomes pictures that excite <b>{name(state, unit)}</b>. {where[state.target]}</p>'
        "<p>Gradient descent makes the mean response over all places grow, before the ReLU (Olah et al. 2017). It changes "
        "waves instead of pixels, and small shifts and scales at every step keep it from answering with noise. The three "
        "pictures are kept unlike each other, since they may show different sides of what a channel responds to. Beside "
        "them are the places in real pictures where it responds most.</p>"
    )


def caption(state: ViewState, unit: tuple[int, int], weights: str, values: str) -> str:
    """Caption of the pictures."""
    return (
        f"Made to excite {name(state, unit)}, VGG19 ({weights}); mean response before the ReLU: {values}. "
        "Optimised waves in decorrelated colours, after Olah et al. 2017."
    )


def ready_caption(state: ViewState, weights: str) -> str:
    """Caption of pictures that were made beforehand."""
    conv = convolution_of(state.layer)
    return f"Made beforehand to excite channel {state.channel} of {conv}, VGG19 ({weights}), after Olah et al. 2017."
