"""Photo, painting and result: their Gram matrices in one order and on one scale, and what differs in every layer."""

from __future__ import annotations

import numpy as np

from nst_core.explore.compare import mismatch
from nst_core.explore.figure import Scale, gram_scale, heat, row
from nst_core.explore.grams import difference, effective_dimension, spectrum
from nst_core.explore.look import Look

from . import charts, words
from .panels import Panels, picture
from .place import BLOCK, SLOTS, Place
from .shelf import Own, Shelf

SIDE = 256  # of each heat map; 512 channels are averaged, two by two
WIDEST = 0.3  # of the difference's colours


def show(shelf: Shelf, place: Place, own: Own) -> Panels:
    views = {slot: shelf.look(place, own, slot) for slot in SLOTS}
    order = shelf.order(views["painting"], place.layer)
    matrices = {slot: shelf.matrix(view, place.layer) for slot, view in views.items()}
    eigenvalues = {slot: _spectrum(shelf, view, place.layer) for slot, view in views.items()}
    dimensions = {slot: effective_dimension(values) for slot, values in eigenvalues.items()}
    # One scale for all three: that of the painting, which the result should come to look like.
    scale = gram_scale(matrices["painting"], "gram", place.curve)
    away = Scale(WIDEST, signed=True)
    apart = difference(matrices["result"], matrices["painting"])
    images = [heat(_pooled(matrices[slot][order][:, order]), SIDE, scale, BLOCK) for slot in SLOTS]
    images.append(heat(_pooled(apart[order][:, order]), SIDE, away))
    titles = [*(f"{words.SLOTS[slot]}" for slot in SLOTS), "Result less painting"]
    bars = _mismatches(shelf, place, views)
    lines = [
        f"Gram matrices, {views['result'].words(place.layer)}; order and scale of the painting. "
        "The difference is divided by the painting's loudness: red is too much, blue too little, full colour at 0.3.",
        "Mismatch with the painting: " + ", ".join(f"{bar.name} {bar.words}" for bar in bars),
    ]
    return {
        "grams": picture(row(images, titles, columns=2), "three-grams", place, lines, scale),
        "bars": words.mismatch_title() + charts.bars(bars, 1.0),
        "spectrum": words.spectrum(dimensions, views["painting"], place)
        + charts.falling({slot: list(values) for slot, values in eigenvalues.items()}, words.SPECTRUM),
    }


def _spectrum(shelf: Shelf, view: Look, layer: str) -> np.ndarray:
    return shelf.kept("spectrum", view, layer, lambda: spectrum(view.features(layer)))


def _pooled(matrix: np.ndarray) -> np.ndarray:
    """At most SIDE cells along a side: neighbours, which are alike in this order, averaged."""
    step = -(-len(matrix) // SIDE)
    parts = len(matrix) // step
    return matrix.reshape(parts, step, parts, step).mean(axis=(1, 3))


def _mismatches(shelf: Shelf, place: Place, views: dict[str, Look]) -> list[charts.Bar]:
    """Two bars a style layer: how far the photo's style was from the painting's, and how far the result's is."""
    rows = []
    for layer in place.style:
        target = shelf.matrix(views["painting"], layer)
        for slot in ("photo", "result"):
            value = mismatch(shelf.matrix(views[slot], layer), target)
            rows.append(charts.Bar(f"{layer} {slot}", value, words.relative(value), f"style {slot}"))
    return rows
