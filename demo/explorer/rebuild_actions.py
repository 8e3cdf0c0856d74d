"""Rebuild the picture from one layer's features, or a texture from Gram matrices: a run of the same loop as a painting."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from PIL import Image

from nst_core.explore.figure import row
from nst_core.explore.rebuild import reconstruction
from nst_core.settings import Settings

from .. import text
from ..transfer_actions import PREVIEW_EVERY, Session
from . import words
from .panels import File, Panels, picture
from .place import Place
from .shelf import Own, Shelf

SIDE = 192


def show(shelf: Shelf, place: Place, own: Own) -> Panels:
    return {"rebuild_words": words.rebuild(place, _settings(place).style_layers)}


def run(
    shelf: Shelf, place: Place, own: Own, session: Session, clock: Callable[[], float] = time.monotonic
) -> Iterator[Panels | None]:
    """Panels about once a second, None in between, the finished picture last."""
    original = shelf.picture(place, own)
    steps = shelf.machine.steps(original, original, _settings(place), lambda: session.stop)
    last = float("-inf")
    try:
        for step in steps:
            if step.done or session.stop:
                break
            if clock() - last < PREVIEW_EVERY:
                yield None
                continue
            last = clock()
            yield {"rebuilt": _shown(original, step.picture(), place), "rebuild_status": text.running(step)}
    finally:
        steps.close()
    done = text.finished(step, stopped=not step.done)
    yield {"rebuilt": _shown(original, step.picture(), place), "rebuild_status": done}


def _settings(place: Place) -> Settings:
    return reconstruction(place.kind, place.layer, size=SIDE)


def _shown(original: Image.Image, picture_now: Image.Image, place: Place) -> File:
    small = original.resize(picture_now.size)
    images = [image.resize((2 * image.width, 2 * image.height)) for image in (small, picture_now)]
    return picture(
        row(images, ["the picture", words.rebuilt(place)]),
        f"rebuilt-{place.kind}",
        place,
        [words.rebuild_caption(place)],
    )
