"""What is worth saying before a run: pictures and settings that are allowed, and unlikely to give what is wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from .images import load_picture, resize
from .settings import Settings

SIDE = 128  # pixels; the texture is measured at this size
COMPARED_SIDE = 32  # pixels; at this size the errors of a JPEG have averaged out
SAME = 5.0  # of 255: the mean difference of two copies of a picture, one of them a JPEG or scaled
FLAT = 2.0  # of 255: the mean difference of neighbouring pixels, below which there is no texture
SMALL = 0.5  # a picture below this share of the size that it is brought to is blurred


@dataclass(frozen=True)
class Sample:
    """What `warnings_for` needs of a picture: its width and height in pixels, and the picture at `SIDE` x `SIDE` pixels."""

    width: int
    height: int
    small: Image.Image

    @classmethod
    def of(cls, picture: Any) -> Sample:
        """The sample of anything that `load_picture` takes; raises `PictureError` as it does."""
        image = load_picture(picture)
        return cls(*image.size, resize(image, SIDE, SIDE))


def warnings_for(photo: Any, paintings: Any, settings: Settings) -> list[str]:
    """Sentences about what will probably disappoint; none when all is well.

    `photo` and `paintings` are what `transfer` takes: pictures, of which `paintings` may be a list of several. Each may
    also be a `Sample`, which need not be made again for other settings.
    """
    paintings = paintings if isinstance(paintings, (list, tuple)) else [paintings]
    photo, *paintings = (
        picture if isinstance(picture, Sample) else Sample.of(picture) for picture in (photo, *paintings)
    )
    if not settings.style_used:
        return []
    found = [words for painting in paintings for words in _warnings_for_one(photo, painting, settings)]
    if max(photo.width, photo.height) < SMALL * settings.size:
        found.append(
            f"The photo has {photo.width}x{photo.height} pixels and is enlarged to {settings.size}: its shapes will be "
            "blurred. Choose a larger copy or a smaller size."
        )
    return list(dict.fromkeys(found))


def _warnings_for_one(photo: Sample, painting: Sample, settings: Settings) -> list[str]:
    found = []
    side = round(settings.size * settings.style_scale)
    if _difference(photo, painting) < SAME:
        found.append(
            "The photo and the painting are the same picture: there is no other style to learn. Choose a painting."
        )
    if _texture(painting) < FLAT:
        found.append("The painting has next to no texture to learn from. Choose one with visible strokes or patterns.")
    if max(painting.width, painting.height) < SMALL * side:
        found.append(
            f"The painting has {painting.width}x{painting.height} pixels and is enlarged to {side}: its strokes will be "
            "blurred. Choose a larger copy, a smaller brush or a smaller size."
        )
    return found


def _difference(photo: Sample, painting: Sample) -> float:
    """The mean difference of two pictures' values (0-255); infinite when their shapes differ."""
    if abs(photo.width * painting.height / (photo.height * painting.width) - 1) > 0.02:
        return float("inf")
    one, other = (np.asarray(resize(sample.small, COMPARED_SIDE, COMPARED_SIDE), float) for sample in (photo, painting))
    return float(np.abs(one - other).mean())


def _texture(painting: Sample) -> float:
    """The mean difference of neighbouring pixels (0-255), of the painting at a small size."""
    values = np.asarray(painting.small, float)
    return float(np.abs(np.diff(values, axis=0)).mean() + np.abs(np.diff(values, axis=1)).mean()) / 2
