"""The view "gradient": which way the content term and the style term want every pixel of the result changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from nst_core.errors import PictureError
from nst_core.explore.gradient_pictures import AGREEMENT, gradient_figure
from nst_core.explore.gradients import Descent, descent
from nst_core.settings import Settings

from .. import labels, style_target
from ..feature_cache import FeatureCache, Uploads
from ..panels import HtmlPanel, ImagePanel, Panels, picture
from . import gradient_text
from .view import View

if TYPE_CHECKING:
    from ..view_state import ViewState

SIDE = 192  # pixels on the longer side: the network goes forward and twice back through five blocks
PAINTING = round(SIDE * Settings().style_scale)  # of the painting, as in a run with the usual settings


def show(cache: FeatureCache, state: ViewState, uploads: Uploads) -> Panels:
    """Both directions, pixel by pixel and averaged. Raises `PictureError` if photo and result differ in shape."""
    photo, result = (cache.look_at(cache.picture(state, uploads, slot), SIDE) for slot in ("photo", "result"))
    if photo.picture.size != result.picture.size:
        raise PictureError(labels.OTHER_SHAPE)
    target = {layer: style_target.style_gram(cache, state, uploads, layer, PAINTING) for layer in state.style}

    def make() -> tuple[np.ndarray, np.ndarray]:
        wanted = {layer: photo.features(layer) for layer in state.content}
        found = descent(result.picture, cache.worker.encoder, wanted, target)
        return found.content, found.style

    key = f"descent {photo.sha256} {state.content} {style_target.digest(target)}"
    found = Descent(*cache.derived(key, result, "", make))
    directions = {"content": found.content, "style": found.style, "both": found.both}
    sizes = {name: float(np.linalg.norm(direction)) for name, direction in directions.items()}
    return {
        "gradient_words": gradient_text.about(state, sizes, found.cosine) + style_target.paragraph(uploads),
        "descent": picture(
            gradient_figure(result.picture, found),
            "gradient",
            state,
            [gradient_text.caption(state, result, sizes, found.cosine)],
            AGREEMENT,
        ),
    }


def code(state: ViewState) -> Sequence[str]:
    """The gradients in Python."""
    return (
        f"views = [explore.look(p, encoder, n) for p, n in ((photo, {SIDE}), (painting, {PAINTING}), (result, {SIDE}))]",
        f"content = {{layer: views[0].features(layer) for layer in {list(state.content)}}}".replace("'", '"'),
        f"style = {{layer: explore.gram(views[1].features(layer)) for layer in {list(state.style)}}}".replace("'", '"'),
        "found = explore.descent(views[2].picture, encoder, content, style)",
        "figure = explore.gradient_figure(views[2].picture, found)",
    )


VIEW = View(
    title="Gradient",
    about="Which way the content term and the style term want every pixel of the result changed.",
    show=show,
    code=code,
    panels=(
        HtmlPanel("gradient_words", min_height=90),
        ImagePanel(
            "descent", "Gradient", "The result, and which way content, style and both together want its pixels changed"
        ),
    ),
)
