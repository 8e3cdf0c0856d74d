"""What is worth saying before a run: pictures and settings that are allowed, and unlikely to give what is wanted."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image

from .images import load_picture, load_pictures, resize
from .settings import Settings

SIDE = 128  # pixels; the texture is measured at this size
COMPARED_SIDE = 32  # pixels; at this size the errors of a JPEG have averaged out
SAME = 5.0  # of 255: the mean difference of two copies of a picture, one of them a JPEG or scaled
FLAT = 2.0  # of 255: the mean difference of neighbouring pixels, below which there is no texture
SMALL = 0.5  # a painting below this share of the size that it is brought to has blurred strokes


def warnings_for(photo: Any, paintings: Any, settings: Settings) -> list[str]:
    """Sentences about what will probably disappoint; none when all is well.

    `photo` and `paintings` are what `transfer` takes: pictures, of which `paintings` may be a list of several.
    """
    photo, paintings = load_picture(photo), load_pictures(paintings)
    if not settings.style_used:
        return []
    found = [words for painting in paintings for words in _warnings_for_one(photo, painting, settings)]
    return list(dict.fromkeys(found))


def _warnings_for_one(photo: Image.Image, painting: Image.Image, settings: Settings) -> list[str]:
    found = []
    side = round(settings.size * settings.style_scale)
    if _difference(photo, painting) < SAME:
        found.append(
            "The photo and the painting are the same picture: there is no other style to learn. Choose a painting."
        )
    if _texture(painting) < FLAT:
        found.append("The painting has next to no texture to learn from. Choose one with visible strokes or patterns.")
    if max(painting.size) < SMALL * side:
        found.append(
            f"The painting has {painting.width}x{painting.height} pixels and is enlarged to {side}: its strokes will be "
            "blurred. Choose a larger copy, or a smaller size or style_scale."
        )
    return found


def _difference(photo: Image.Image, painting: Image.Image) -> float:
    """The mean difference of two pictures' values (0-255); infinite when their shapes differ."""
    if abs(photo.width * painting.height / (photo.height * painting.width) - 1) > 0.02:
        return float("inf")
    one, other = (np.asarray(resize(picture, COMPARED_SIDE, COMPARED_SIDE), float) for picture in (photo, painting))
    return float(np.abs(one - other).mean())


def _texture(painting: Image.Image) -> float:
    """The mean difference of neighbouring pixels (0-255), of the painting at a small size."""
    values = np.asarray(resize(painting, SIDE, SIDE), float)
    return float(np.abs(np.diff(values, axis=0)).mean() + np.abs(np.diff(values, axis=1)).mean()) / 2
