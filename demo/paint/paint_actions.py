"""What the paint tab does, without gradio: values in, pictures and words out."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from nst_core.advice import Sample, warnings_for
from nst_core.errors import PictureError, SettingError
from nst_core.images import resize
from nst_core.plan import fit
from nst_core.progress import Throttle
from nst_core.recipe import make_recipe, read_recipe, recipe_settings, save_png
from nst_core.settings import FIELDS, Settings
from nst_core.transfer import Step, never

from .. import status_line, text
from ..compute.limits import Limits
from ..compute.worker import Worker
from . import html
from .file_names import result_name
from .loss_curves import History, loss_curves

PREVIEW_EVERY = 1.0  # seconds; a browser drops previews that follow faster than a slow connection can carry them
PREVIEW_SIDE = 384  # pixels on the longer side
KEPT_SIDE = 512  # pixels on the longer side


@dataclass(frozen=True)
class Painted:
    """A finished run, for the explorer: pictures of at most `KEPT_SIDE` pixels on the longer side, and the settings."""

    photo: Image.Image
    painting: Image.Image
    picture: Image.Image
    settings: Settings


@dataclass
class PaintSession:
    """What the handlers of one browser tab share.

    `stop` asks the run to end with the picture it has reached. `painted` says that the result shown is the visitor's own,
    which no example may replace. `last` is the last run. `pair` numbers the bundled pair whose example is shown until then.
    """

    stop: bool = False
    painted: bool = False
    last: Painted | None = None
    pair: int = 0


@dataclass(frozen=True)
class Update:
    """What the page shows while a run goes on: the step, a preview, the status line and both figures as HTML."""

    step: Step
    preview: Image.Image  # at most PREVIEW_SIDE pixels on the longer side
    status: str
    by_term: str
    by_layer: str


@dataclass(frozen=True)
class Finished(Update):
    """What the page shows at the end: both pictures at the size reached, and the PNG with the recipe inside."""

    photo: Image.Image
    picture: Image.Image
    png: bytes
    filename: str
    recipe: str


def read_settings(values: Sequence[Any], limits: Limits) -> Settings:
    """Widget values in the order of `FIELDS` -> Settings within the host's limits; raises `SettingError`.

    The one place that bounds the settings of a painting: estimate, run and recipe share what is returned.
    """
    return limits.bounded(Settings.from_dict(dict(zip(FIELDS, values, strict=True))))


def paint(
    worker: Worker,
    photo: Image.Image | None,
    painting: Image.Image | None,
    settings: Settings,
    session: PaintSession,
    left: Callable[[], bool] = never,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Update | None]:
    """Paint, and yield after every evaluation: an `Update` about once a second, None in between, and `Finished` last.

    `settings` come from `read_settings`. `left` says whether the client has left; it ends the run within an evaluation.
    Raises `PictureError` or `SettingError`, before anything is yielded, for what cannot be painted.
    """
    if photo is None:
        raise PictureError(text.NO_PHOTO)
    if painting is None:
        raise PictureError(text.NO_PAINTING)
    estimate = worker.estimate(settings, *photo.size)
    if not estimate.fits:
        raise SettingError(text.too_large(estimate.needed_mb, estimate.usable_mb, estimate.largest))
    history = History(settings)
    preview_is_due = Throttle(PREVIEW_EVERY, clock)
    steps = worker.steps(photo, painting, settings, lambda: session.stop or left())
    try:
        for step in steps:
            history.add(step)
            if step.done or session.stop:
                break
            if not preview_is_due():
                yield None
                continue
            yield Update(step, preview(step.picture()), status_line.running(step), *curves(history))
    finally:
        steps.close()
    kept = {"photo": photo, "painting": painting, "picture": step.picture()}
    session.last = Painted(**{name: preview(image, KEPT_SIDE) for name, image in kept.items()}, settings=settings)
    yield finish(worker, step, photo, painting, settings, history)


def finish(
    worker: Worker, step: Step, photo: Image.Image, painting: Image.Image, settings: Settings, history: History
) -> Finished:
    """The last update of a run that ended, or was stopped, at `step`."""
    picture, file = step.picture(), io.BytesIO()
    recipe = make_recipe(settings, photo, painting, worker.encoder, step)
    save_png(picture, file, recipe)
    return Finished(
        step,
        preview(picture),
        status_line.finished(step, settings, worker.limits),
        *curves(history),
        photo=resize(photo, *picture.size),
        picture=picture,
        png=file.getvalue(),
        filename=result_name(photo, painting, f"{max(picture.size)}px-seed{settings.seed}"),
        recipe=html.recipe(settings, recipe["weights"]["name"]),
    )


def preview(picture: Image.Image, side: int = PREVIEW_SIDE) -> Image.Image:
    """`picture` at no more than `side` pixels on its longer side."""
    if max(picture.size) <= side:
        return picture
    return picture.resize(fit(*picture.size, side), Image.Resampling.BILINEAR)


def curves(history: History) -> tuple[str, str]:
    """The losses so far as two figures in HTML: by term, and by layer."""
    about = history.evaluations, history.levels
    return (
        loss_curves(history.terms, *about, text.BY_TERM, text.BY_TERM_NOTE),
        loss_curves(history.layers, *about, text.BY_LAYER, text.BY_LAYER_NOTE),
    )


def no_curves() -> str:
    """The HTML that stands in place of a figure before the first run."""
    return loss_curves({}, 1, [], text.BY_TERM, text.NO_CURVES)


def estimate(
    worker: Worker, size: tuple[int, int] | None, settings: Settings, others: tuple[int, int] = (0, 0)
) -> tuple[str, int | None]:
    """What to say beside the button for a photo of `size` (width, height), and the size to offer when it does not fit.

    `others`: how many runs of others go on, and how many wait.
    """
    if size is None:
        return text.NO_PHOTO, None
    cost = worker.estimate(settings, *size)
    note = html.other_weights(worker.missing) if worker.missing else ""
    if cost.fits:
        before = sum(others), worker.waiting_time.seconds(others[1])
        return text.estimate(cost.seconds, cost.needed_mb, *before) + note, None
    return text.too_large(cost.needed_mb, cost.usable_mb, cost.largest) + note, cost.largest


def advice(photo: Sample | None, painting: Sample | None, settings: Settings) -> str:
    """HTML: what will probably disappoint, as the command line says it; "" until both pictures are there."""
    return html.advice(warnings_for(photo, painting, settings)) if photo and painting else ""


def settings_in(path: str | Path) -> Settings:
    """The settings inside a PNG that was downloaded here; raises `PictureError` or `SettingError`."""
    return recipe_settings(read_recipe(path))
