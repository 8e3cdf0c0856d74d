"""The view "untrained": maps, Gram matrices and a painting of the network beside those of one with random weights."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from nst_core.explore.channels import sort_channels
from nst_core.explore.drawing import heat, side_by_side
from nst_core.explore.grams import effective_dimension, spectrum
from nst_core.explore.look import Look
from nst_core.explore.scales import gram_scale
from nst_core.explore.sheet import COLUMNS, sheet
from nst_core.progress import Throttle
from nst_core.settings import Settings
from nst_core.step import Step
from nst_core.transfer import transfer

from ... import status_line
from ..feature_cache import FeatureCache, Uploads
from ..panels import File, Panels, picture
from . import untrained_text
from .view import View

if TYPE_CHECKING:
    from nst_core.vgg import Encoder

    from ..view_state import ViewState

SHOWN = 2 * COLUMNS  # channels of each network
SIDE = 512  # pixels along a Gram matrix
PAINTED, EVALUATIONS = 160, 40  # pixels on the longer side of the two paintings, and the evaluations of each
PREVIEW_EVERY = 1.0  # seconds


@lru_cache(maxsize=1)
def untrained(encoder: Encoder) -> Encoder:
    """The network `encoder` with random weights, which are drawn at the first call."""
    from nst_core.weights import load_untrained

    return load_untrained(encoder).to(encoder.device)


def show(cache: FeatureCache, state: ViewState, uploads: Uploads) -> Panels:
    """The loudest maps and the Gram matrices of both networks. The paintings are made when asked for, by `run`."""
    chosen = cache.picture(state, uploads)
    looks = [cache.look_at(chosen), cache.look_at(chosen, encoder=untrained(cache.worker.encoder))]
    dimensions = [
        effective_dimension(cache.derived("spectrum", look, state.layer, _spectrum(look, state))) for look in looks
    ]
    silent = [int(cache.statistics(look, state.layer).silent.sum()) for look in looks]
    words = untrained_text.words(state, looks[0].weights, (dimensions[0], dimensions[1]), (silent[0], silent[1]))
    return {
        "untrained_words": words,
        "both_maps": _maps(cache, state, looks),
        "both_grams": _grams(cache, state, looks),
    }


def run(
    cache: FeatureCache,
    state: ViewState,
    uploads: Uploads,
    interrupted: Callable[[], bool],
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Panels]:
    """Paint with one network after the other: panels about once a second, and last both pictures.

    It ends early, with the pictures so far, when `interrupted()` is true. Raises `PictureError` when there is no picture, or
    it is too small for a layer.
    """
    pictures = [cache.picture(state, uploads, slot) for slot in ("photo", "painting")]
    worker = cache.worker
    settings = Settings(size=PAINTED, evaluations=EVALUATIONS, content_layers=state.content, style_layers=state.style)
    settings = worker.limits.bounded(settings)
    seconds = 2 * worker.estimate(settings, *pictures[0].size).seconds
    found: dict[str, Image.Image] = {}
    preview_is_due = Throttle(PREVIEW_EVERY, clock)
    with closing(worker.turns.take(_both(pictures, settings, worker.encoder, found, interrupted), seconds)) as steps:
        for step in steps:
            if interrupted():
                break
            if preview_is_due():
                yield {"both": _painted(state, found), "both_status": _status(step, found)}
    yield {"both": _painted(state, found), "both_status": _finished(step, found)}


def _both(
    pictures: Sequence[Image.Image],
    settings: Settings,
    trained: Encoder,
    found: dict[str, Image.Image],
    interrupted: Callable[[], bool],
) -> Generator[Step, None, None]:
    """The steps of both runs; `found` holds the best picture so far of each, by the name of the network."""
    for encoder in (trained, untrained(trained)):
        for step in transfer(pictures[0], pictures[1], settings, encoder, interrupted):
            found[encoder.name] = step.picture()
            yield step


def _status(step: Step, found: dict[str, Image.Image]) -> str:
    return status_line.running(step, f"{list(found)[-1]}: ")


def _finished(step: Step, found: dict[str, Image.Image]) -> str:
    if step.ended and len(found) == 2:
        return status_line.status(f"Painted with both networks, {EVALUATIONS} evaluations each.", 1.0)
    words = f"Stopped after {step.evaluation} evaluations with {list(found)[-1]}."
    return status_line.status(words, step.evaluation / max(step.evaluations, 1))


def _painted(state: ViewState, found: dict[str, Image.Image]) -> File:
    """The paintings so far, side by side."""
    large = [image.resize((2 * image.width, 2 * image.height)) for image in found.values()]
    lines = [
        f"The photo painted with the weights {' and '.join(found)}: {EVALUATIONS} evaluations each, content in "
        f"{', '.join(state.content)}, style in {', '.join(state.style)}."
    ]
    return picture(side_by_side(large, list(found)), "trained-and-untrained", state, lines)


def _spectrum(look: Look, state: ViewState) -> Callable[[], np.ndarray]:
    return lambda: spectrum(look.features(state.layer))


def _maps(cache: FeatureCache, state: ViewState, looks: Sequence[Look]) -> File:
    """The loudest channels of each network."""
    sheets = []
    for look in looks:
        about = cache.statistics(look, state.layer)
        order = sort_channels("mean", about)[:SHOWN]
        sheets.append(sheet(look.features(state.layer), about, order, signed=state.signed))
    lines = [f"The {SHOWN} channels with the largest means, {look.words(state.layer)}" for look in looks]
    return picture(side_by_side(sheets, [look.weights for look in looks], columns=1), "both-maps", state, lines)


def _grams(cache: FeatureCache, state: ViewState, looks: Sequence[Look]) -> File:
    """The Gram matrix of each network, on its own scale."""
    images = []
    for look in looks:
        order = cache.order(look, state.layer)
        matrix = cache.matrix(look, state.layer)[order][:, order]
        images.append(heat(matrix, SIDE, gram_scale(matrix, "gram", state.curve), rows=order.tolist()))
    lines = [
        f"Gram matrices of {state.layer}, each in the order of its clusters and on a scale of its own ({state.curve})."
    ]
    return picture(side_by_side(images, [look.weights for look in looks]), "both-grams", state, lines)


def code(state: ViewState) -> Sequence[str]:
    """The matrices of both networks in Python."""
    look = f'explore.look({state.slot}, net).features("{state.layer}")'
    shown = f'explore.heat(g, {SIDE}, explore.gram_scale(g, curve="{state.curve}"))'
    return (
        f'maps = [{look} for net in (encoder, load_encoder("untrained"))]',
        "orders = [explore.cluster_order(features) for features in maps]",
        "grams = [explore.gram(features)[order][:, order] for features, order in zip(maps, orders)]",
        "print([explore.effective_dimension(explore.spectrum(features)) for features in maps])",
        f"figure = explore.side_by_side([{shown} for g in grams])",
    )


VIEW = View(
    title="Untrained",
    about="The network beside the same one with random weights, to see what training taught it.",
    show=show,
    code=code,
)
