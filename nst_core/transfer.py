"""The recipe: paint a photograph in the manner of a painting (Gatys, Ecker & Bethge 2016), coarse to fine."""

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
from .losses import Targets, Terms, gram_matrix, loss_terms, total_variation, weighted_sum
from .optimize import minimize
from .plan import Level, painting_size, plan_levels
from .progress import Clock
from .settings import Settings
from .vgg import Encoder
from .weights import load_encoder


@dataclass(frozen=True)
class Step:
    """Where a run stands. `evaluation` 0 is the start: nothing evaluated yet, total nan, no terms."""

    level: int  # 1 (coarsest) to `levels`
    levels: int
    width: int  # of `picture()`, in pixels
    height: int
    evaluation: int  # network evaluations so far, of `evaluations` in the whole run
    evaluations: int
    total: float  # the objective at the best picture of this level
    terms: Mapping[str, float]  # "content relu4_2", "style relu1_1", ..., "tv", before their weights
    relative: Mapping[str, float]  # the layers' terms again: 0 is perfect, 1 as wrong as a black picture
    elapsed: float  # seconds
    remaining: float  # seconds, estimated; nan before the first evaluation
    done: bool
    best: Tensor = field(repr=False)  # (1, 3, height, width) in [0, 1]

    def picture(self) -> Image.Image:
        """The best picture of this level so far, 8-bit RGB."""
        return to_image(self.best)


def stylize(
    content: Image.Image, style: Image.Image, settings: Settings | None = None, encoder: Encoder | None = None
) -> Image.Image:
    """Run `transfer` to its end and return the painted picture."""
    for step in transfer(content, style, settings, encoder):
        last = step
    return last.picture()


class _Interrupted(Exception):
    """Leaves an evaluation."""


def never() -> bool:
    return False


def transfer(
    content: Image.Image,
    style: Image.Image,
    settings: Settings | None = None,
    encoder: Encoder | None = None,
    interrupted: Callable[[], bool] = never,
) -> Generator[Step, None, None]:
    """Paint `content` in the manner of `style` (RGB pictures of any size); yields a `Step` after every evaluation.

    The first step comes before any evaluation; the last has `done` set and the size asked for. Closing the generator stops
    the work within one evaluation, and the last step's picture stays good. `interrupted` is asked in the midst of every
    evaluation, before every convolution and again on the way back; once it says yes, the generator ends. `encoder`
    defaults to `load_encoder()`. Raises `PictureError` for a photo too narrow for the chosen layers.
    """
    settings = settings or Settings()
    levels = plan_levels(settings, *content.size)
    encoder = (encoder or load_encoder()).with_precision(settings.precision)
    clock = Clock(settings, levels)
    picture = first_picture(content, style, settings, levels[0]).to(encoder.device)
    step = Step(
        1, len(levels), *levels[0].size, 0, settings.evaluations, math.nan, {}, {}, 0.0, math.nan, False, picture
    )
    yield step
    with suppress(_Interrupted):
        for number, level in enumerate(levels, start=1):
            clock.enter(number - 1)
            if clock.level_is_over:
                continue
            objective = Objective(content, style, settings, level, encoder, interrupted)
            picture = enlarged(step.best, content, style, settings, level)
            for found in minimize(objective, picture, evaluations=level.evaluations, optimizer=settings.optimizer):
                clock.count()
                step = replace(
                    step,
                    level=number,
                    width=level.width,
                    height=level.height,
                    evaluation=clock.evaluations,
                    total=found.total,
                    terms=found.terms,
                    relative=objective.relative(found.terms),
                    elapsed=clock.elapsed,
                    remaining=clock.remaining,
                    best=found.picture,
                )
                yield step
                if clock.level_is_over:
                    break
        width, height = levels[-1].size
        best = enlarged(step.best, content, style, settings, levels[-1])  # as it is, unless the time ran out before
        yield replace(step, best=best, width=width, height=height, elapsed=clock.elapsed, remaining=0.0, done=True)


def first_picture(content: Image.Image, style: Image.Image, settings: Settings, level: Level) -> Tensor:
    """The start at the coarsest level, (1, 3, H, W): noise, the photo, or the photo with the painting's colours."""
    if settings.init == "noise":
        chance = torch.Generator().manual_seed(settings.seed)
        return torch.rand((1, 3, level.height, level.width), generator=chance)
    photo = to_tensor(resize(content, *level.size))
    return photo if settings.init == "content" else match_colors(photo, _painting(style, settings, level))


def enlarged(best: Tensor, content: Image.Image, style: Image.Image, settings: Settings, level: Level) -> Tensor:
    """The last level's picture at this level's size, with the fine detail of the photo that the last level could not hold.

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
    """The loss of one level, for `minimize`: alpha content + beta style + tv, against targets computed once."""

    def __init__(
        self,
        content: Image.Image,
        style: Image.Image,
        settings: Settings,
        level: Level,
        encoder: Encoder,
        interrupted: Callable[[], bool] = never,
    ) -> None:
        self.settings, self.encoder, self.interrupted = settings, encoder, interrupted
        with torch.no_grad():
            photo, painting = to_tensor(resize(content, *level.size)), _painting(style, settings, level)
            grams = {name: gram_matrix(features) for name, features in self._features(painting, settings.style_used)}
            self.targets = Targets(dict(self._features(photo, settings.content_used)), grams)
            # What a black picture's features (all zeros) would score: the unit of the relative terms.
            black = {name: gram.new_zeros(1, len(gram), 1, 1) for name, gram in grams.items()}
            black |= {name: torch.zeros_like(features) for name, features in self.targets.content.items()}
            self.units = {name: float(term) for name, term in self._layer_terms(black.items()).items()}

    def __call__(self, picture: Tensor) -> tuple[Tensor, Terms]:
        """The total and the unweighted terms of `picture` (1, 3, H, W)."""
        terms = self._layer_terms(self._features(picture, self.settings.layers_used))
        if self.settings.tv_weight:
            terms["tv"] = total_variation(picture)
        weights = (self.settings.content_weight, self.settings.style_weight or 0.0, self.settings.tv_weight)
        return weighted_sum(terms, *weights), terms

    def relative(self, terms: Mapping[str, float]) -> dict[str, float]:
        """Every layer's mismatch as a share of a black picture's: the same whatever the objective and the weights."""
        return {name: terms[name] / unit if unit else 0.0 for name, unit in self.units.items()}

    def _layer_terms(self, features: Iterable[tuple[str, Tensor]]) -> Terms:
        weights = self.settings.style_layer_weights if self.settings.style_used else ()
        return loss_terms(features, self.targets, self.settings.objective, weights)

    def _features(self, picture: Tensor, layers: Iterable[str]) -> Iterator[tuple[str, Tensor]]:
        picture, settings = picture.to(self.encoder.device), self.settings
        return self.encoder.iter_features(
            picture, layers, pooling=settings.pooling, padding=settings.padding, before_conv=self._look_up
        )

    def _look_up(self, _: Tensor | None = None) -> None:
        if self.interrupted():
            raise _Interrupted


def _painting(style: Image.Image, settings: Settings, level: Level) -> Tensor:
    return to_tensor(resize(style, *painting_size(settings, *style.size, level)))
