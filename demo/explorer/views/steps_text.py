"""What visitors read in the view "steps"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nst_core.explore.steps import ABOUT

from ... import text
from .. import labels

if TYPE_CHECKING:
    from ...paint.kept_steps import KeptStep
    from ..view_state import ViewState

Size = tuple[int, int]  # (width, height) in pixels

FIGURE = "A step of the run"
FIGURE_ALT = (
    "The picture at the chosen step, one channel in it and in the painting, and the Gram matrices of both with their "
    "difference"
)
STEP = "Kept steps of the run, from the start to the end"
PAINT = "Paint from noise, as in the article"
BUSY = "A picture of yours is being painted already. Wait for it, or stop it in Paint."
LOSSES = "Content and style in this run"
LOSSES_NOTE = (
    "The run's own losses, weighted, as Paint shows them by term; the numbers are those of the evaluation at the line. The "
    "horizontal axis is evaluations."
)
NOTHING = (
    f"Nothing has been painted in this visit. Press <b>{PAINT}</b> below, which takes photo and painting from Paint and "
    f"about a minute, and watch; or press {text.PAINT} there, with settings of your own, and come back while it paints."
)
WAITING = "The first picture of the run comes in a moment."


def words(state: ViewState) -> str:
    """HTML: what there is to see, and where it is chosen."""
    return (
        f'<p class="say">While a picture is painted its Gram matrix of <b>{state.layer}</b> comes to resemble the '
        "painting's, and their difference fades: the style arrives. From noise, there is nothing else at the start. "
        f"The channel, {state.channel}, is the one chosen in <i>Channels</i>.</p>"
    )


def status(said: str, wait: float | None) -> str:
    """HTML of the line `said` (HTML itself). `wait`: ask again in so many seconds; None: nothing will change."""
    return f"<p{'' if wait is None else f' data-wait={wait:.1f}'}>{said}</p>"


def at_step(
    layer: str, step: KeptStep, evaluations: int, sizes: tuple[Size, Size], mismatch: float, own: float | None
) -> str:
    """HTML: which step is shown, and how far it is from the painting's style in `layer`.

    `sizes` are those of the picture and of the painting that are compared here. `own` is the mismatch in the run itself;
    None where the layer is none of its style layers.
    """
    said = (
        f"<b>Evaluation {step.evaluation} of {evaluations}</b>. Style mismatch ‖G−A‖² / ‖A‖² in {layer}: "
        f"<b>{labels.relative(mismatch)}</b>, {_looked_at(sizes)}"
    )
    if (step.width, step.height) != sizes[0] and own is not None:
        said += f"; in the run, at {_pixels((step.width, step.height))}: {labels.relative(own)}"
    return f"{said}."


def caption(
    state: ViewState, step: KeptStep, evaluations: int, sizes: tuple[Size, Size], mismatch: float, weights: str
) -> str:
    """Caption of the figure."""
    return (
        f"Evaluation {step.evaluation} of {evaluations}, {state.layer} and its channel {state.channel}, VGG19 ({weights}), "
        f"{_looked_at(sizes)}. {ABOUT} Mismatch with the painting: {labels.relative(mismatch)}."
    )


def _looked_at(sizes: tuple[Size, Size]) -> str:
    return f"the picture at {_pixels(sizes[0])}, the painting at {_pixels(sizes[1])}"


def _pixels(size: Size) -> str:
    return f"{size[0]} × {size[1]} px"
