"""The view "rebuild": a picture from one layer's features, or a texture from Gram matrices, made by `transfer`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from PIL import Image

from nst_core.explore.drawing import side_by_side
from nst_core.explore.rebuild import reconstruction
from nst_core.plan import fit
from nst_core.progress import Throttle
from nst_core.settings import Settings

from ... import status_line
from .. import html, labels
from ..feature_cache import FeatureCache, Uploads
from ..panels import File, Panels, picture
from .view import View

if TYPE_CHECKING:
    from ..view_state import ViewState

SIDE = 192  # pixels on the longer side of the reconstruction; it is shown at twice the size
PREVIEW_EVERY = 1.0  # seconds


def show(cache: FeatureCache, state: ViewState, uploads: Uploads) -> Panels:
    """What will be matched. The reconstruction itself is computed when asked for, by `run`."""
    size = fit(*cache.picture(state, uploads).size, SIDE)
    return {"rebuild_words": html.rebuild(state, _settings(state).style_layers, size)}


def run(
    cache: FeatureCache,
    state: ViewState,
    uploads: Uploads,
    interrupted: Callable[[], bool],
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Panels]:
    """Yield before the first and after every evaluation.

    What is yielded: panels about once a second, and last the finished picture.
    It ends early, with the picture so far, when `interrupted()` is true. Raises `PictureError` before the first step
    when there is no picture, or it is too small for the layer.
    """
    original = cache.picture(state, uploads)
    settings = cache.worker.limits.bounded(_settings(state))
    steps = cache.worker.steps(original, original, settings, interrupted)
    preview_is_due = Throttle(PREVIEW_EVERY, clock)
    try:
        for step in steps:
            if step.done or interrupted():
                break
            if preview_is_due():
                shown = _shown(original, step.picture(), state)
                yield {"rebuilt": shown, "rebuild_status": status_line.running(step)}
    finally:
        steps.close()
    status = status_line.finished(step, settings, cache.worker.limits, done="Rebuilt")
    yield {"rebuilt": _shown(original, step.picture(), state), "rebuild_status": status}


def _settings(state: ViewState) -> Settings:
    return reconstruction(state.kind, state.layer, size=SIDE)


def _shown(original: Image.Image, rebuilt: Image.Image, state: ViewState) -> File:
    """The picture and its reconstruction, side by side."""
    small = original.resize(rebuilt.size)
    images = [image.resize((2 * image.width, 2 * image.height)) for image in (small, rebuilt)]
    both = side_by_side(images, ["the picture", labels.rebuilt(state)])
    return picture(both, f"rebuilt-{state.kind}", state, [labels.rebuild_caption(state)])


def code(state: ViewState) -> Sequence[str]:
    """The reconstruction in Python."""
    return (
        f'settings = explore.reconstruction("{state.kind}", "{state.layer}", size={SIDE})',
        f"for step in transfer({state.slot}, {state.slot}, settings, encoder):",
        "    print(step.evaluation, step.total)",
        "figure = step.picture()",
    )


VIEW = View(
    title="Rebuild",
    about="What the network keeps of the picture: it is rebuilt from noise by matching features or Gram matrices only.",
    show=show,
    code=code,
)
