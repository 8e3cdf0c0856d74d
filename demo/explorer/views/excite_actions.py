"""The view "excite": pictures that a channel, a pair or a direction responds to strongly, made while one watches."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from PIL import Image

from nst_core.errors import PictureError
from nst_core.explore.drawing import side_by_side
from nst_core.explore.excite import COUNT, EVALUATIONS, SIZE, Excited, direction_at, excite
from nst_core.explore.patches import crop_patch
from nst_core.explore.scales import three_figures
from nst_core.plan import flops_per_evaluation
from nst_core.progress import Throttle

from ... import text
from ...status_line import status
from ..feature_cache import FeatureCache, Uploads
from ..panels import File, Panels, picture
from ..ready_pictures import ready
from . import excite_text
from .card import PATCH_SIDE, chosen_unit, nine_places
from .view import View

if TYPE_CHECKING:
    from ..view_state import ViewState

PREVIEW_EVERY = 0.5  # seconds
SHOWN = 2  # times as large


def show(cache: FeatureCache, state: ViewState, uploads: Uploads) -> Panels:
    """What will be excited, and where it is in pictures. The pictures themselves are made when asked for, by `run`."""
    return {
        "excite_words": excite_text.words(state, _unit(cache, state, uploads)),
        "excite_places": _places(cache, state, uploads),
        "excite_ready": ready_file(cache, state) if state.target == "channel" else None,
    }


def ready_file(cache: FeatureCache, state: ViewState) -> File | None:
    """The pictures of the chosen channel that were made beforehand; None where there are none."""
    encoder = cache.worker.encoder
    found = ready(state.layer, state.channel, encoder.sha256)
    lines = [excite_text.ready_caption(state, encoder.name)]
    return picture(found, f"excites-{state.channel}", state, lines) if found else None


def run(
    cache: FeatureCache,
    state: ViewState,
    uploads: Uploads,
    interrupted: Callable[[], bool],
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Panels]:
    """Yield panels about twice a second, and last the finished pictures.

    It ends early, with the pictures so far, when `interrupted()` is true. Raises `PictureError` where no place stands out.
    """
    weights, unit = _weights(cache, state, uploads), _unit(cache, state, uploads)
    if not weights:
        raise PictureError(excite_text.NO_DIRECTION)
    worker = cache.worker
    encoder = worker.encoder.with_precision("auto")
    pace = worker.pace("auto")
    seconds = EVALUATIONS * (pace.fixed + pace.flop * COUNT * flops_per_evaluation(SIZE, SIZE, [state.layer]))
    preview_is_due = Throttle(PREVIEW_EVERY, clock)
    with closing(worker.turns.take(excite(encoder, state.layer, weights), seconds)) as steps:
        for step in steps:
            ended = step.evaluation == step.evaluations
            if ended or interrupted():
                break
            if preview_is_due():
                yield _panels(cache, state, unit, step, _running(step))
    yield _panels(cache, state, unit, step, _finished(step, ended))


def _unit(cache: FeatureCache, state: ViewState, uploads: Uploads) -> tuple[int, int]:
    """The place whose features give a direction: the one that was clicked, or the chosen channel's strongest."""
    return chosen_unit(state, cache.look(state, uploads).features(state.layer)[state.channel])


def _weights(cache: FeatureCache, state: ViewState, uploads: Uploads) -> dict[int, float]:
    if state.target == "channel":
        return {state.channel: 1.0}
    if state.target == "pair":
        return {state.first: 1.0, state.second: 1.0}
    return direction_at(cache.look(state, uploads).features(state.layer), *_unit(cache, state, uploads))


def _places(cache: FeatureCache, state: ViewState, uploads: Uploads) -> File | None:
    """The strongest places of the channels in the bundled pictures; of a direction what its place sees."""
    if state.target == "direction":
        look, unit = cache.look(state, uploads), _unit(cache, state, uploads)
        patch = crop_patch(look.picture, state.layer, *unit, 3 * PATCH_SIDE)
        return picture(
            patch, "place", state, [f"What row {unit[0]}, column {unit[1]} of {look.words(state.layer)} sees."]
        )
    channels = (state.channel,) if state.target == "channel" else (state.first, state.second)
    nines = [nine_places(cache, state.layer, channel) for channel in channels]
    found = [nine for nine in nines if nine]
    titles = [f"channel {channel}" for channel in channels]
    lines = ["The strongest places in the bundled pictures."]
    return picture(side_by_side(found, titles), "places", state, lines) if len(found) == len(nines) else None


def _running(step: Excited) -> str:
    words = f"evaluation {step.evaluation} of {step.evaluations}"
    words += f" · {text.duration(step.remaining)} left" if step.evaluation else ""
    return status(words, step.evaluation / step.evaluations)


def _finished(step: Excited, ended: bool) -> str:
    words = "Made in" if ended else "Stopped after"
    words += f" {text.duration(step.elapsed)} and {step.evaluation} evaluations"
    return status(words, step.evaluation / step.evaluations)


def _panels(cache: FeatureCache, state: ViewState, unit: tuple[int, int], step: Excited, words: str) -> Panels:
    """The pictures side by side, and how far the run is."""
    side = SHOWN * SIZE
    large = [image.resize((side, side), Image.Resampling.BICUBIC) for image in step.pictures()]
    values = ", ".join(map(three_figures, step.values))
    lines = [excite_text.caption(state, unit, cache.worker.encoder.name, values)]
    return {"excited": picture(side_by_side(large), f"excites-{state.target}", state, lines), "excite_status": words}


def code(state: ViewState) -> Sequence[str]:
    """The pictures in Python."""
    if state.target == "direction":
        strongest = f"*divmod(abs(features[{state.channel}]).argmax(), features.shape[2])"
        at = f"{state.row}, {state.column}" if state.row >= 0 else strongest
        first = [f'features = explore.look({state.slot}, encoder).features("{state.layer}")']
        first.append(f"weights = explore.direction_at(features, {at})")
    else:
        channels = {state.channel} if state.target == "channel" else {state.first, state.second}
        first = [f"weights = {dict.fromkeys(sorted(channels), 1.0)}"]
    return (
        *first,
        f'for step in explore.excite(encoder, "{state.layer}", weights):',
        "    print(step.evaluation, step.values)",
        "figure = explore.side_by_side(step.pictures())",
    )


VIEW = View(
    title="What a channel wants",
    about="Pictures made by optimisation that excite a channel, a pair or a direction, beside real pictures that do.",
    show=show,
    code=code,
)
