"""What visitors read in the view "edit"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nst_core.explore.gram_drafts import EVALUATIONS, SIZE
from nst_core.explore.scales import three_figures

from .. import labels

if TYPE_CHECKING:
    from nst_core.gram_changes import GramChange

    from ..view_state import ViewState

NAME = "Change the style"
TITLE = "What if the style had less of it, or more?"
PAINTED = "Painted before and after."
TOUCHED_LABEL = "Change"
TOUCHED = {"channel": "channel i", "pair": "the pair i, j", "block": "the framed block", "layer": "the whole layer"}
PERCENT = "How strong it will be, in percent: 0 mutes it, 100 leaves it, 400 is four times"
WHOLE, WINDOW = "The painting's matrix: click a block", "That block: click a cell"
WHOLE_ALT = "Gram matrix of the painting; what is changed is outlined"
WINDOW_ALT = "The framed block of 32 by 32 cells; what is changed is outlined"
PAINT, STOP, USE = "Paint before and after", "Stop", "Use in Paint"
DRAFTS, DRAFTS_ALT = "Before and after", "The changed matrix, a draft painted without the change, and one with it"
NOT_YET = (
    "Press the button: the photo is painted twice, small, with the painting's matrices as they are and as changed."
)


def words(state: ViewState, change: GramChange, share: float, most: float) -> str:
    """HTML: what `change` does.

    `share` is the part of the layer's energy that its channels have, and `most` the largest value that the cell of a pair
    can have.
    """
    if state.layer not in state.style:
        return f'<h2>{TITLE}</h2><p class="say">{no_style_layer(state)}</p>'
    what = _pair(state, change, most) if change.columns else _channels(state, change, share)
    return (
        f'<h2>{TITLE}</h2><p class="say">{what} As a setting: <code>{_shortened(str(change))}</code>.</p>'
        "<p>Muted means asked to be zero: the result is pushed to have nothing there. That differs from a layer that is no "
        "style layer, of which nothing is asked. Try a block of relu1_1, which has most of the colours, then one of relu2_1 "
        "or relu3_1, which have the strokes. One channel of a deep layer changes little.</p>"
    )


def _channels(state: ViewState, change: GramChange, share: float) -> str:
    """What it means that one channel, several or all of them respond more or less."""
    times = f"{change.factor:g} times as strongly"
    alone, several = (f"counts as if it responds {times}", f"count as if they respond {times}")
    if not change.factor:
        alone, several = "is muted", "are muted"
    if not change.rows:
        return f"<b>The whole layer {state.layer} {alone}</b>: every cell is multiplied by {change.factor**2:g}."
    if len(change.rows) == 1:
        return (
            f"<b>Channel {state.first} of {state.layer} {alone}</b>: its cells with other channels are multiplied by "
            f"{change.factor:g}, its own on the diagonal by the square of that. It holds {labels.percent(share)} of the "
            "layer's energy in the painting."
        )
    return (
        f"<b>All {len(change.rows)} channels of the framed block of {state.layer} {several}</b>: their cells with other "
        f"channels are multiplied by {change.factor:g}, those with each other by the square of that. They hold "
        f"{labels.percent(share)} of the layer's energy in the painting."
    )


def _pair(state: ViewState, change: GramChange, most: float) -> str:
    """What it means that cells are multiplied and the channels stay as strong as they are."""
    one = len(change.rows) == len(change.columns) == 1
    which = f"The cell of channels {state.first} and {state.second}" if one else "The cells of the framed block"
    bound = f", and no picture can have more than √(G[i, i] · G[j, j]) = {three_figures(most)} there" if one else ""
    return (
        f"<b>{which} {'is' if one else 'are'} multiplied by {change.factor:g}</b>, on both sides of the diagonal: the "
        f"channels respond less, or more, together. Each stays as strong as it is{bound}."
    )


def no_style_layer(state: ViewState) -> str:
    """Why a layer cannot be changed, and what to do."""
    return (
        f"{state.layer} is not a style layer: the style loss does not use its Gram matrix. Choose one of "
        f"{', '.join(state.style)}, or make it a style layer beside the layer's name (Advanced)."
    )


def matrix(state: ViewState, change: GramChange) -> str:
    """Caption of the whole matrix."""
    return (
        f"The Gram matrix of the painting in {state.layer}, as it is. Outlined in blue: what is changed by "
        f"{_shortened(str(change))}. Framed in white: the block. Neighbouring channels respond together in the painting."
    )


def caption(state: ViewState, change: GramChange, weights: str) -> str:
    """Caption of the two drafts."""
    return (
        f"Two drafts of {SIZE} pixels by the same settings, {EVALUATIONS} evaluations each: with the painting's Gram "
        f"matrices as they are, and with the change {_shortened(str(change))}, outlined in blue in that of {state.layer}. "
        f"VGG19 ({weights})."
    )


def _shortened(text: str) -> str:
    """At most 60 characters of a change, with the factor at its end."""
    return text if len(text) <= 60 else f"{text[:50]}…{text[text.rindex('x') :]}"
