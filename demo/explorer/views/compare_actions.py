"""Photo, painting and result: their Gram matrices in one order and on one scale, and what differs in every layer."""

from __future__ import annotations

import numpy as np

from nst_core.explore.compare import mismatch
from nst_core.explore.drawing import heat, side_by_side
from nst_core.explore.grams import difference, effective_dimension, spectrum
from nst_core.explore.look import Look
from nst_core.explore.scales import Scale, gram_scale

from .. import labels, svg_charts
from ..feature_cache import FeatureCache, Uploads
from ..panels import Panels, picture
from ..view_state import BLOCK, SLOTS, ViewState

SIDE = 256  # of each heat map; 512 channels are averaged, two by two
WIDEST = 0.3  # of the difference's colours


def show(cache: FeatureCache, state: ViewState, uploads: Uploads) -> Panels:
    views = {slot: cache.look(state, uploads, slot) for slot in SLOTS}
    order = cache.order(views["painting"], state.layer)
    matrices = {slot: cache.matrix(view, state.layer) for slot, view in views.items()}
    eigenvalues = {slot: _spectrum(cache, view, state.layer) for slot, view in views.items()}
    dimensions = {slot: effective_dimension(values) for slot, values in eigenvalues.items()}
    # One scale for all three: that of the painting, which the result should come to look like.
    scale = gram_scale(matrices["painting"], "gram", state.curve)
    away = Scale(WIDEST, signed=True)
    apart = difference(matrices["result"], matrices["painting"])
    images = [heat(_pooled(matrices[slot][order][:, order]), SIDE, scale, BLOCK) for slot in SLOTS]
    images.append(heat(_pooled(apart[order][:, order]), SIDE, away))
    titles = [*(f"{labels.SLOTS[slot]}" for slot in SLOTS), "Result less painting"]
    bars = _mismatches(cache, state, views)
    lines = [
        f"Gram matrices, {views['result'].words(state.layer)}; order and scale of the painting. "
        "The difference is divided by the painting's loudness: red is too much, blue too little, full colour at 0.3.",
        "Mismatch with the painting: " + ", ".join(f"{bar.name} {bar.words}" for bar in bars),
    ]
    return {
        "grams": picture(side_by_side(images, titles, columns=2), "three-grams", state, lines, scale),
        "bars": labels.mismatch_title() + svg_charts.bars(bars, 1.0),
        "spectrum": labels.spectrum(dimensions, views["painting"], state)
        + svg_charts.falling({slot: list(values) for slot, values in eigenvalues.items()}, labels.SPECTRUM),
    }


def _spectrum(cache: FeatureCache, view: Look, layer: str) -> np.ndarray:
    return cache.cached("spectrum", view, layer, lambda: spectrum(view.features(layer)))


def _pooled(matrix: np.ndarray) -> np.ndarray:
    """At most SIDE cells along a side: neighbours, which are alike in this order, averaged."""
    step = -(-len(matrix) // SIDE)
    parts = len(matrix) // step
    return matrix.reshape(parts, step, parts, step).mean(axis=(1, 3))


def _mismatches(cache: FeatureCache, state: ViewState, views: dict[str, Look]) -> list[svg_charts.Bar]:
    """Two bars a style layer: how far the photo's style was from the painting's, and how far the result's is."""
    rows = []
    for layer in state.style:
        target = cache.matrix(views["painting"], layer)
        for slot in ("photo", "result"):
            value = mismatch(cache.matrix(views[slot], layer), target)
            rows.append(svg_charts.Bar(f"{layer} {slot}", value, labels.relative(value), f"style {slot}"))
    return rows
