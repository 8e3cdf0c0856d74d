"""The view "steps": the run of the visit, followed while it goes on, and gone through step by step afterwards."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from nst_core.explore.compare import mismatch
from nst_core.explore.grams import cluster_order, gram
from nst_core.explore.look import layer_features
from nst_core.explore.scales import gram_scale
from nst_core.explore.steps import painting_as_compared, step_figure
from nst_core.images import picture_sha256
from nst_core.settings import Settings

from ...paint.kept_steps import KeptStep, KeptSteps
from ...paint.loss_curves import loss_curves
from ...paint.painted import Painted
from .. import style_target
from ..feature_cache import FeatureCache, Uploads
from ..panels import Bounded, File, Panels, picture
from . import steps_text
from .view import View

if TYPE_CHECKING:
    from ..view_state import ViewState

EVERY, SELDOM = 2.0, 10.0  # seconds from one look at a run that goes on to the next: the least and the most
SHARE = 0.04  # of the time, which the run needs: no more is spent on looks, unless they are seldom
SIZE = 192  # pixels on the longer side of the picture that the lines of Python paint


def show(cache: FeatureCache, state: ViewState, uploads: Uploads) -> Panels:
    """The chosen step of the run, and its losses; while there is none, what to do.

    The status says in `data-wait` after how many seconds the browser asks again: not at all once the run is over.
    """
    kept = uploads.steps
    panels: Panels = {"steps_words": steps_text.words(state), "step_figure": None, "step_losses": ""}
    panels["kept_step"] = Bounded(1, 2)
    if kept is None:
        return panels | {"step_status": steps_text.status("", 0)}
    steps, compared = kept.steps, kept.compared
    if not steps or compared is None:
        said = steps_text.NOTHING if kept.over else steps_text.WAITING
        return panels | {"step_status": steps_text.status(said, None if kept.over else EVERY)}
    over = kept.over  # before what is shown is chosen: it may be over before it is shown
    number = min(state.step or len(steps), len(steps))
    panels["kept_step"] = Bounded(number, max(2, len(steps)))
    step = steps[number - 1]
    aim = _aim(cache, state, compared, step.picture.size)
    began = time.perf_counter()  # what is before this is kept
    figure, said = _figure(cache, state, kept, step, aim)
    wait = min(max(EVERY, (time.perf_counter() - began) / SHARE), SELDOM)
    return panels | {
        "step_figure": figure,
        "step_losses": _losses(kept, step),
        "step_status": steps_text.status(said, None if over else wait),
    }


def choose(state: ViewState, uploads: Uploads, value: object) -> ViewState:
    """`state` with another step; the last one is the newest, also when others follow."""
    last = len(uploads.steps.steps) if uploads.steps else 0
    state = state.updated(step=value)
    return state.updated(step=0) if state.step >= last else state


@dataclass(frozen=True)
class Aim:
    """What a run's style loss compares the chosen layer with, when the picture has a certain size."""

    painting: Image.Image
    map: np.ndarray  # (H, W): the chosen channel in the painting
    gram: np.ndarray  # (C, C); of mixed paintings their mean
    order: np.ndarray  # (C,): that of the clusters of the painting's channels


def _aim(cache: FeatureCache, state: ViewState, compared: Painted, size: tuple[int, int]) -> Aim:
    """The aim of the run for a picture of `size`, the paintings at the size that they have in the run."""
    settings, channel = compared.settings, state.channel
    mixed = compared.painting, *compared.others
    paintings = [painting_as_compared(painting, settings, size) for painting in mixed]
    features = [functools.cache(partial(_features, cache, state.layer, settings, painting)) for painting in paintings]

    def kept(number: int, name: str, make: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """`make` of the features of a painting, which are computed only where it is not known, and once for all."""
        how = settings.pooling, settings.padding, cache.worker.encoder.sha256
        key = (f"steps {name}", state.layer, picture_sha256(paintings[number]), *how)
        return cache.kept(key, lambda: make(features[number]()))

    grams = [kept(number, "gram", gram) for number in range(len(paintings))]
    return Aim(
        paintings[0],
        kept(0, f"channel {channel}", lambda maps: maps[channel].copy()),
        np.average(grams, axis=0, weights=compared.shares).astype(np.float32),
        kept(0, "order", cluster_order),
    )


def _features(cache: FeatureCache, layer: str, settings: Settings, shown: Image.Image) -> np.ndarray:
    """(C, H, W): the features of `shown` as a run with `settings` computes them."""
    return layer_features(shown, cache.worker.encoder, layer, pooling=settings.pooling, padding=settings.padding)


def _figure(cache: FeatureCache, state: ViewState, kept: KeptSteps, step: KeptStep, aim: Aim) -> tuple[File, str]:
    """The six pictures of `step`, and HTML that says what they are of."""
    from nst_core.photo_colors import PhotoColors  # loads torch, which the run has loaded

    assert kept.compared is not None and kept.history is not None, "a kept step is one of a run"
    settings, layer = kept.compared.settings, state.layer
    shown = PhotoColors(kept.compared.photo, settings.colors).compared(step.picture)
    features = _features(cache, layer, settings, shown)
    matrix = gram(features)
    figure = step_figure((shown, aim.painting), (features[state.channel], aim.map), (matrix, aim.gram), aim.order)
    away, own = mismatch(matrix, aim.gram), kept.history.style_mismatch(layer, step.evaluation)
    evaluations, sizes = kept.history.evaluations, (shown.size, aim.painting.size)
    lines = [
        steps_text.caption(state, step, evaluations, sizes, away, cache.worker.encoder.name),
        *filter(None, [style_target.words(style_target.uploads_of(kept.compared))]),
    ]
    said = steps_text.at_step(layer, step, evaluations, sizes, away, own)
    return picture(figure, f"step-{step.evaluation}", state, lines, gram_scale(aim.gram)), said


def _losses(kept: KeptSteps, step: KeptStep) -> str:
    """HTML: the run's content and style loss, weighted, with a line at `step`."""
    history = kept.history
    assert history is not None, "a kept step is one of a run"
    curves = {term: list(curve) for term, curve in list(history.terms.items()) if term.kind in ("content", "style")}
    about = steps_text.LOSSES, steps_text.LOSSES_NOTE, step.evaluation
    return loss_curves(curves, history.evaluations, list(history.levels), *about)


def code(state: ViewState) -> Sequence[str]:
    """A run from noise in Python, its mismatch step by step, and the six pictures of the last one."""
    maps, grams = (
        f"(features[{state.channel}], wanted[{state.channel}])",
        "(explore.gram(features), explore.gram(wanted))",
    )
    return (
        f'wanted = explore.layer_features(painting, encoder, "{state.layer}", {round(1.5 * SIZE)})',
        f'for step in transfer(photo, painting, Settings(init="noise", size={SIZE}), encoder):',
        f'    features = explore.layer_features(step.picture(), encoder, "{state.layer}")',
        "    print(step.evaluation, explore.mismatch(explore.gram(features), explore.gram(wanted)))",
        f"figure = explore.step_figure((step.picture(), painting), {maps}, {grams}, explore.cluster_order(wanted))",
    )


VIEW = View(
    title="Step by step",
    about="Watch the style arrive: how the picture that is being painted comes to have the painting's Gram matrix.",
    show=show,
    code=code,
)
