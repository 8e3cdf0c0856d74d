"""Rebuild the picture from one layer's features, or a texture from Gram matrices: a run of the same loop as a painting."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from PIL import Image

from nst_core.explore.drawing import side_by_side
from nst_core.explore.rebuild import reconstruction
from nst_core.settings import Settings
from nst_core.transfer import never

from ... import status_line
from ...paint.paint_actions import PREVIEW_EVERY, PaintSession
from .. import labels
from ..feature_cache import FeatureCache, Uploads
from ..panels import File, Panels, picture
from ..view_state import ViewState

SIDE = 192


def show(cache: FeatureCache, state: ViewState, uploads: Uploads) -> Panels:
    return {"rebuild_words": labels.rebuild(state, _settings(state).style_layers)}


def run(
    cache: FeatureCache,
    state: ViewState,
    uploads: Uploads,
    paint_session: PaintSession,
    left: Callable[[], bool] = never,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Panels | None]:
    """Panels about once a second, None in between, the finished picture last."""
    original = cache.picture(state, uploads)
    settings = cache.worker.limits.bounded(_settings(state))
    steps = cache.worker.steps(original, original, settings, lambda: paint_session.stop or left())
    last = float("-inf")
    try:
        for step in steps:
            if step.done or paint_session.stop:
                break
            if clock() - last < PREVIEW_EVERY:
                yield None
                continue
            last = clock()
            yield {"rebuilt": _shown(original, step.picture(), state), "rebuild_status": status_line.running(step)}
    finally:
        steps.close()
    done = status_line.finished(step, stopped=not step.done)
    yield {"rebuilt": _shown(original, step.picture(), state), "rebuild_status": done}


def _settings(state: ViewState) -> Settings:
    return reconstruction(state.kind, state.layer, size=SIDE)


def _shown(original: Image.Image, picture_now: Image.Image, state: ViewState) -> File:
    small = original.resize(picture_now.size)
    images = [image.resize((2 * image.width, 2 * image.height)) for image in (small, picture_now)]
    return picture(
        side_by_side(images, ["the picture", labels.rebuilt(state)]),
        f"rebuilt-{state.kind}",
        state,
        [labels.rebuild_caption(state)],
    )
