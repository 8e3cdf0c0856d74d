"""The Gram matrix, opened: the whole in blocks, a window of 32 x 32 cells, one cell as two maps and their product."""

from __future__ import annotations

import numpy as np
from PIL import Image

from nst_core.explore.export import pairs_csv
from nst_core.explore.figure import Scale, framed, gram_scale, heat, meeting, over, row
from nst_core.explore.grams import Pair, product_map, shuffled, top_pairs
from nst_core.explore.look import Look
from nst_core.explore.scales import top_of

from . import words
from .panels import Bounded, File, Panels, picture
from .place import BLOCK, Place
from .shelf import Own, Shelf

SIDE = 512  # of the whole and of the window, in pixels; a multiple of every number of channels and of BLOCK
PAIRS = 12  # in the table
CSV_PAIRS = 500
CELL_WIDTH = 300  # of each of the three maps


def show(shelf: Shelf, place: Place, own: Own) -> Panels:
    view = shelf.look(place, own)
    order = shelf.order(shelf.look(place, own, "painting"), place.layer)
    matrix = shelf.matrix(view, place.layer, place.mode)
    lines, csv = _pairs(shelf, view, place, own)
    return {
        "whole": _whole(view, place, matrix[order][:, order]),
        "window": _window(view, place, matrix, order),
        "first": Bounded(place.first, place.channels - 1),
        "second": Bounded(place.second, place.channels - 1),
        "pairs": lines,
        "csv": File(csv, f"vgg19-{place.layer}-{place.slot}-pairs.csv"),
    } | _cell(shelf, view, place)


def click_whole(place: Place, x: float, y: float) -> Place:
    """The window at the clicked block."""
    step = SIDE * BLOCK // place.channels
    return place.moved(across=int(x) // step, down=int(y) // step) if _inside(x, y) else place


def click_window(shelf: Shelf, place: Place, own: Own, x: float, y: float) -> Place:
    """The pair of channels at the clicked cell."""
    if not _inside(x, y):
        return place
    order = shelf.order(shelf.look(place, own, "painting"), place.layer)
    cell = SIDE // BLOCK
    first = order[place.down * BLOCK + int(y) // cell]
    second = order[place.across * BLOCK + int(x) // cell]
    return place.moved(first=int(first), second=int(second))


def find(shelf: Shelf, place: Place, own: Own) -> Place:
    """The window moved to where the chosen pair is."""
    order = shelf.order(shelf.look(place, own, "painting"), place.layer)
    down, across = (int(np.flatnonzero(order == n)[0]) // BLOCK for n in (place.first, place.second))
    return place.moved(across=across, down=down)


def strongest(shelf: Shelf, place: Place, own: Own) -> Place:
    """The pair that leads the table."""
    pair = top_pairs(shelf.look(place, own).features(place.layer), place.pairs_by, 1)[0]
    return find(shelf, place.moved(first=pair.first, second=pair.second), own)


def _inside(x: float, y: float) -> bool:
    return 0 <= x < SIDE and 0 <= y < SIDE


def _whole(view: Look, place: Place, matrix: np.ndarray) -> File:
    scale = gram_scale(matrix, place.mode, place.curve)
    step = SIDE * BLOCK // place.channels
    left, top = place.across * step, place.down * step
    image = framed(heat(matrix, SIDE, scale, BLOCK), (left, top, left + step, top + step))
    lines = [
        f"{words.MODES[place.mode]} of the {words.SLOTS[place.slot].lower()}, {view.words(place.layer)}",
        words.gram_note(place, view),
    ]
    return picture(image, place.mode, place, lines, scale)


def _window(view: Look, place: Place, matrix: np.ndarray, order: np.ndarray) -> File:
    rows = order[place.down * BLOCK : (place.down + 1) * BLOCK]
    columns = order[place.across * BLOCK : (place.across + 1) * BLOCK]
    scale = gram_scale(matrix, place.mode, place.curve)
    cells = matrix[np.ix_(rows, columns)]
    image = heat(cells, SIDE, scale)
    cell = SIDE // BLOCK
    at = np.flatnonzero(rows == place.first), np.flatnonzero(columns == place.second)
    if len(at[0]) and len(at[1]):
        top, left = int(at[0][0]) * cell, int(at[1][0]) * cell
        image = framed(image, (left, top, left + cell, top + cell))
    lines = [words.window(place, len(rows), len(columns))]
    return picture(image, f"{place.mode}-window", place, lines, scale)


def _cell(shelf: Shelf, view: Look, place: Place) -> Panels:
    """Two maps, their product, and the arithmetic. Shuffled, the maps are shown as what they have become."""
    features = view.features(place.layer)
    both = features[[place.first, place.second]]
    photo = view.picture
    if place.shuffle:
        both = shuffled(both, place.shuffle)
        photo = Image.new("RGB", photo.size)  # scrambled maps lie on no picture
    product = product_map(both, 0, 1)
    tops = top_of(both[0], place.signed), top_of(both[1], place.signed)
    scale = Scale(top_of(product, place.signed), place.signed)
    tinted = [meeting(photo, both[0], both[0] * 0, (tops[0], 1)), meeting(photo, both[1] * 0, both[1], (1, tops[1]))]
    images = [*tinted, meeting(photo, both[0], both[1], tops), over(photo, product, scale)]
    titles = [f"channel {place.first}", f"channel {place.second}", "together", "their product"]
    width = CELL_WIDTH
    scaled = [image.resize((width, round(width * image.height / image.width))) for image in images]
    readings = {mode: float(shelf.matrix(view, place.layer, mode)[place.first, place.second]) for mode in words.MODES}
    mean = float(product.mean(dtype=np.float64))
    lines = [words.product(place, mean, readings["gram"]), f"Of {view.words(place.layer)}"]
    return {
        "cell": picture(row(scaled, titles, columns=2), f"cell-{place.first}-{place.second}", place, lines, scale),
        "shuffle": words.UNSHUFFLE if place.shuffle else words.SHUFFLE,
        "equation": words.equation(place, mean, readings, product.size),
    }


def _pairs(shelf: Shelf, view: Look, place: Place, own: Own) -> tuple[list[list[int | str]], bytes]:
    """The lines of the table, and the longer CSV."""
    painting = shelf.look(place, own, "painting")

    def make() -> tuple[list[list[int | str]], bytes]:
        target = shelf.matrix(painting, place.layer)
        pairs = top_pairs(view.features(place.layer), place.pairs_by, CSV_PAIRS, target)
        return [_line(pair) for pair in pairs[:PAIRS]], pairs_csv(pairs).encode()

    return shelf.kept(f"pairs by {place.pairs_by} against {painting.sha256}", view, place.layer, make)


def _line(pair: Pair) -> list[int | str]:
    away = "" if pair.difference is None else f"{pair.difference:+.2f}"
    return [pair.first, pair.second, f"{pair.gram:.4g}", f"{pair.cosine:.2f}", f"{pair.correlation:+.2f}", away]
