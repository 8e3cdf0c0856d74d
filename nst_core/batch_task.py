"""One picture of a batch: what a worker is given, its work, and what it sends back. All can travel between machines."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

from PIL import Image

from .errors import NSTError
from .given_settings import photo_size
from .gram_cache import GramCache
from .images import load_picture
from .memory import check_memory
from .plan import sides_needed
from .progress import Throttle, never
from .recipe import make_recipe
from .saving import encode
from .settings import Settings
from .sources import open_source
from .step import Step
from .transfer import transfer
from .vgg import Encoder

SECONDS = 1.0  # between two pictures on the way: so much work can be lost with a worker


@dataclass(frozen=True)
class PictureFile:
    """The name of a picture's file, for messages, and its bytes."""

    name: str
    data: bytes = field(repr=False)

    @classmethod
    def read(cls, path: Path) -> PictureFile:
        """The file at `path`; raises `PictureError` when there is none, or it cannot be read."""
        file, _ = open_source(path)
        with file:
            return cls(path.name, file.read())

    def open(self) -> io.BytesIO:
        """The file, open for reading and with its name, as `load_picture` takes it."""
        file = _NamedBytes(self.data)
        file.name = self.name
        return file


class _NamedBytes(io.BytesIO):
    name: str


@dataclass(frozen=True)
class Reached:
    """A picture on its way: the best so far, after so many evaluations and `elapsed` seconds, with `remaining` to go."""

    picture: Image.Image = field(repr=False)
    evaluation: int
    elapsed: float
    remaining: float


@dataclass(frozen=True)
class Painted:
    """The bytes of a picture's file, the recipe that is inside, and the seconds that it took."""

    data: bytes = field(repr=False)
    recipe: dict[str, Any]
    seconds: float


@dataclass(frozen=True)
class Failed:
    """Why a picture was not painted, in a sentence."""

    sentence: str


Update: TypeAlias = Reached | Painted | Failed


@dataclass(frozen=True)
class Task:
    """A picture to paint: a photo in the manner of a painting, as a file of format `kind` (a value of `saving.ENDINGS`).

    With `size_of_photo` the result has the photo's size instead of `settings.size`. A TIFF has `bits` bits a channel.
    With `reached` the run goes on from there.
    """

    photo: PictureFile
    painting: PictureFile
    settings: Settings
    kind: str = "PNG"
    bits: int = 8
    size_of_photo: bool = False
    reached: Reached | None = None

    def pictures(self) -> tuple[Image.Image, Image.Image]:
        """The photo and the painting, as large as the run needs them. Raises `PictureError` as `load_picture`."""
        of_photo, of_painting = sides_needed(self.settings, self.size_of_photo)
        return load_picture(self.photo.open(), of_photo), load_picture(self.painting.open(), of_painting)


def settings_for(settings: Settings, size_of_photo: bool, photo: Image.Image) -> Settings:
    """The `settings`, with the photo's size when that is asked for."""
    return replace(settings, size=photo_size(photo)) if size_of_photo else settings


def paint(
    task: Task, encoder: Encoder, interrupted: Callable[[], bool] = never, grams: GramCache | None = None
) -> Iterator[Update]:
    """Do `task`: yields the picture about once a second on its way, and at the end `Painted` or `Failed`.

    Once `interrupted` returns True the picture so far is the last, or nothing when there is none yet. It is called before
    every convolution. Whatever goes wrong is `Failed`: it shall cost no other picture.
    """
    try:
        yield from _paint(task, encoder, interrupted, grams)
    except NSTError as error:
        yield Failed(str(error))
    except Exception as error:
        yield Failed(f"{type(error).__name__}: {error}")


def paint_all(
    tasks: Iterable[tuple[int, Task]], encoder: Encoder, interrupted: Callable[[], bool] = never
) -> Iterator[tuple[int, Update]]:
    """`paint` one task after the other in this process; yields every update with the number of its task."""
    grams = GramCache()
    for number, task in tasks:
        for update in paint(task, encoder, interrupted, grams):
            yield number, update


def _paint(
    task: Task, encoder: Encoder, interrupted: Callable[[], bool], grams: GramCache | None
) -> Iterator[Reached | Painted]:
    photo, painting = task.pictures()
    settings, reached = settings_for(task.settings, task.size_of_photo, photo), task.reached
    if encoder.device.type == "cpu":
        check_memory(settings, *photo.size)
    init, left = (reached.picture, rest(settings, reached)) if reached else (None, settings)
    due = Throttle(SECONDS)
    for step in transfer(photo, painting, left, encoder, interrupted, init=init, grams=grams):
        begun, step = step.evaluation > 0, _counted_on(step, reached)
        if begun and not step.done and due():
            yield Reached(step.picture(), step.evaluation, step.elapsed, step.remaining)
    if not step.evaluation:
        return
    recipe = make_recipe(settings, photo, painting, encoder, step)
    del recipe["result"]["seconds"]  # the same settings shall give the same bytes
    if reached:
        recipe["result"]["continued_after"] = reached.evaluation  # another worker's: the result differs a little
    deep = task.kind == "TIFF" and task.bits == 16
    yield Painted(encode(step.best if deep else step.picture(), recipe, task.kind, step.alpha), recipe, step.elapsed)


def rest(settings: Settings, reached: Reached) -> Settings:
    """The settings of a run that does what is left after `reached`: at least one evaluation, and a second."""
    seconds = max(1.0, settings.max_seconds - reached.elapsed) if settings.max_seconds else 0.0
    return replace(settings, evaluations=max(1, settings.evaluations - reached.evaluation), max_seconds=seconds)


def _counted_on(step: Step, reached: Reached | None) -> Step:
    """`step` of a run that went on after `reached`, counted from the very beginning."""
    if reached is None:
        return step
    return replace(step, evaluation=step.evaluation + reached.evaluation, elapsed=step.elapsed + reached.elapsed)
