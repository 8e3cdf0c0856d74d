"""What a worker of the page's Ray cluster does: runs whose steps it sends to the page, and measuring its speed."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
from PIL import Image

from nst_core.progress import Throttle
from nst_core.ray_cluster import RayWorker
from nst_core.settings import Settings
from nst_core.step import Step
from nst_core.transfer import transfer

from .cost import Pace

STEP_EVERY, PICTURE_EVERY = 0.1, 0.5  # seconds: steps and pictures are sent no more often
NUMBERS = (
    *("level", "levels", "width", "height", "evaluation", "evaluations"),
    *("total", "terms", "relative", "elapsed", "remaining", "done", "ended"),
)


@dataclass(frozen=True)
class Sent:
    """A step on its way to the page: its fields `NUMBERS`, and its picture (bytes of RGB, row by row) where one is due.

    Without a picture, that of the step before still has the size of this one.
    """

    numbers: dict[str, Any]
    picture: bytes | None = field(repr=False)

    @property
    def image(self) -> Image.Image | None:
        """The picture, 8-bit RGB."""
        size = self.numbers["width"], self.numbers["height"]
        return Image.frombytes("RGB", size, self.picture) if self.picture else None


class StepWorker(RayWorker):
    """A process of the cluster that paints for the page, one picture at a time.

    Its methods run in `THREADS` threads: a run, the next one, which waits until that has ended, and all others.
    """

    THREADS = 4

    def __init__(self, *arguments: Any) -> None:
        """As `RayWorker`."""
        super().__init__(*arguments)
        self._turn, self._stopped_run = threading.Lock(), -1

    def name(self) -> str:
        """The name of its machine, and the number of its process."""
        return f"{socket.gethostname()} {os.getpid()}"

    def pace(self, precision: str) -> Pace:
        """How fast it evaluates in this `Settings.precision`, measured now: that takes about a second."""
        from .speed import measured_pace

        torch.set_num_threads(self._cpus)  # of this thread
        return measured_pace(self._encoder.with_precision(precision))

    def stop_run(self, number: int) -> None:
        """End the run with this number within an evaluation."""
        self._stopped_run = number

    def steps(
        self, number: int, made_of: tuple[Any, Any, Any], settings: Settings, init: Any, kept: Collection[int] = ()
    ) -> Iterator[Sent]:
        """The steps of `transfer` for `made_of` (photo, paintings, regions), until `stop_run`; not all, but always the last.

        The last one has its picture, the first one of a new size, and those after so many evaluations as are in `kept`.
        """
        torch.set_num_threads(self._cpus)  # of this thread
        photo, paintings, regions = made_of
        step_is_due, picture_is_due = Throttle(STEP_EVERY), Throttle(PICTURE_EVERY)
        step, size, with_picture = None, (0, 0), False
        with self._turn:
            run = transfer(
                photo,
                paintings,
                settings,
                self._encoder,
                lambda: self._stopped_run == number,
                init=init,
                regions=regions,
                grams=self._grams,
            )
            for step in run:
                wanted = step.done or step.evaluation in kept or (step.width, step.height) != size
                with_picture = picture_is_due() or wanted
                size = step.width, step.height
                if step_is_due() or with_picture:
                    yield _sent(step, with_picture)
            if step and not with_picture:
                yield _sent(step, True)


def _sent(step: Step, with_picture: bool) -> Sent:
    numbers = {name: getattr(step, name) for name in NUMBERS}
    return Sent(numbers, step.picture().tobytes() if with_picture else None)
