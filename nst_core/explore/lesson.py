"""The lesson: change a photo on purpose and see what content and style make of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image, ImageOps

from nst_core.images import to_tensor
from nst_core.layers import CONTENT_LAYERS, STYLE_LAYERS
from nst_core.vgg import Encoder

from .compare import content_error, mismatch
from .grams import gram
from .look import Look


def _rolled(image: Image.Image, across: int, down: int) -> Image.Image:
    return Image.fromarray(np.roll(np.asarray(image), (down, across), axis=(0, 1)))


def _shuffled(image: Image.Image, side: int) -> Image.Image:
    """The picture cut into squares of `side` pixels (what is left over stays), which change places."""
    pixels = np.array(image)
    places = [
        (row, column)
        for row in range(0, image.height - side + 1, side)
        for column in range(0, image.width - side + 1, side)
    ]
    source = pixels.copy()
    order = np.random.default_rng(0).permutation(len(places))
    for (row, column), taken in zip(places, order, strict=True):
        from_row, from_column = places[taken]
        pixels[row : row + side, column : column + side] = source[from_row:, from_column:][:side, :side]
    return Image.fromarray(pixels)


def _grey(image: Image.Image) -> Image.Image:
    return image.convert("L").convert("RGB")


# name -> (words, what is done to the picture; `amount` in pixels where it has one)
CHANGES: dict[str, tuple[str, Callable[[Image.Image, int], Image.Image]]] = {
    "shift": ("moved sideways, what leaves on the right comes back on the left", lambda i, n: _rolled(i, n, 0)),
    "mirror": ("mirrored", lambda i, _: ImageOps.mirror(i)),
    "upside down": ("turned upside down", lambda i, _: ImageOps.flip(i)),
    "quarters": ("its four quarters swapped", lambda i, _: _rolled(i, i.width // 2, i.height // 2)),
    "grey": ("without colour", lambda i, _: _grey(i)),
    "shuffle": ("cut into squares that change places", _shuffled),
}
AMOUNTS = {"shift": 16, "shuffle": 32}  # in pixels of the picture looked at; the others have none


def perturbed(picture: Image.Image, change: str, amount: int | None = None) -> Image.Image:
    """`picture` after one of `CHANGES`. `amount` is the way in pixels for "shift", the side of a square for "shuffle"."""
    _, work = CHANGES[change]
    return work(picture, AMOUNTS.get(change, 0) if amount is None else max(1, int(amount)))


@dataclass(frozen=True)
class Lesson:
    """What a change did: relative mismatches (0 is nothing, 1 as wrong as a black picture), and where."""

    content: dict[str, float]  # by content layer
    style: dict[str, float]  # by style layer
    error: np.ndarray  # (H, W) content error at the first content layer


def lesson(
    original: Look,
    picture: Image.Image,
    encoder: Encoder,
    content_layers: Sequence[str] = CONTENT_LAYERS,
    style_layers: Sequence[str] = STYLE_LAYERS,
) -> Lesson:
    """Compare `picture`, of the same size as `original.picture`, with it."""
    with torch.no_grad():
        found = encoder(to_tensor(picture).to(encoder.device), (*content_layers, *style_layers))
    pairs = {name: (features[0].cpu().numpy(), original.features(name)) for name, features in found.items()}
    content = {name: mismatch(*pairs[name]) for name in content_layers}
    style = {name: mismatch(*(gram(features) for features in pairs[name])) for name in style_layers}
    return Lesson(content, style, content_error(*pairs[content_layers[0]]))
