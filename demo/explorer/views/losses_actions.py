"""The view "losses": each layer's share of the style loss, and the bundled paintings nearest in style."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nst_core.explore.compare import layer_shares, nearest_styles

from .. import html, labels, style_target
from ..feature_cache import FeatureCache, Uploads
from ..panels import HtmlPanel, Panels
from ..svg_charts import Bar, bars
from .view import View

if TYPE_CHECKING:
    from ..view_state import ViewState


def show(cache: FeatureCache, state: ViewState, uploads: Uploads) -> Panels:
    """The shares of the style layers under each objective, and the table of the paintings. Slow the first time."""
    photo = cache.look(state, uploads, "photo")
    grams = {layer: cache.matrix(photo, layer) for layer in state.style}
    target = {layer: style_target.style_gram(cache, state, uploads, layer) for layer in state.style}
    sections, found = "", layer_shares(grams, target)
    for objective, shares in found.items():
        rows = [Bar(layer, share, labels.percent(share), "style") for layer, share in shares.items()]
        sections += f"<section>{html.OBJECTIVES[objective]}{bars(rows, 1.0)}</section>"
    chosen = {layer: cache.matrix(cache.look(state, uploads), layer) for layer in state.style}
    return {
        "shares": f'{html.shares(found)}<div class="three">{sections}</div>{style_target.paragraph(uploads)}',
        "nearest": html.nearest(state, nearest_styles(chosen, cache.styles(state.style))),
    }


def code(state: ViewState) -> Sequence[str]:
    """The shares in Python."""
    return (
        "photo, painting = (explore.look(picture, encoder) for picture in (photo, painting))",
        f"layers = {list(state.style)}".replace("'", '"'),
        "grams = {layer: explore.gram(photo.features(layer)) for layer in layers}",
        "target = {layer: explore.gram(painting.features(layer)) for layer in layers}",
        "print(explore.layer_shares(grams, target))",
    )


VIEW = View(
    title="Which layer counts",
    about="How much each layer adds to the style loss, under three conventions; which bundled painting is nearest in style.",
    show=show,
    code=code,
    panels=(
        HtmlPanel("shares", min_height=200),
        HtmlPanel("nearest", min_height=200),
    ),
)
