"""Which layer the style loss is made of, by convention; and whose style is nearest, by layer."""

from __future__ import annotations

from nst_core.explore.compare import layer_shares, nearest_styles

from .. import labels, svg_charts
from ..feature_cache import FeatureCache, Uploads
from ..panels import Panels
from ..view_state import ViewState


def show(cache: FeatureCache, state: ViewState, uploads: Uploads) -> Panels:
    views = {slot: cache.look(state, uploads, slot) for slot in ("photo", "painting")}
    target = {layer: cache.matrix(views["painting"], layer) for layer in state.style}
    shares = layer_shares({layer: cache.matrix(views["photo"], layer) for layer in state.style}, target)
    charts_of = [
        labels.objective(name)
        + svg_charts.bars(
            [svg_charts.Bar(layer, share, labels.percent(share), "style") for layer, share in by.items()], 1.0
        )
        for name, by in shares.items()
    ]
    own_grams = {layer: cache.matrix(cache.look(state, uploads), layer) for layer in state.style}
    nearest = nearest_styles(own_grams, cache.styles(state.style))
    return {
        "shares": f'<div class="three">{"".join(f"<section>{chart}</section>" for chart in charts_of)}</div>',
        "nearest": labels.nearest(state, nearest),
    }
