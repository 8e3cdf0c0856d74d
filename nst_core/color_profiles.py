"""Colour profiles: the colours that a picture's embedded ICC profile means, in sRGB."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image, ImageCms

SPACES = {"RGB": "RGB ", "CMYK": "CMYK", "L": "GRAY", "LAB": "Lab "}  # Pillow's mode -> the profile's colour space
SAME = 2  # of 255: a profile that changes no colour by more is that of sRGB, rounded


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """`image` in mode RGB, L, CMYK or LAB -> RGB in sRGB by its ICC `profile`; by Pillow if it cannot be used."""
    transform = _transform(profile, image.mode) if profile else None
    if transform is None:
        return image.convert("RGB")
    try:
        converted = ImageCms.applyTransform(image, transform)
    except (ImageCms.PyCMSError, ValueError, OSError, MemoryError):
        return image.convert("RGB")
    assert converted is not None
    return converted


@lru_cache(8)
def _transform(profile: bytes, mode: str) -> Any:
    """The transform from `profile` to sRGB; None for a broken one, one for another mode, and one of sRGB itself."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space != SPACES.get(mode):
            return None
        transform = ImageCms.buildTransform(
            source, ImageCms.createProfile("sRGB"), mode, "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC, _FLAGS
        )
        if mode == "RGB":
            changed = np.asarray(ImageCms.applyTransform(_SAMPLE, transform)).astype(int)
            return None if np.abs(changed - np.asarray(_SAMPLE)).max() <= SAME else transform
        return transform
    except Exception:  # a profile is data from a stranger, and a broken one no reason to refuse a readable picture
        return None


@lru_cache(1)
def srgb_profile() -> bytes:
    """The ICC profile of sRGB; the same bytes at all times, since its date is left empty."""
    data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return data[:24] + bytes(12) + data[36:]


_FLAGS = ImageCms.Flags.BLACKPOINTCOMPENSATION
_SAMPLE = Image.fromarray(np.stack(np.meshgrid(*[np.linspace(0, 255, 9)] * 3), -1).reshape(27, 27, 3).astype(np.uint8))
