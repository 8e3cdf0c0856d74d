"""The view "gram": the Gram matrix in blocks, a window of 32 x 32 cells, and one cell as two maps and their product."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from nst_core.explore.drawing import heat, overlay, overlay_pair, side_by_side, with_frame
from nst_core.explore.export import pairs_csv
from nst_core.explore.grams import Pair, largest_pairs, product_map, shuffled
from nst_core.explore.look import Look
from nst_core.explore.readings import Reading, read_as
from nst_core.explore.scales import gram_scale, map_scale, three_figures, top_of

from .. import html, labels, style_target
from ..feature_cache import FeatureCache, Uploads
from ..panels import File, Panels, picture
from .view import View

if TYPE_CHECKING:
    from ..view_state import ViewState

BLOCK = 32  # channels along one side of the window
SIDE = 512  # pixels along the whole matrix; a multiple of every number of channels
CELL = (
    24  # pixels along a cell of the window: enough for a thumb, since Gradio cannot tell a click on an enlarged picture
)
PAIRS = 12  # in the table
CSV_PAIRS = 500
MAP_WIDTH = 300  # pixels, of each map of the cell


def show(cache: FeatureCache, state: ViewState, uploads: Uploads) -> Panels:
    """The whole matrix, the window, the chosen cell and the table of the pairs."""
    order = cache.order(cache.look(state, uploads, "painting"), state.layer)
    matrix = style_target.chosen_matrix(cache, state, uploads, state.mode)
    pairs, csv = _pairs(cache, state, uploads)
    return {
        "whole": _whole(cache, state, uploads, matrix, order),
        "window": _window(state, matrix, order),
        "first": state.first,
        "second": state.second,
        "pairs": [_line(pair) for pair in pairs],
        "csv": File(csv, f"vgg19-{state.layer}-{state.slot}-pairs.csv"),
    } | _cell(cache, state, uploads)


def click_whole(cache: FeatureCache, state: ViewState, uploads: Uploads, x: float, y: float) -> ViewState:
    """`state` with the window at the block at pixel (x, y) of the whole matrix; unchanged beside the matrix."""
    step = SIDE * BLOCK // state.channels
    return state.updated(across=int(x) // step, down=int(y) // step) if _inside(x, y, SIDE) else state


def click_window(cache: FeatureCache, state: ViewState, uploads: Uploads, x: float, y: float) -> ViewState:
    """`state` with the pair of channels whose cell is at pixel (x, y) of the window; unchanged beside the window."""
    if not _inside(x, y, BLOCK * CELL):
        return state
    order = cache.order(cache.look(state, uploads, "painting"), state.layer)
    first = order[state.down * BLOCK + int(y) // CELL]
    second = order[state.across * BLOCK + int(x) // CELL]
    return state.updated(first=int(first), second=int(second))


def click_row(cache: FeatureCache, state: ViewState, uploads: Uploads, row_number: int) -> ViewState:
    """`state` with the pair in a row of the table, from 0; unchanged for a row that the table does not have."""
    pairs, _ = _pairs(cache, state, uploads)
    if not 0 <= row_number < len(pairs):
        return state
    pair = pairs[row_number]
    return move_to_pair(cache, state.updated(first=pair.first, second=pair.second), uploads)


def move_to_pair(cache: FeatureCache, state: ViewState, uploads: Uploads) -> ViewState:
    """`state` with the window where the chosen pair is."""
    order = cache.order(cache.look(state, uploads, "painting"), state.layer)
    down, across = (int(np.flatnonzero(order == n)[0]) // BLOCK for n in (state.first, state.second))
    return state.updated(across=across, down=down)


def strongest_pair(cache: FeatureCache, state: ViewState, uploads: Uploads) -> ViewState:
    """`state` with the pair in the first row of the table."""
    return click_row(cache, state, uploads, 0)


def _inside(x: float, y: float, side: int) -> bool:
    return 0 <= x < side and 0 <= y < side


def _whole(cache: FeatureCache, state: ViewState, uploads: Uploads, matrix: np.ndarray, order: np.ndarray) -> File:
    """The matrix with its channels in order; the window is framed."""
    ordered = matrix[order][:, order]
    scale = gram_scale(ordered, state.mode, state.curve)
    step = SIDE * BLOCK // state.channels
    left, top = state.across * step, state.down * step
    image = with_frame(heat(ordered, SIDE, scale, BLOCK, order.tolist()), (left, top, left + step, top + step))
    looks = [look for look, _ in style_target.chosen_looks(cache, state, uploads)]
    of = labels.SLOTS[state.slot].lower() if len(looks) == 1 else f"{len(looks)} paintings mixed"
    places = sum(width * height for width, height in (look.map_size(state.layer) for look in looks))
    lines = [
        f"{labels.MODES[state.mode]} of the {of}, {looks[0].words(state.layer)}",
        labels.gram_note(state, places, "the first painting" if uploads.others else "the painting"),
        *filter(None, [style_target.words(uploads)]),
    ]
    return picture(image, state.mode, state, lines, scale)


def _window(state: ViewState, matrix: np.ndarray, order: np.ndarray) -> File:
    """The cells of the window; that of the chosen pair is framed."""
    rows = order[state.down * BLOCK : (state.down + 1) * BLOCK]
    columns = order[state.across * BLOCK : (state.across + 1) * BLOCK]
    scale = gram_scale(matrix, state.mode, state.curve)
    image = heat(matrix[np.ix_(rows, columns)], BLOCK * CELL, scale, 0, rows.tolist(), columns.tolist())
    at = np.flatnonzero(rows == state.first), np.flatnonzero(columns == state.second)
    if len(at[0]) and len(at[1]):
        top, left = int(at[0][0]) * CELL, int(at[1][0]) * CELL
        image = with_frame(image, (left, top, left + CELL, top + CELL))
    lines = [labels.window(state, len(rows), len(columns))]
    return picture(image, f"{state.mode}-window", state, lines, scale)


def _cell(cache: FeatureCache, state: ViewState, uploads: Uploads) -> Panels:
    """Two maps, both together, their product, and the arithmetic; with shuffled places if the state says so.

    Of a mix the maps are those of its first painting, and the arithmetic is that of all.
    """
    looks = style_target.chosen_looks(cache, state, uploads)
    look, both = looks[0][0], _two_maps(looks[0][0], state)
    # Shuffled maps do not belong to any place of the picture.
    background = Image.new("RGB", look.picture.size) if state.shuffle else look.picture
    products = [product_map(_two_maps(each, state), 0, 1) for each, _ in looks]
    product = products[0]
    tops = top_of(both[0], state.signed), top_of(both[1], state.signed)
    scale = map_scale(product, state.signed)
    images = [
        _read_as(overlay_pair(background, both[0], both[0] * 0, (tops[0], 1)), both[0], state.first),
        _read_as(overlay_pair(background, both[1] * 0, both[1], (1, tops[1])), both[1], state.second),
        overlay_pair(background, both[0], both[1], tops),
        overlay(background, product, scale, "product"),
    ]
    titles = [f"channel {state.first}", f"channel {state.second}", "together", "their product"]
    images = [image.resize((MAP_WIDTH, round(MAP_WIDTH * image.height / image.width))) for image in images]
    matrices = {mode: style_target.chosen_matrix(cache, state, uploads, mode) for mode in labels.MODES}
    readings = {mode: float(matrix[state.first, state.second]) for mode, matrix in matrices.items()}
    means = [float(each.mean(dtype=np.float64)) for each in products]
    mean = sum(share * each for (_, share), each in zip(looks, means, strict=True))
    # The same number, but for the order in which float32 adds; another one would be an error, to be seen.
    if math.isclose(mean, readings["gram"], rel_tol=1e-4):
        readings["gram"] = mean
    mixed = style_target.maps_words(state, uploads)
    lines = [labels.product(state, mean, readings["gram"]), f"Of {look.words(state.layer)}", *filter(None, [mixed])]
    return {
        "cell": picture(
            side_by_side(images, titles, columns=2), f"cell-{state.first}-{state.second}", state, lines, scale
        ),
        "shuffle": labels.UNSHUFFLE if state.shuffle else labels.SHUFFLE,
        "equation": html.equation(state, mean, readings, sum(each.size for each in products), mixed),
    }


def _read_as(image: Image.Image, values: np.ndarray, channel: int) -> Image.Image:
    """`image` with the values (H, W) of the channel as its readings."""
    return read_as(image, Reading(values, f"channel {channel} at row {{row}}, column {{column}}: {{value}}"))


def _two_maps(look: Look, state: ViewState) -> np.ndarray:
    """(2, H, W): the maps of the chosen pair, with shuffled places if the state says so."""
    both = look.features(state.layer)[[state.first, state.second]]
    return shuffled(both, state.shuffle) if state.shuffle else both


def _pairs(cache: FeatureCache, state: ViewState, uploads: Uploads) -> tuple[list[Pair], bytes]:
    """The pairs of the table, and the longer list as CSV."""
    look, target = cache.look(state, uploads), style_target.style_gram(cache, state, uploads, state.layer)

    def make() -> tuple[list[Pair], bytes]:
        matrices = {mode: style_target.chosen_matrix(cache, state, uploads, mode) for mode in labels.MODES}
        pairs = largest_pairs(matrices, state.pairs_by, CSV_PAIRS, target)
        return pairs[:PAIRS], pairs_csv(pairs).encode()

    against = style_target.digest({state.layer: target}) + " mixed" * style_target.is_mix(state, uploads)
    return cache.derived(f"pairs by {state.pairs_by} against {against}", look, state.layer, make)


def _line(pair: Pair) -> list[int | str]:
    """A row of the table."""
    away = "" if pair.difference is None else f"{pair.difference:+.2f}"
    return [pair.first, pair.second, three_figures(pair.gram), f"{pair.cosine:.2f}", f"{pair.correlation:+.2f}", away]


def code(state: ViewState) -> Sequence[str]:
    """The whole matrix in Python, and the chosen cell."""
    return (
        f'features = explore.look({state.slot}, encoder).features("{state.layer}")',
        f'order = explore.cluster_order(explore.look(painting, encoder).features("{state.layer}"))',
        f'matrix = explore.gram_reading(features, "{state.mode}")[order][:, order]',
        f"print(explore.product_map(features, {state.first}, {state.second}).mean())",
        f'figure = explore.heat(matrix, {SIDE}, explore.gram_scale(matrix, "{state.mode}", "{state.curve}"))',
    )


VIEW = View(
    title="Gram matrix",
    about="Which channels of the layer respond together: what the style loss compares. Click a block, then a cell.",
    show=show,
    code=code,
    part=("across", "down"),
    show_chosen=move_to_pair,
)
