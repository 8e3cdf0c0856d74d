"""What the page shows of a run: while it goes on, and at its end. Nothing that fails here costs the picture."""

from __future__ import annotations

import io
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from nst_core.advice import Sample
from nst_core.images import resize
from nst_core.plan import plan_levels
from nst_core.recipe import make_recipe, save_png
from nst_core.regions import Regions
from nst_core.settings import Settings
from nst_core.step import Step
from nst_core.time_lapse import Frames

from .. import status_line, text
from ..compute.moved_step import MovedStep
from ..compute.reached import Reached
from ..compute.worker import Worker
from ..error_log import Value, attempt
from . import going_on_text, html
from .curve_files import Curves, losses_csv
from .file_names import result_name
from .film import NO_FRAME, Film
from .kept_steps import KeptSteps
from .loss_curves import History, loss_curves
from .painted import Painted, painted_of, preview


@dataclass(frozen=True)
class Update:
    """What the page shows while a run goes on: the step, a preview, the status line and both figures as HTML."""

    step: Step
    preview: Image.Image | None  # at most PREVIEW_SIDE pixels on the longer side
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
    losses: str  # as CSV

    @property
    def curves(self) -> Curves:
        """The loss curves as files."""
        return Curves(self.by_term, self.by_layer, self.losses, self.filename)


@dataclass
class Run:
    """What goes into one run, and the `notes` for its visitor on what failed beside the picture."""

    worker: Worker
    photo: Image.Image
    paintings: list[Image.Image]
    settings: Settings
    notes: list[str]
    start: Reached | None = None  # where an earlier run ended, if this one goes on from there
    regions: Regions | None = None
    drawn: Image.Image | None = None  # what the visitor drew on the photo, of which the regions were read
    history: History = field(init=False)
    frames: Frames = field(default_factory=Frames)
    kept: KeptSteps = field(init=False)  # for the explorer
    step: Step | None = None  # the last one

    def __post_init__(self) -> None:
        """Nothing has been painted yet."""
        self.history = History(self.settings)
        self.kept = KeptSteps(self.history, over=False)

    def steps(self, interrupted: Callable[[], bool]) -> Generator[Step, None, None]:
        """The steps of the run."""
        picture, memory = (self.start.picture, self.start.memory) if self.start else (None, None)
        made_of = self.photo, self.paintings, self.settings
        return self.worker.steps(*made_of, interrupted, picture, memory, self.regions)

    def add(self, step: Step) -> None:
        """Remember `step`, its losses for the figures, and its picture for the time-lapse and for the explorer."""
        self.kept.compared, self.step = self.kept.compared or self.painted(step, self.settings.size), step
        self._attempt(lambda: self.history.add(step), None, text.NO_FIGURES)
        self._attempt(lambda: self.frames.add(step), None, NO_FRAME)
        self._keep(step)

    def update(self, step: Step) -> Update:
        """The update of a run at `step`."""
        lead = going_on_text.going_on(self.start.evaluations) if self.start else ""
        lead = text.ELSEWHERE if isinstance(step, MovedStep) else lead
        shown = self._preview(step.picture())
        self._keep(step, shown)
        return Update(step, shown, status_line.running(step, lead), *self._figures())

    def finished(self, step: Step) -> Finished:
        """The last update of a run that ended, or was stopped, at `step`."""
        picture = step.picture()
        png = self._attempt(lambda: self._png(step, picture), None, text.NO_RECIPE) or _plain_png(picture)
        photo = self._attempt(lambda: resize(self.photo, *picture.size), self.photo, text.NO_PREVIEW)
        self._keep(step, picture)
        shown = self._preview(picture), *self._figures()
        return Finished(
            step,
            shown[0],
            self._last_status(step),
            *shown[1:],
            photo=photo,
            picture=picture,
            png=png,
            filename=self._filename(step),
            recipe=html.recipe(self.settings, self.worker.encoder.name),
            losses=self._attempt(lambda: losses_csv(self.history), "", text.NO_FIGURES),
        )

    def film(self, step: Step) -> Film:
        """What is kept for the time-lapse of a run that ended at `step`."""
        self._attempt(lambda: self.frames.add(step, last=True), None, NO_FRAME)
        return Film(self.frames, self._filename(step))

    def reached(self, step: Step) -> Reached:
        """Where another run can go on, after one that ended at `step`."""
        memory = self._attempt(lambda: step.memory and step.memory.copied_to("cpu"), None, going_on_text.FORGOTTEN)
        return Reached(step.picture(), self.evaluations(step), Sample.of(self.photo), self.share, memory)

    def evaluations(self, step: Step) -> int:
        """The evaluations so far, those of earlier runs included."""
        return step.evaluation + (self.start.evaluations if self.start else 0)

    @property
    def share(self) -> int:
        """How many evaluations the last level was planned to have: what the page offers for going on."""
        started = self.start.picture.size if self.start else None
        return plan_levels(self.settings, *self.photo.size, started)[-1].evaluations

    def painted(self, step: Step, side: int = 0) -> Painted | None:
        """What the explorer shows of a run that ended at `step`; None when it cannot be made. `side` as in `painted_of`."""

        def make() -> Painted:
            about = self.settings, self.regions is not None, self.history.last
            return painted_of(self.photo, self.paintings, step.picture(), *about, side)

        return self._attempt(make, None, text.NO_PREVIEW)

    def _keep(self, step: Step, picture: Image.Image | None = None) -> None:
        self._attempt(lambda: self.kept.add(step, picture), None, text.NO_PREVIEW)

    def _filename(self, step: Step) -> str:
        variant = f"-seed{self.settings.seed}" if self.settings.init == "noise" else ""
        return result_name(self.photo, self.paintings[0], f"{max(step.width, step.height)}px{variant}")

    def _png(self, step: Step, picture: Image.Image) -> bytes | None:
        file = io.BytesIO()
        save_png(picture, file, self._recipe(step))
        return file.getvalue()

    def _recipe(self, step: Step) -> dict[str, Any]:
        start = self.start.picture if self.start else None
        made_with = self.settings, self.photo, self.paintings, self.worker.encoder
        recipe = make_recipe(*made_with, step, self.regions, init=start)
        if isinstance(step, MovedStep):  # then the result differs a little
            recipe["result"]["continued_after"] = step.continued_after
        return recipe

    def _last_status(self, step: Step) -> str:
        notes = [*self.notes, going_on_text.AFTER_TIME] if step.ended == "time" else self.notes
        before = self.start.evaluations if self.start else 0
        counted = going_on_text.counted(step.evaluation, step.evaluations, before) if self.start else ""
        return status_line.finished(step, self.settings, self.worker.limits, notes, counted)

    def _preview(self, picture: Image.Image) -> Image.Image | None:
        return self._attempt(lambda: preview(picture), None, text.NO_PREVIEW)

    def _figures(self) -> tuple[str, str]:
        return self._attempt(lambda: curves(self.history), (text.NO_FIGURES, text.NO_FIGURES), text.NO_FIGURES)

    def _attempt(self, make: Callable[[], Value], otherwise: Value, words: str) -> Value:
        return attempt(make, otherwise, self.notes, words)


def _plain_png(picture: Image.Image) -> bytes:
    """A PNG without a recipe."""
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


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
