"""The view "errors": the content error and the style error of the result in one layer, place by place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nst_core.errors import PictureError
from nst_core.explore.compare import content_error, mismatch, style_error
from nst_core.explore.drawing import overlay, side_by_side
from nst_core.explore.scales import map_scale

from .. import html, labels, style_target
from ..feature_cache import FeatureCache, Uploads
from ..panels import HtmlPanel, ImagePanel, Panels, picture
from .view import View

if TYPE_CHECKING:
    from ..view_state import ViewState


def show(cache: FeatureCache, state: ViewState, uploads: Uploads) -> Panels:
    """The result with both errors laid over it. Raises `PictureError` if photo and result differ in shape."""
    result = cache.look(state, uploads, "result")
    photo = cache.look_at(cache.picture(state, uploads, "photo"), max(result.picture.size))
    if photo.picture.size != result.picture.size:
        raise PictureError(labels.OTHER_SHAPE)
    features, wanted = result.features(state.layer), photo.features(state.layer)
    target = style_target.style_gram(cache, state, uploads, state.layer)
    content, style = content_error(features, wanted), style_error(features, target)
    scales = map_scale(content), map_scale(style)
    images = [result.picture, overlay(result.picture, content, scales[0], "content error")]
    images.append(overlay(result.picture, style, scales[1], "style error"))
    titles = ["the result", f"content error, {state.layer}", f"style error, {state.layer}"]
    mismatches = mismatch(features, wanted), mismatch(cache.matrix(result, state.layer), target)
    lines = [
        f"{result.words(state.layer)}. Relative mismatch: content {labels.relative(mismatches[0])}, "
        f"style {labels.relative(mismatches[1])}. Bright is far from the target; each map on its own scale."
    ]
    return {
        "errors": picture(side_by_side(images, titles), "errors", state, lines),
        "errors_words": html.errors(state, *mismatches, _in_the_run(state, uploads)) + style_target.paragraph(uploads),
    }


def _in_the_run(state: ViewState, uploads: Uploads) -> dict[str, float]:
    """What the run of this visit said of the layer at its end: {"content": mismatch, "style": mismatch}, if it used it."""
    losses = uploads.ended.losses if uploads.ended else {}
    return {kind: losses[f"{kind} {state.layer}"] for kind in ("content", "style") if f"{kind} {state.layer}" in losses}


def code(state: ViewState) -> Sequence[str]:
    """Both errors in Python."""
    return (
        f'maps = [explore.look(p, encoder).features("{state.layer}") for p in (photo, painting, result)]',
        "content = explore.content_error(maps[2], maps[0])",
        "style = explore.style_error(maps[2], explore.gram(maps[1]))",
        "shown = explore.look(result, encoder).picture",
        "figure = explore.side_by_side([shown, explore.overlay(shown, content), explore.overlay(shown, style)])",
    )


VIEW = View(
    title="Still wrong",
    about="Where the result still differs: in content from the photo, in style from the painting.",
    show=show,
    code=code,
    panels=(
        HtmlPanel("errors_words", min_height=60),
        ImagePanel("errors", "Errors", "The result, its content error and its style error at every place"),
    ),
)
