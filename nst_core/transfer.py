"""The program: paint a photograph in the style of a painting (Gatys, Ecker & Bethge 2016), coarse to fine."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from PIL import Image
from torch import Tensor

from .devices import usual_torch
from .images import ALPHA, load_picture, load_pictures, resize, to_image
from .losses import Term
from .objective import Interrupted, Objective, never
from .optimize import minimize
from .photo_colors import PhotoColors
from .places import Where, on_ground
from .plan import plan_levels
from .progress import Clock
from .settings import Settings
from .start import enlarged, first_picture
from .vgg import Encoder
from .weights import load_encoder


@dataclass(frozen=True, kw_only=True)
class Step:
    """The state of a run after one evaluation. The defaults are those of the start, before the first evaluation."""

    level: int  # 1 (coarsest) to `levels`
    levels: int
    width: int  # of `picture()`, in pixels
    height: int
    evaluation: int = 0  # evaluations so far, of `evaluations` in the whole run
    evaluations: int
    total: float = math.nan  # the weighted sum of the terms, at the best picture of this level
    terms: Mapping[Term, float] = field(default_factory=dict)  # before content_weight, style_weight and tv_weight
    relative: Mapping[Term, float] = field(default_factory=dict)  # layers' mismatch: 0 equal, 1 as all zeros
    elapsed: float = 0.0  # seconds
    remaining: float = math.nan  # seconds, estimated
    done: bool = False
    # Why the run is over: "finished" (all evaluations done), "time" (`max_seconds` have passed), "converged" (the optimizer
    # can lower the loss no more), "stopped" (set by the caller that stops); empty while it goes on.
    ended: str = ""
    best: Tensor = field(repr=False)  # (1, 3, height, width) in [0, 1]; on white where the photo is transparent
    alpha: Image.Image | None = field(default=None, repr=False)  # of the photo, at its size; None when it is opaque

    def picture(self) -> Image.Image:
        """The best picture of this level so far, 8-bit RGB; with the photo's alpha channel in its `info[ALPHA]`."""
        image = to_image(self.best)
        if self.alpha:
            image.info[ALPHA] = resize(self.alpha, *image.size)
        return image


def stylize(
    content: Any,
    style: Any,
    settings: Settings | None = None,
    encoder: Encoder | None = None,
    *,
    regions: Any = None,
) -> Image.Image:
    """Run `transfer` to its end and return the painted picture, 8-bit RGB."""
    for step in transfer(content, style, settings, encoder, regions=regions):
        last = step
    return last.picture()


def transfer(
    content: Any,
    style: Any,
    settings: Settings | None = None,
    encoder: Encoder | None = None,
    interrupted: Callable[[], bool] = never,
    *,
    regions: Any = None,
) -> Generator[Step, None, None]:
    """Paint `content` in the style of `style`; yields a `Step` after every evaluation.

    Both are anything that `load_picture` takes; `style` may also be a list of several paintings, which are mixed.
    The first step comes before any evaluation; the last has `done` set, the size asked for, and the reason in `ended`.
    Closing the generator ends the run within one evaluation; the steps yielded before stay valid. `interrupted` is called
    before every convolution and again on the way back; once it returns True, the generator ends without a step that is
    `done`. `encoder` defaults to `load_encoder()`. `regions` says where which painting is used: `Regions`, or a map in the
    usual colours, as `read_regions` takes it. The places where the photo is transparent stay so. Raises `PictureError` for
    a photo too narrow for the chosen layers, and `SettingError` when `settings.mix` has another number of weights than
    there are paintings; otherwise as `read_regions`.
    """
    steps = _steps(content, style, settings or Settings(), encoder, interrupted, regions)
    try:
        while True:
            with usual_torch():
                step = next(steps, None)
            if step is None:
                return
            yield step
    finally:
        steps.close()


def _steps(
    content: Any, style: Any, settings: Settings, encoder: Encoder | None, interrupted: Callable[[], bool], regions: Any
) -> Generator[Step, None, None]:
    photo, styles = load_picture(content), load_pictures(style)
    colors = PhotoColors(on_ground(photo), settings.colors)
    content, styles = colors.prepare_pictures(styles)
    levels = plan_levels(settings, *content.size)
    where = Where(photo, content, regions, settings.shares(len(styles)))
    encoder = encoder or load_encoder()
    clock = Clock(settings, levels)
    step = Step(
        level=1,
        levels=len(levels),
        width=levels[0].width,
        height=levels[0].height,
        evaluations=settings.evaluations,
        best=first_picture(content, styles, settings, levels[0], where.at(levels[0].size)).to(encoder.device),
        alpha=photo.info.get(ALPHA),
    )
    yield _delivered(step, colors, where)
    ended = "finished"
    with suppress(Interrupted):
        for number, level in enumerate(levels, start=1):
            clock.enter(number - 1)
            places = where.at(level.size)
            start = enlarged(step.best, content, styles, settings, level, places)
            begun = replace(step, level=number, width=level.width, height=level.height, best=start)
            left = level.evaluations
            for network in _networks(encoder, settings.precision):
                if not left or clock.level_is_over:
                    break
                used = settings.at_level(number, len(levels))
                objective = Objective(content, styles, used, level, network, interrupted, places)
                for step in paint_level(begun, objective, left, clock):
                    yield _delivered(step, colors, where)
                    left -= 1
                begun = replace(begun, best=step.best)
            if left:
                ended = "time" if clock.level_is_over or ended == "time" else "converged"
        # Unchanged unless the time ran out.
        best = enlarged(step.best, content, styles, settings, level, where.at(level.size))
        step = replace(step, best=best, width=level.width, height=level.height, elapsed=clock.elapsed, remaining=0.0)
        yield replace(_delivered(step, colors, where), done=True, ended=ended)


def _delivered(step: Step, colors: PhotoColors, where: Where) -> Step:
    """`step` with the picture that is handed out, made from that of the run."""
    return replace(step, best=where.apply_to_result(colors.apply_to_result(step.best)))


def _networks(encoder: Encoder, precision: str) -> Iterator[Encoder]:
    """`encoder` in `precision`, and then in float32: an optimizer that can lower nothing more in bfloat16 goes on there.

    Near the minimum the rounding errors of bfloat16 are larger than what a step still gains.
    """
    first = encoder.with_precision(precision)
    yield first
    second = encoder.with_precision("float32")
    if second is not first:
        yield second


def paint_level(step: Step, objective: Objective, evaluations: int, clock: Clock) -> Iterator[Step]:
    """Minimize `objective` from `step.best`; yields `step` with what has changed after every evaluation."""
    for found in minimize(objective, step.best, evaluations=evaluations, optimizer=objective.settings.optimizer):
        clock.count()
        yield replace(
            step,
            evaluation=clock.evaluations,
            total=found.total,
            terms=found.terms,
            relative=objective.relative(found.terms),
            elapsed=clock.elapsed,
            remaining=clock.remaining,
            best=found.picture,
        )
        if clock.level_is_over:
            return
