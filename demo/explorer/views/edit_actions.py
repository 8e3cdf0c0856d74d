"""The view "edit": a part of the painting's Gram matrix is muted or exaggerated, and two drafts show what that does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from nst_core.errors import PictureError
from nst_core.explore.drawing import heat, with_frame
from nst_core.explore.gram_drafts import drafts_figure, matrix_picture, outlined
from nst_core.explore.scales import gram_scale
from nst_core.gram_changes import GramChange
from nst_core.gram_factors import cells_changed
from nst_core.progress import Throttle
from nst_core.step import Step

from ... import status_line
from .. import labels, style_target
from ..feature_cache import FeatureCache, Uploads
from ..panels import Panels, picture
from . import edit_text
from .edit_drafts import both
from .gram_actions import BLOCK, CELL, SIDE, move_to_pair
from .view import View

if TYPE_CHECKING:
    from ..view_state import ViewState

PREVIEW_EVERY = 1.0  # seconds


def show(cache: FeatureCache, state: ViewState, uploads: Uploads) -> Panels:
    """What is changed, in words and in the matrix. The drafts are painted when asked for, by `run`."""
    change, (_, matrix) = change_of(cache, state, uploads), _painting(cache, state, uploads)
    energies = np.diagonal(matrix)
    own = energies[list(change.rows)] if change.rows else energies
    share = float(own.sum() / energies.sum()) if energies.any() else 0.0
    most = float(np.sqrt(energies[list(change.rows[:1])] * energies[list(change.columns[:1])]).sum())
    return {
        "edit_first": state.first,
        "edit_second": state.second,
        "edit_words": edit_text.words(state, change, share, most),
    } | _matrices(cache, state, uploads, change)


def _matrices(cache: FeatureCache, state: ViewState, uploads: Uploads, change: GramChange) -> Panels:
    """The painting's matrix as it is and its framed block, to click; what the change changes is outlined."""
    order, matrix = _painting(cache, state, uploads)
    cells, scale = cells_changed([str(change)], state.layer, len(matrix)), gram_scale(matrix, curve=state.curve)
    whole = outlined(heat(matrix[order][:, order], SIDE, scale, BLOCK), cells[order][:, order])
    step = SIDE * BLOCK // state.channels
    block = state.across * step, state.down * step, (state.across + 1) * step, (state.down + 1) * step
    rows, columns = (order[at * BLOCK : (at + 1) * BLOCK] for at in (state.down, state.across))
    inside = np.ix_(rows, columns)
    window = outlined(heat(matrix[inside], BLOCK * CELL, scale), cells[inside])
    about, which = edit_text.matrix(state, change), labels.window(state.updated(mode="gram"), len(rows), len(columns))
    return {
        "edit_whole": picture(with_frame(whole, block), "to-change", state, [about], scale),
        "edit_window": picture(window, "to-change-window", state, [which], scale),
    }


def change_of(cache: FeatureCache, state: ViewState, uploads: Uploads) -> GramChange:
    """The change that `state` describes."""
    rows: tuple[int, ...] = (state.first,)
    columns: tuple[int, ...] = (state.second,) if _is_pair(state) else ()
    if state.touched == "layer":
        rows = ()
    elif state.touched == "block":
        order = cache.order(cache.look(state, uploads, "painting"), state.layer).tolist()
        rows, columns = (tuple(sorted(order[at * BLOCK :][:BLOCK])) for at in (state.down, state.across))
        columns = () if state.down == state.across else columns
    return GramChange(state.layer, rows, columns, state.percent / 100)


def _is_pair(state: ViewState) -> bool:
    return state.touched == "pair" and state.first != state.second


def _painting(cache: FeatureCache, state: ViewState, uploads: Uploads) -> tuple[np.ndarray, np.ndarray]:
    """The order of the channels, (C,), and the Gram matrix, (C, C), of the painting, or of all that are mixed."""
    order = cache.order(cache.look(state, uploads, "painting"), state.layer)
    return order, style_target.style_gram(cache, state, uploads, state.layer)


def run(
    cache: FeatureCache,
    state: ViewState,
    uploads: Uploads,
    interrupted: Callable[[], bool],
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Panels]:
    """Paint without the change, then with it: panels about once a second, and last both drafts.

    It ends early, with the drafts so far, when `interrupted()` is true. Raises `PictureError` when the layer is no style
    layer, a picture is missing, or one is too small.
    """
    if state.layer not in state.style:
        raise PictureError(edit_text.no_style_layer(state))
    change, found = change_of(cache, state, uploads), dict[str, Image.Image]()
    preview_is_due, step = Throttle(PREVIEW_EVERY, clock), None
    with closing(both(cache, state, uploads, change, found, interrupted)) as steps:
        for step in steps:
            if interrupted():
                break
            if preview_is_due():
                words = status_line.running(step, f"{list(found)[-1]}: ")
                yield _panels(cache, state, uploads, change, found, words)
    yield _panels(cache, state, uploads, change, found, _finished(step, found))


def _finished(step: Step | None, found: dict[str, Image.Image]) -> str:
    if len(found) == 2 and (step is None or step.done):
        return status_line.status(edit_text.PAINTED, 1.0)
    words = f'Stopped: the draft "{list(found)[-1] if found else "before"}" is not finished.'
    return status_line.status(words, step.evaluation / max(step.evaluations, 1) if step else 0.0)


def _panels(
    cache: FeatureCache,
    state: ViewState,
    uploads: Uploads,
    change: GramChange,
    found: dict[str, Image.Image],
    status: str,
) -> Panels:
    """The drafts so far beside the changed matrix, and how far the run is."""
    order, matrix = _painting(cache, state, uploads)
    image, scale = matrix_picture(matrix, order, [str(change)], state.layer, state.curve)
    lines = [
        edit_text.caption(state, change, cache.worker.encoder.name),
        *filter(None, [style_target.words(uploads)]),
    ]
    figure = drafts_figure(image, list(found.values()))
    return {"edit_drafts": picture(figure, "before-and-after", state, lines, scale), "edit_status": status}


def code(state: ViewState) -> Sequence[str]:
    """The drafts in Python."""
    layers = f"{list(state.content)}, {list(state.style)}".replace("'", '"')
    channels = "" if state.touched == "layer" else f":{state.first}" + f":{state.second}" * _is_pair(state)
    first = [f'change = "{state.layer}{channels}x{state.percent / 100:g}"']
    if state.touched == "block":
        features = f'explore.look(painting, encoder).features("{state.layer}")'
        blocks = [f"order[{at * BLOCK}:{(at + 1) * BLOCK}]" for at in (state.down, state.across)]
        numbers = ":".join(f"{{','.join(map(str, {block}))}}" for block in dict.fromkeys(blocks))
        first = [f"order = explore.cluster_order({features})"]
        first.append(f'change = f"{state.layer}:{numbers}x{state.percent / 100:g}"')
    return (
        *first,
        f"both = [explore.changed_settings(changes, {layers}) for changes in ((), change)]",
        "drafts = [stylize(photo, painting, settings, encoder) for settings in both]",
        'figure = explore.side_by_side(drafts, ["before", "after"])',
    )


VIEW = View(
    title=edit_text.NAME,
    about="What does a part of the style do? Mute it in the painting's Gram matrix, or exaggerate it, and repaint a draft.",
    show=show,
    code=code,
    part=("across", "down"),
    show_chosen=move_to_pair,
)
