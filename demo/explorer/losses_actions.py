"""Which layer the style loss is made of, by convention; and whose style is nearest, by layer."""

from __future__ import annotations

from nst_core.explore.compare import layer_shares, nearest_styles

from . import charts, words
from .panels import Panels
from .place import Place
from .shelf import Own, Shelf


def show(shelf: Shelf, place: Place, own: Own) -> Panels:
    views = {slot: shelf.look(place, own, slot) for slot in ("photo", "painting")}
    target = {layer: shelf.matrix(views["painting"], layer) for layer in place.style}
    shares = layer_shares({layer: shelf.matrix(views["photo"], layer) for layer in place.style}, target)
    charts_of = [
        words.objective(name)
        + charts.bars([charts.Bar(layer, share, words.percent(share), "style") for layer, share in by.items()], 1.0)
        for name, by in shares.items()
    ]
    own_grams = {layer: shelf.matrix(shelf.look(place, own), layer) for layer in place.style}
    nearest = nearest_styles(own_grams, shelf.styles(place.style))
    return {
        "shares": f'<div class="three">{"".join(f"<section>{chart}</section>" for chart in charts_of)}</div>',
        "nearest": words.nearest(place, nearest),
    }
