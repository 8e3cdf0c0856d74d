"""Change a picture on purpose, and measure how much its content features and its Gram matrices change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps

from nst_core.images import to_tensor
from nst_core.layers import CONTENT_LAYERS, STYLE_LAYERS

from .compare import content_error, mismatch
from .grams import gram
from .look import Look

if TYPE_CHECKING:
    from nst_core.vgg import Encoder


def _rolled(image: Image.Image, across: int, down: int) -> Image.Image:
    """The picture moved right and down by so many pixels; what leaves on one side comes back on the other."""
    return Image.fromarray(np.roll(np.asarray(image), (down, across), axis=(0, 1)))


def _squares_shuffled(image: Image.Image, side: int) -> Image.Image:
    """The picture cut into squares of `side` pixels, which are permuted; an incomplete last row or column stays."""
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


# name -> the change; its second argument is a number of pixels, which only the changes in `AMOUNTS` use
CHANGES: dict[str, Callable[[Image.Image, int], Image.Image]] = {
    "shift": lambda image, pixels: _rolled(image, pixels, 0),
    "mirror": lambda image, _: ImageOps.mirror(image),
    "upside down": lambda image, _: ImageOps.flip(image),
    "quarters": lambda image, _: _rolled(image, image.width // 2, image.height // 2),
    "grey": lambda image, _: _grey(image),
    "shuffle": _squares_shuffled,
}
AMOUNTS = {"shift": 16, "shuffle": 32}  # default amounts in pixels: distance to the right, side of a square


def perturbed(picture: Image.Image, change: str, amount: int | None = None) -> Image.Image:
    """`picture` (RGB) after one of `CHANGES`, at the same size.

    `amount` is in pixels: the distance for "shift", the side of a square for "shuffle"; the other changes have none.
    """
    return CHANGES[change](picture, AMOUNTS.get(change, 0) if amount is None else max(1, int(amount)))


@dataclass(frozen=True)
class Lesson:
    """How far a changed picture is from the original: relative mismatches (0 is equal, 1 as far off as zeros)."""

    content: dict[str, float]  # content layer -> mismatch of the features
    style: dict[str, float]  # style layer -> mismatch of the Gram matrices
    error: np.ndarray  # (H, W) content error at the first content layer


def lesson(
    original: Look,
    picture: Image.Image,
    encoder: Encoder,
    content_layers: Sequence[str] = CONTENT_LAYERS,
    style_layers: Sequence[str] = STYLE_LAYERS,
) -> Lesson:
    """Compare `picture` with `original.picture`, which has the same size. Raises `LayerError`."""
    import torch

    with torch.no_grad():
        found = encoder(to_tensor(picture).to(encoder.device), (*content_layers, *style_layers))
    pairs = {name: (features[0].cpu().numpy(), original.features(name)) for name, features in found.items()}
    content = {name: mismatch(*pairs[name]) for name in content_layers}
    style = {name: mismatch(*(gram(features) for features in pairs[name])) for name in style_layers}
    return Lesson(content, style, content_error(*pairs[content_layers[0]]))
