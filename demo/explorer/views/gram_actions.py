"""The Gram matrix, opened: the whole in blocks, a window of 32 x 32 cells, one cell as two maps and their product."""

from __future__ import annotations

import numpy as np
from PIL import Image

from nst_core.explore.drawing import heat, overlay, overlay_pair, side_by_side, with_frame
from nst_core.explore.export import pairs_csv
from nst_core.explore.grams import Pair, product_map, shuffled, top_pairs
from nst_core.explore.look import Look
from nst_core.explore.scales import Scale, gram_scale, top_of

from .. import labels
from ..feature_cache import FeatureCache, Uploads
from ..panels import Bounded, File, Panels, picture
from ..view_state import BLOCK, ViewState

SIDE = 512  # of the whole and of the window, in pixels; a multiple of every number of channels and of BLOCK
PAIRS = 12  # in the table
CSV_PAIRS = 500
CELL_WIDTH = 300  # of each of the three maps


def show(cache: FeatureCache, state: ViewState, uploads: Uploads) -> Panels:
    view = cache.look(state, uploads)
    order = cache.order(cache.look(state, uploads, "painting"), state.layer)
    matrix = cache.matrix(view, state.layer, state.mode)
    lines, csv = _pairs(cache, view, state, uploads)
    return {
        "whole": _whole(view, state, matrix[order][:, order]),
        "window": _window(view, state, matrix, order),
        "first": Bounded(state.first, state.channels - 1),
        "second": Bounded(state.second, state.channels - 1),
        "pairs": lines,
        "csv": File(csv, f"vgg19-{state.layer}-{state.slot}-pairs.csv"),
    } | _cell(cache, view, state)


def click_whole(state: ViewState, x: float, y: float) -> ViewState:
    """The window at the clicked block."""
    step = SIDE * BLOCK // state.channels
    return state.updated(across=int(x) // step, down=int(y) // step) if _inside(x, y) else state


def click_window(cache: FeatureCache, state: ViewState, uploads: Uploads, x: float, y: float) -> ViewState:
    """The pair of channels at the clicked cell."""
    if not _inside(x, y):
        return state
    order = cache.order(cache.look(state, uploads, "painting"), state.layer)
    cell = SIDE // BLOCK
    first = order[state.down * BLOCK + int(y) // cell]
    second = order[state.across * BLOCK + int(x) // cell]
    return state.updated(first=int(first), second=int(second))


def find(cache: FeatureCache, state: ViewState, uploads: Uploads) -> ViewState:
    """The window moved to where the chosen pair is."""
    order = cache.order(cache.look(state, uploads, "painting"), state.layer)
    down, across = (int(np.flatnonzero(order == n)[0]) // BLOCK for n in (state.first, state.second))
    return state.updated(across=across, down=down)


def strongest(cache: FeatureCache, state: ViewState, uploads: Uploads) -> ViewState:
    """The pair that leads the table."""
    pair = top_pairs(cache.look(state, uploads).features(state.layer), state.pairs_by, 1)[0]
    return find(cache, state.updated(first=pair.first, second=pair.second), uploads)


def _inside(x: float, y: float) -> bool:
    return 0 <= x < SIDE and 0 <= y < SIDE


def _whole(view: Look, state: ViewState, matrix: np.ndarray) -> File:
    scale = gram_scale(matrix, state.mode, state.curve)
    step = SIDE * BLOCK // state.channels
    left, top = state.across * step, state.down * step
    image = with_frame(heat(matrix, SIDE, scale, BLOCK), (left, top, left + step, top + step))
    lines = [
        f"{labels.MODES[state.mode]} of the {labels.SLOTS[state.slot].lower()}, {view.words(state.layer)}",
        labels.gram_note(state, view),
    ]
    return picture(image, state.mode, state, lines, scale)


def _window(view: Look, state: ViewState, matrix: np.ndarray, order: np.ndarray) -> File:
    rows = order[state.down * BLOCK : (state.down + 1) * BLOCK]
    columns = order[state.across * BLOCK : (state.across + 1) * BLOCK]
    scale = gram_scale(matrix, state.mode, state.curve)
    cells = matrix[np.ix_(rows, columns)]
    image = heat(cells, SIDE, scale)
    cell = SIDE // BLOCK
    at = np.flatnonzero(rows == state.first), np.flatnonzero(columns == state.second)
    if len(at[0]) and len(at[1]):
        top, left = int(at[0][0]) * cell, int(at[1][0]) * cell
        image = with_frame(image, (left, top, left + cell, top + cell))
    lines = [labels.window(state, len(rows), len(columns))]
    return picture(image, f"{state.mode}-window", state, lines, scale)


def _cell(cache: FeatureCache, view: Look, state: ViewState) -> Panels:
    """Two maps, their product, and the arithmetic. Shuffled, the maps are shown as what they have become."""
    features = view.features(state.layer)
    both = features[[state.first, state.second]]
    photo = view.picture
    if state.shuffle:
        both = shuffled(both, state.shuffle)
        photo = Image.new("RGB", photo.size)  # scrambled maps lie on no picture
    product = product_map(both, 0, 1)
    tops = top_of(both[0], state.signed), top_of(both[1], state.signed)
    scale = Scale(top_of(product, state.signed), state.signed)
    tinted = [
        overlay_pair(photo, both[0], both[0] * 0, (tops[0], 1)),
        overlay_pair(photo, both[1] * 0, both[1], (1, tops[1])),
    ]
    images = [*tinted, overlay_pair(photo, both[0], both[1], tops), overlay(photo, product, scale)]
    titles = [f"channel {state.first}", f"channel {state.second}", "together", "their product"]
    width = CELL_WIDTH
    scaled = [image.resize((width, round(width * image.height / image.width))) for image in images]
    readings = {mode: float(cache.matrix(view, state.layer, mode)[state.first, state.second]) for mode in labels.MODES}
    mean = float(product.mean(dtype=np.float64))
    lines = [labels.product(state, mean, readings["gram"]), f"Of {view.words(state.layer)}"]
    return {
        "cell": picture(
            side_by_side(scaled, titles, columns=2), f"cell-{state.first}-{state.second}", state, lines, scale
        ),
        "shuffle": labels.UNSHUFFLE if state.shuffle else labels.SHUFFLE,
        "equation": labels.equation(state, mean, readings, product.size),
    }


def _pairs(cache: FeatureCache, view: Look, state: ViewState, uploads: Uploads) -> tuple[list[list[int | str]], bytes]:
    """The lines of the table, and the longer CSV."""
    painting = cache.look(state, uploads, "painting")

    def make() -> tuple[list[list[int | str]], bytes]:
        target = cache.matrix(painting, state.layer)
        pairs = top_pairs(view.features(state.layer), state.pairs_by, CSV_PAIRS, target)
        return [_line(pair) for pair in pairs[:PAIRS]], pairs_csv(pairs).encode()

    return cache.cached(f"pairs by {state.pairs_by} against {painting.sha256}", view, state.layer, make)


def _line(pair: Pair) -> list[int | str]:
    away = "" if pair.difference is None else f"{pair.difference:+.2f}"
    return [pair.first, pair.second, f"{pair.gram:.4g}", f"{pair.cosine:.2f}", f"{pair.correlation:+.2f}", away]
