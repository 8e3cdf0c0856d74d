"""The program: paint a photograph in the style of a painting (Gatys, Ecker & Bethge 2016), coarse to fine."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

import torch
from PIL import Image
from torch import Tensor

from .color import match_colors
from .images import resize, resize_tensor, to_image, to_tensor
from .losses import Targets, Term, Terms, gram_matrix, loss_terms, total_variation, weighted_sum
from .optimize import minimize
from .plan import Level, painting_size, plan_levels
from .progress import Clock
from .settings import Settings
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
    total: float = math.nan  # the objective at the best picture of this level
    terms: Mapping[Term, float] = field(default_factory=dict)  # before content_weight, style_weight and tv_weight
    relative: Mapping[Term, float] = field(default_factory=dict)  # the layers' terms: 0 is perfect, 1 a black picture's
    elapsed: float = 0.0  # seconds
    remaining: float = math.nan  # seconds, estimated
    done: bool = False
    best: Tensor = field(repr=False)  # (1, 3, height, width) in [0, 1]

    def picture(self) -> Image.Image:
        """The best picture of this level so far, 8-bit RGB."""
        return to_image(self.best)


def stylize(
    content: Image.Image, style: Image.Image, settings: Settings | None = None, encoder: Encoder | None = None
) -> Image.Image:
    """Run `transfer` to its end and return the painted picture, 8-bit RGB."""
    for step in transfer(content, style, settings, encoder):
        last = step
    return last.picture()


class _Interrupted(Exception):
    """Ends an evaluation before it is complete."""


def never() -> bool:
    """The `interrupted` of a run that nothing interrupts."""
    return False


def transfer(
    content: Image.Image,
    style: Image.Image,
    settings: Settings | None = None,
    encoder: Encoder | None = None,
    interrupted: Callable[[], bool] = never,
) -> Generator[Step, None, None]:
    """Paint `content` in the style of `style` (RGB pictures of any size); yields a `Step` after every evaluation.

    The first step comes before any evaluation; the last has `done` set and the size asked for. Closing the generator ends
    the run within one evaluation; the steps yielded before stay valid. `interrupted` is called before every convolution and
    again on the way back; once it returns True, the generator ends. `encoder` defaults to `load_encoder()`. Raises
    `PictureError` for a photo too narrow for the chosen layers.
    """
    settings = settings or Settings()
    levels = plan_levels(settings, *content.size)
    encoder = (encoder or load_encoder()).with_precision(settings.precision)
    clock = Clock(settings, levels)
    step = Step(
        level=1,
        levels=len(levels),
        width=levels[0].width,
        height=levels[0].height,
        evaluations=settings.evaluations,
        best=first_picture(content, style, settings, levels[0]).to(encoder.device),
    )
    yield step
    with suppress(_Interrupted):
        for number, level in enumerate(levels, start=1):
            clock.enter(number - 1)
            if clock.level_is_over:
                continue
            objective = Objective(content, style, settings, level, encoder, interrupted)
            start = enlarged(step.best, content, style, settings, level)
            begun = replace(step, level=number, width=level.width, height=level.height, best=start)
            for step in paint_level(begun, objective, level.evaluations, clock):
                yield step
        width, height = levels[-1].size
        best = enlarged(step.best, content, style, settings, levels[-1])  # unchanged unless the time ran out
        yield replace(step, best=best, width=width, height=height, elapsed=clock.elapsed, remaining=0.0, done=True)


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


def first_picture(content: Image.Image, style: Image.Image, settings: Settings, level: Level) -> Tensor:
    """A start at the size of `level`, (1, 3, H, W): noise, the photo, or the photo with the painting's colours."""
    if settings.init == "noise":
        return torch.rand((1, 3, level.height, level.width), generator=torch.Generator().manual_seed(settings.seed))
    photo = to_tensor(resize(content, *level.size))
    return photo if settings.init == "content" else match_colors(photo, _painting(style, settings, level))


def enlarged(best: Tensor, content: Image.Image, style: Image.Image, settings: Settings, level: Level) -> Tensor:
    """The best picture of the level before, (1, 3, h, w), at this level's size, plus the fine detail of the photo.

    Without the detail every level would begin with a blurred picture and spend its first evaluations on sharpening it.
    """
    if best.shape[-2:] == (level.height, level.width):
        return best
    picture = resize_tensor(best, *level.size)
    if settings.init == "noise":
        return picture
    sharp = first_picture(content, style, settings, level).to(best.device)
    height, width = best.shape[-2:]
    return (picture + sharp - resize_tensor(resize_tensor(sharp, width, height), *level.size)).clamp(0, 1)


class Objective:
    """The loss of one level, as `minimize` takes it: alpha * content + beta * style + tv_weight * total variation."""

    def __init__(
        self,
        content: Image.Image,
        style: Image.Image,
        settings: Settings,
        level: Level,
        encoder: Encoder,
        interrupted: Callable[[], bool] = never,
    ) -> None:
        """Compute the targets: the content features of the photo and the style Gram matrices of the painting."""
        self.settings, self.encoder, self.interrupted = settings, encoder, interrupted
        with torch.no_grad():
            photo, painting = to_tensor(resize(content, *level.size)), _painting(style, settings, level)
            grams = {name: gram_matrix(features) for name, features in self._features(painting, settings.style_used)}
            self.targets = Targets(dict(self._features(photo, settings.content_used)), grams)
            # The terms of a black picture, whose features count as all zeros here: the unit of the relative terms.
            black = {name: gram.new_zeros(1, len(gram), 1, 1) for name, gram in grams.items()}
            black |= {name: torch.zeros_like(features) for name, features in self.targets.content.items()}
            self.units = {term: float(value) for term, value in self._layer_terms(black.items()).items()}

    def __call__(self, picture: Tensor) -> tuple[Tensor, Terms]:
        """The total and the unweighted terms of `picture` (1, 3, H, W)."""
        terms = self._layer_terms(self._features(picture, self.settings.layers_used))
        if self.settings.tv_weight:
            terms[Term("tv")] = total_variation(picture)
        weights = (self.settings.content_weight, self.settings.style_weight or 0.0, self.settings.tv_weight)
        return weighted_sum(terms, *weights), terms

    def relative(self, terms: Mapping[Term, float]) -> dict[Term, float]:
        """Every layer's term divided by a black picture's: the same whatever the objective and the weights."""
        return {term: terms[term] / unit if unit else 0.0 for term, unit in self.units.items()}

    def _layer_terms(self, features: Iterable[tuple[str, Tensor]]) -> Terms:
        weights = self.settings.style_layer_weights if self.settings.style_used else ()
        return loss_terms(features, self.targets, self.settings.objective, weights)

    def _features(self, picture: Tensor, layers: Iterable[str]) -> Iterator[tuple[str, Tensor]]:
        picture, settings = picture.to(self.encoder.device), self.settings
        return self.encoder.iter_features(
            picture, layers, pooling=settings.pooling, padding=settings.padding, before_conv=self._check_interrupted
        )

    def _check_interrupted(self, _: Tensor | None = None) -> None:
        if self.interrupted():
            raise _Interrupted


def _painting(style: Image.Image, settings: Settings, level: Level) -> Tensor:
    return to_tensor(resize(style, *painting_size(settings, *style.size, level)))
