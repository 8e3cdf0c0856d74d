"""The view "compare": the Gram matrices of photo, painting and result, and how far each layer is from the painting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from nst_core.explore.compare import mismatch
from nst_core.explore.drawing import WIDEST, ordered_heat, side_by_side
from nst_core.explore.grams import difference, effective_dimension, spectrum
from nst_core.explore.look import Look
from nst_core.explore.scales import Scale, gram_scale, three_figures

from .. import html, labels, style_target
from ..feature_cache import SLOTS, FeatureCache, Uploads
from ..panels import Columns, File, HtmlPanel, ImagePanel, Panels, picture
from ..svg_charts import Bar, bars, falling_curves
from .gram_actions import BLOCK
from .view import View

if TYPE_CHECKING:
    from ..view_state import ViewState

SIDE = 256  # pixels along a heat map; of 512 channels, two by two cells are averaged


def show(cache: FeatureCache, state: ViewState, uploads: Uploads) -> Panels:
    """The matrices on the painting's scale, the mismatch in each style layer, and the eigenvalues."""
    looks = {slot: cache.look(state, uploads, slot) for slot in SLOTS}
    targets = {layer: style_target.style_gram(cache, state, uploads, layer) for layer in (*state.style, state.layer)}
    mismatches = _mismatches(cache, state, uploads, looks, targets)
    eigenvalues = {slot: _spectrum(cache, look, state.layer) for slot, look in looks.items()}
    eigenvalues["painting"] = style_target.style_spectrum(cache, state, uploads, state.layer)
    sizes = [looks[slot].map_size(state.layer) for slot in ("photo", "result")]
    most = max(style_target.places(cache, state, uploads), *(width * height for width, height in sizes))
    dimensions = {slot: effective_dimension(values) for slot, values in eigenvalues.items()}
    return {
        "grams": _grams(cache, state, looks, targets[state.layer], mismatches, style_target.words(uploads)),
        "bars": html.MISMATCHES
        + style_target.paragraph(uploads)
        + bars(mismatches, 1.0)
        + style_target.ended_words(uploads, looks["result"], looks["painting"]),
        "spectrum": html.spectrum(dimensions, most, state)
        + falling_curves({slot: list(values) for slot, values in eigenvalues.items()}, labels.SPECTRUM),
    }


def _grams(
    cache: FeatureCache,
    state: ViewState,
    looks: dict[str, Look],
    target: np.ndarray,
    mismatches: list[Bar],
    about_style: str,
) -> File:
    """The three matrices and the difference between result and painting, channels in the painting's order."""
    order = cache.order(looks["painting"], state.layer)
    matrices = {slot: cache.matrix(look, state.layer) for slot, look in looks.items()} | {"painting": target}
    # One scale for all three: that of the painting, which the result should come to resemble.
    scale = gram_scale(matrices["painting"], "gram", state.curve)
    apart = difference(matrices["result"], matrices["painting"])
    images = [ordered_heat(matrices[slot], order, SIDE, scale, BLOCK) for slot in SLOTS]
    images.append(ordered_heat(apart, order, SIDE, Scale(WIDEST, signed=True, unit="relative difference")))
    titles = [*labels.SLOTS.values(), "Result minus painting"]
    lines = [
        f"Gram matrices, {looks['result'].words(state.layer)}; order and scale of the painting. The difference is relative "
        "to the painting's channels: red is too much, blue too little, full colour at 0.3.",
        "Mismatch with the painting: " + ", ".join(f"{bar.name} {bar.text}" for bar in mismatches),
        *filter(None, [about_style]),
    ]
    return picture(side_by_side(images, titles, columns=2), "three-grams", state, lines, scale)


def _spectrum(cache: FeatureCache, look: Look, layer: str) -> np.ndarray:
    return cache.derived("spectrum", look, layer, lambda: spectrum(look.features(layer)))


def _mismatches(
    cache: FeatureCache, state: ViewState, uploads: Uploads, looks: dict[str, Look], targets: Mapping[str, np.ndarray]
) -> list[Bar]:
    """The bars of each style layer: how far the photo is from the painting's style, how far the result is, and how far the
    run said that it was, if it was of this visit."""
    ended = uploads.ended.losses if uploads.ended else {}
    rows = []
    for layer in state.style:
        for slot in ("photo", "result"):
            value = mismatch(cache.matrix(looks[slot], layer), targets[layer])
            rows.append(Bar(f"{layer} {slot}", value, labels.relative(value), f"style {slot}"))
        if f"style {layer}" in ended:
            value = ended[f"style {layer}"]
            rows.append(Bar(f"{layer} in the run", value, three_figures(value), "style run"))
    return rows


def code(state: ViewState) -> Sequence[str]:
    """The three matrices in Python, and the mismatches with the painting's."""
    return (
        f'maps = [explore.look(p, encoder).features("{state.layer}") for p in (photo, painting, result)]',
        "order = explore.cluster_order(maps[1])",
        "grams = [explore.gram(features)[order][:, order] for features in maps]",
        "print([explore.mismatch(matrix, grams[1]) for matrix in grams])",
        f'figure = explore.side_by_side([explore.heat(m, {2 * SIDE}, explore.gram_scale(grams[1], "gram", "{state.curve}")) '
        'for m in grams], ["photo", "painting", "result"])',
    )


VIEW = View(
    title="Three pictures",
    about="The Gram matrices of photo, painting and result, in the same order and on the same scale.",
    show=show,
    code=code,
    panels=(
        Columns(
            widths=(6, 5),
            left=(
                ImagePanel(
                    "grams",
                    "Gram matrices",
                    "Gram matrices of photo, painting and result, and the difference between result and painting",
                ),
            ),
            right=(
                HtmlPanel("bars", min_height=260),
                HtmlPanel("spectrum", min_height=180, explore_only=True),
            ),
        ),
    ),
)
