"""The pixels of a PIL image of any mode, as 8-bit RGB: as people see them."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image

from .color_profiles import to_srgb

MOST_FRAMES = 100  # of an animation, looked at for one that shows something


def to_rgb(image: Image.Image) -> Image.Image:
    """A loaded picture of any mode -> a new one in RGB: sRGB, on white where it is transparent."""
    profile = image.info.get("icc_profile")
    profile = profile if isinstance(profile, bytes) else None
    if image.mode == "F" or image.mode.startswith("I"):
        return to_srgb(Image.fromarray(deep_grey(np.asarray(image))), profile)
    if not image.has_transparency_data:
        return _copy(to_srgb(_without_palette(image), profile), image)
    layer, over = _with_alpha(image), Image.new("RGB", image.size, "white")
    grey = image.mode in ("L", "LA", "La")
    over.paste(to_srgb(layer.convert("L" if grey else "RGB"), profile), mask=layer.getchannel("A"))
    return over


def alpha_of(image: Image.Image) -> Image.Image | None:
    """The alpha channel of a loaded picture (mode L, 255 is opaque); None when every pixel is opaque."""
    if not image.has_transparency_data:
        return None
    alpha = _with_alpha(image).getchannel("A")
    return alpha if alpha.getextrema() != (255, 255) else None


def _with_alpha(image: Image.Image) -> Image.Image:
    return image.convert("LA" if image.mode in ("LA", "La") else "RGBA")


def show_something(image: Image.Image) -> None:
    """Turn an animation whose first frame is wholly transparent to the first frame that is not."""
    frames = min(getattr(image, "n_frames", 1), MOST_FRAMES)
    if frames == 1 or not _is_blank(image):
        return
    for number in range(1, frames):
        image.seek(number)
        if not _is_blank(image):
            return
    image.seek(0)


def _is_blank(image: Image.Image) -> bool:
    return image.has_transparency_data and image.convert("RGBA").getchannel("A").getextrema()[1] == 0


def _without_palette(image: Image.Image) -> Image.Image:
    if image.mode == "1":
        return image.convert("L")
    return image if image.mode in ("RGB", "L", "CMYK", "LAB") else image.convert("RGB")


def _copy(picture: Image.Image, image: Image.Image) -> Image.Image:
    return picture.copy() if picture is image else picture


def deep_grey(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """(H, W) of 16-bit, 32-bit or float grey -> (H, W) uint8.

    Integers are taken as 0-65535, and floats as 0-1 or 0-255, whichever holds all values; with values beyond, the darkest
    becomes black and the brightest white. (Pillow's own conversion clips: everything above 255 would be white.) Where
    all integers are below 4096, they are taken as those of a camera or scanner with as few bits as hold them, 8 to 12.
    """
    whole = values.dtype.kind in "iu"
    grey = values.astype(np.float32)
    grey[~np.isfinite(grey)] = 0
    low, high = float(grey.min()), float(grey.max())
    if low >= 0 and high <= (65535 if whole else 255):
        low, high = 0.0, _white(int(high)) if whole else (255.0 if high > 1 else 1.0)
    scale = 255 / (high - low) if high > low else 0.0
    grey *= scale  # in place: temporary arrays of fifty million pixels would take a gigabyte
    grey -= low * scale
    return np.rint(grey, out=grey).astype(np.uint8)


def _white(brightest: int) -> float:
    """The white of integers up to `brightest`: 65535, or the largest number of 8 to 12 bits where these are enough."""
    return 65535.0 if brightest >= 4096 else float(2 ** max(8, brightest.bit_length()) - 1)
