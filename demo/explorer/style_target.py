"""What the style of a result was taken from: one painting, or several that were mixed, as the run used them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from html import escape
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from nst_core.explore import grams
from nst_core.images import picture_sha256

from ..paint.file_names import plain_name
from .feature_cache import FeatureCache, Uploads

if TYPE_CHECKING:
    from nst_core.explore.look import Look

    from ..paint.painted import Painted
    from .view_state import ViewState

GREY = (
    "Photo, painting and result are in grey, as the run compared them; the result got the photo's colours afterwards."
)
BY_REGION = "The run compared every region with its own painting; here the whole result is compared."
RECOLORED = "The painting has the photo's colours, as in the run."


def uploads_of(run: Painted) -> Uploads:
    """The pictures of a run of the first tab, with what is worth saying about them."""
    note = {"luminance": GREY, "matched": RECOLORED}.get(run.settings.colors, "")
    note = f"{note} {BY_REGION}".strip() if run.by_region else note
    return Uploads(run.photo, run.painting, run.picture, run.others, run.shares, note, run.ended)


def style_gram(
    cache: FeatureCache, state: ViewState, uploads: Uploads, layer: str, size: int | None = None
) -> np.ndarray:
    """(C, C) float32: the Gram matrix that the style loss compares with; of several paintings their mean, by shares.

    The longer sides of the paintings have about `size` pixels (see `look_size`).
    """
    painting = cache.look_at(cache.picture(state, uploads, "painting"), size)
    if not uploads.others:
        return cache.matrix(painting, layer)
    return _kept(cache, uploads, "gram", painting, layer, lambda: _mean_gram(cache, uploads, layer, size))


def digest(target: Mapping[str, np.ndarray]) -> str:
    """A name for Gram matrices {layer: (C, C)}, for what is kept of a comparison with them."""
    whole = hashlib.sha256()
    for layer, matrix in target.items():
        whole.update(layer.encode() + matrix.tobytes())
    return whole.hexdigest()


def is_mix(state: ViewState, uploads: Uploads) -> bool:
    """Whether the chosen picture is the painting of a run that mixed several."""
    return state.slot == "painting" and bool(uploads.others)


def chosen_looks(cache: FeatureCache, state: ViewState, uploads: Uploads) -> list[tuple[Look, float]]:
    """The look at the chosen picture, with the share 1; of a mix those at all paintings, with their shares."""
    if not is_mix(state, uploads):
        return [(cache.look(state, uploads), 1.0)]
    return [(cache.look_at(picture), share) for picture, share in zip(_paintings(uploads), uploads.shares, strict=True)]


def chosen_matrix(cache: FeatureCache, state: ViewState, uploads: Uploads, mode: str) -> np.ndarray:
    """(C, C) float32 in one of `grams.MODES`: the matrix of the chosen picture; of a mix that of all paintings together."""
    look = cache.look(state, uploads)
    if not is_mix(state, uploads):
        return cache.matrix(look, state.layer, mode)
    if mode == "gram":
        return style_gram(cache, state, uploads, state.layer)

    def make() -> np.ndarray:
        if mode == "cosine":
            return grams.cosine(style_gram(cache, state, uploads, state.layer))
        looks = chosen_looks(cache, state, uploads)
        return grams.mixed_correlation([each.features(state.layer) for each, _ in looks], uploads.shares)

    return _kept(cache, uploads, mode, look, state.layer, make)


def style_spectrum(cache: FeatureCache, state: ViewState, uploads: Uploads, layer: str) -> np.ndarray:
    """(C,): the eigenvalues of the covariance of the painting's features.

    For several paintings it is the covariance over the places of all of them, weighted by their shares.
    """
    painting = cache.look(state, uploads, "painting")
    if not uploads.others:
        return cache.derived("spectrum", painting, layer, lambda: grams.spectrum(painting.features(layer)))

    def make() -> np.ndarray:
        features = [cache.look_at(picture).features(layer) for picture in _paintings(uploads)]
        return grams.eigenvalues(grams.mixed_covariance(features, uploads.shares))

    return _kept(cache, uploads, "spectrum", painting, layer, make)


def places(cache: FeatureCache, state: ViewState, uploads: Uploads) -> int:
    """How many places (width x height of the feature map) `state.layer` has in the painting, or in all that were mixed."""
    looks = [cache.look(state, uploads, "painting"), *map(cache.look_at, uploads.others)]
    sizes = [look.map_size(state.layer) for look in looks]
    return sum(width * height for width, height in sizes)


def words(uploads: Uploads) -> str:
    """Which paintings the style is of, with their shares, and in which colours; "" for one painting as it is."""
    if not uploads.others:
        return uploads.note
    parts = [f"{name} ({100 * share:.3g} %)" for name, share in zip(_names(uploads), uploads.shares, strict=True)]
    mix = f"The style is the mean of the Gram matrices of {', '.join(parts[:-1])} and {parts[-1]}."
    return f"{mix} {uploads.note}".strip()


def ended_words(uploads: Uploads, result: Look, painting: Look) -> str:
    """HTML: what the mismatches of the run are of, beside those of the looks at the result and at the painting.

    "" where the result was not painted in this visit.
    """
    ended = uploads.ended
    if ended is None or not ended.losses:
        return ""
    sizes = [f"{look.picture.width} × {look.picture.height}" for look in (result, painting)]
    run = max(ended.width, ended.height)
    ratios = max(result.picture.size) / run, max(painting.picture.size) / (run * ended.brush)
    same = all(0.9 < ratio < 1.1 for ratio in ratios)
    verdict = "nearly the same comparison" if same else "another comparison, with other numbers"
    return (
        f"<p>In the run: as it ended, and as <i>Losses by layer</i> in Paint shows it, of a result of {ended.width} × "
        f"{ended.height} px and a painting {ended.brush:g} times as large, with the chosen edge. Here the result "
        f"has {sizes[0]} px and the painting {sizes[1]} px, and zeros stand beyond the edge: {verdict}. A layer of the "
        "coarser levels keeps its last number from there.</p>"
    )


def maps_words(state: ViewState, uploads: Uploads) -> str:
    """Of which painting of a mix the maps of a cell are; "" for any other picture."""
    if not is_mix(state, uploads):
        return ""
    return f"The maps are those of {_names(uploads)[0]}; the mean is over all paintings, by their shares."


def paragraph(uploads: Uploads) -> str:
    """`words` as HTML."""
    return f'<p class="say">{escape(words(uploads))}</p>' if words(uploads) else ""


def _paintings(uploads: Uploads) -> tuple[Image.Image, ...]:
    assert uploads.painting is not None, "others are mixed with a painting of the visitor's"
    return uploads.painting, *uploads.others


def _names(uploads: Uploads) -> list[str]:
    return [plain_name(picture) or f"painting {n}" for n, picture in enumerate(_paintings(uploads), start=1)]


def _mean_gram(cache: FeatureCache, uploads: Uploads, layer: str, size: int | None) -> np.ndarray:
    paintings = zip(_paintings(uploads), uploads.shares, strict=True)
    return np.sum([share * cache.matrix(cache.look_at(picture, size), layer) for picture, share in paintings], axis=0)


def _kept(
    cache: FeatureCache, uploads: Uploads, what: str, painting: Look, layer: str, make: Callable[[], np.ndarray]
) -> np.ndarray:
    """The array `make()`, kept for these paintings and shares; `painting` is the look at the first."""
    others = [
        (picture_sha256(picture), share) for picture, share in zip(uploads.others, uploads.shares[1:], strict=True)
    ]
    return cache.derived(f"{what} mixed with {others}", painting, layer, lambda: make().astype(np.float32))
