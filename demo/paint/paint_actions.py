"""What the paint tab does, without gradio: values in, pictures and words out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from PIL import Image

from nst_core.advice import Sample, warnings_for
from nst_core.errors import NSTError, PictureError, SettingError
from nst_core.progress import Throttle, never
from nst_core.recipe import read_recipe, recipe_settings
from nst_core.settings import FIELDS, Settings
from nst_core.step import Step

from .. import text
from ..compute.limits import MOST_PAINTINGS, Limits
from ..compute.reached import Reached
from ..compute.worker import Worker
from ..error_log import log_error
from . import html
from .curve_files import Curves
from .film import Film
from .keeping import keeping
from .kept_steps import KeptSteps
from .kept_strip import Strip
from .painted import Painted
from .regions_actions import drawn_regions, note
from .updates import Run, Update

PREVIEW_EVERY = 1.0  # seconds; a browser drops previews that follow faster than a slow connection can carry them


@dataclass
class PaintSession:
    """What the handlers of one browser tab share.

    `stop` asks the run to end with the picture it has reached. `painted` says that a run of the visitor's goes on or has a
    result, which no example may replace. `last` is the last run, `reached` is where it ended, `film` is for its time-lapse,
    `curves` for the files of its losses, and `steps` are those kept of it, also while it goes on. `pair` is the index in
    `PAIRS` of the pair that was chosen last, `example` says whether its example result is shown, and `own_photo` that the
    last photo was brought by the visitor. `status` is the status line of the last run, as HTML, and `region_note` what is
    worth saying about its regions, as HTML. `boxes` are small copies of the pictures in the boxes "photo" and "painting".
    `notes` say what failed beside the picture of the run under way. `visitor` is the key of the visitor's kept results, and
    `strip` what the strip of them shows.
    """

    stop: bool = False
    painted: bool = False
    own_photo: bool = False
    example: bool = True
    status: str = ""
    last: Painted | None = None
    reached: Reached | None = None
    film: Film | None = None
    curves: Curves | None = None
    steps: KeptSteps | None = None
    pair: int = 0
    boxes: dict[str, Image.Image] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    region_note: str = ""
    visitor: str | None = field(default=None, repr=False)
    strip: Strip = field(default_factory=Strip)


def read_settings(values: Any, limits: Limits, **others: Any) -> Settings:
    """Widget values in the order of `FIELDS` -> Settings within the host's limits; raises `SettingError`.

    `others` by name replace those values. The one place that bounds the settings of a painting: estimate, run and recipe
    share what is returned.
    """
    if not isinstance(values, list | tuple) or len(values) != len(FIELDS):
        raise SettingError(text.NOT_THE_SETTINGS)
    return limits.bounded(Settings.from_dict(dict(zip(FIELDS, values, strict=True)) | others))


def paint(
    worker: Worker,
    photo: Image.Image | None,
    paintings: Sequence[Image.Image | None],
    settings: Settings,
    session: PaintSession,
    left: Callable[[], bool] = never,
    clock: Callable[[], float] = time.monotonic,
    start: Reached | None = None,
    drawn: Image.Image | None = None,
) -> Iterator[Update]:
    """Paint, or go on from `start`, where another run ended: yield an `Update` about once a second, and `Finished` last.

    Nothing is yielded in between: an answer costs a browser work even if it changes nothing.

    `settings` come from `read_settings`. `drawn` is what was drawn on the photo (see `drawn_regions`). `left` says whether
    the client has left; it ends the run within an evaluation.
    Raises `PictureError` or `SettingError`, before anything is yielded, for what cannot be painted. After the first
    evaluation an error ends the run with the picture so far; it is logged, and the last status line says so.
    """
    if photo is None:
        raise PictureError(text.NO_PHOTO)
    known = [painting for painting in paintings if painting]
    if len(known) < len(paintings):
        raise PictureError(text.NO_PAINTING)
    check_paintings(len(known), settings)
    if start:
        start.check_photo(Sample.of(photo))
    regions = drawn_regions(drawn, photo, len(known))
    estimate = worker.estimate(settings, *photo.size, start.picture.size if start else None, regions is not None)
    if not estimate.fits:
        raise SettingError(text.too_large(estimate.needed_mb, estimate.usable_mb, estimate.largest))
    session.notes, session.region_note = [], note(photo, len(known), settings, regions)
    run = Run(worker, photo, known, settings, session.notes, start, regions, drawn)
    try:
        yield from keeping(_views(run, session, left, clock), run, session.visitor, left)
    finally:
        run.kept.over = True


def _views(run: Run, session: PaintSession, left: Callable[[], bool], clock: Callable[[], float]) -> Iterator[Update]:
    """What `paint` yields, for a run that can be painted."""
    step, preview_is_due = cast("Step | None", None), Throttle(PREVIEW_EVERY, clock)
    steps, session.steps = run.steps(lambda: session.stop or left()), run.kept
    try:
        for step in steps:
            run.add(step)
            if step.done:
                break
            # After Stop the run ends by itself; one that is done elsewhere, with one more step.
            if not session.stop and preview_is_due():
                yield run.update(step)
    except Exception as error:
        if step is None or not step.evaluation:  # there is no picture to lose
            raise
        log_error(error)
        session.notes.append(str(error) if isinstance(error, NSTError) else text.ENDED_BY_ERROR)
    finally:
        steps.close()
    assert step is not None, "the start of a run is its first step"
    session.last, session.reached, session.film = run.painted(step), run.reached(step), run.film(step)
    run.kept.compared = session.last  # the same pictures, kept once
    run.worker.memories.keep(session.reached)
    finished = run.finished(step)
    session.status, session.curves = finished.status, finished.curves
    yield finished


def estimate(
    worker: Worker,
    size: tuple[int, int] | None,
    settings: Settings,
    others: tuple[int, int] = (0, 0),
    regions: bool = False,
    timed: bool = True,
) -> tuple[str, int | None]:
    """What to say beside the button for a photo of `size` (width, height), and the size to offer when it does not fit.

    `others`: how many runs of others go on, and how many wait. `regions`: whether any are drawn. `timed`: whether to say how
    long it takes.
    """
    if size is None:
        return text.NO_PHOTO, None
    cost = worker.estimate(settings, *size, regions=regions, timed=timed)
    note = html.other_weights(worker.missing) if worker.missing else ""
    if cost.fits:
        all_at_work = sum(others) >= worker.width  # otherwise the run begins at once
        before = (sum(others), worker.waiting_time.seconds(others[1])) if all_at_work else (0, 0.0)
        return text.estimate(cost.seconds, cost.needed_mb, *before) + note, None
    return text.too_large(cost.needed_mb, cost.usable_mb, cost.largest) + note, cost.largest


def advice(photo: Sample | None, paintings: Sequence[Sample | None], settings: Settings) -> str:
    """HTML: what will probably disappoint, as the command line says it; "" until the pictures are there."""
    return html.advice(warnings_for(photo, paintings, settings)) if photo and all(paintings) else ""


def check_paintings(count: int, settings: Settings) -> None:
    """Raise `PictureError` for too many paintings, and `SettingError` when `settings.mix` has another number of weights."""
    if count > MOST_PAINTINGS:
        raise PictureError(text.TOO_MANY_PAINTINGS)
    settings.shares(count)


def settings_in(path: str | Path) -> Settings:
    """The settings inside a PNG that was downloaded here; raises `PictureError` or `SettingError`."""
    return recipe_settings(read_recipe(path))
