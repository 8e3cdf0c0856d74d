"""Where the result is still wrong: the content error and the style error of one layer, place by place."""

from __future__ import annotations

from nst_core.errors import PictureError
from nst_core.explore.compare import content_error, mismatch, style_error
from nst_core.explore.figure import Scale, over, row
from nst_core.explore.scales import top_of

from . import words
from .panels import Panels, picture
from .place import Place
from .shelf import Own, Shelf


def show(shelf: Shelf, place: Place, own: Own) -> Panels:
    photo, painting, result = (shelf.look(place, own, slot) for slot in ("photo", "painting", "result"))
    if photo.picture.size != result.picture.size:
        raise PictureError(words.OTHER_SHAPE)
    features, wanted = result.features(place.layer), photo.features(place.layer)
    target = shelf.matrix(painting, place.layer)
    content, style = content_error(features, wanted), style_error(features, target)
    scales = Scale(top_of(content)), Scale(top_of(style))
    images = [result.picture, over(result.picture, content, scales[0]), over(result.picture, style, scales[1])]
    titles = ["the result", f"content error, {place.layer}", f"style error, {place.layer}"]
    shares = mismatch(features, wanted), mismatch(shelf.matrix(result, place.layer), target)
    lines = [
        f"{result.words(place.layer)}. Relative mismatch: content {words.relative(shares[0])}, "
        f"style {words.relative(shares[1])}. Bright is far from the target; each map on its own scale."
    ]
    return {
        "errors": picture(row(images, titles), "errors", place, lines),
        "errors_words": words.errors(place, *shares),
    }
