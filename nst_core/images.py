"""Pictures in and out: files to 8-bit RGB, and 8-bit RGB to tensors and back.

The only place where value ranges and colour orders change. Elsewhere a picture is a PIL image in mode RGB, or a tensor
(1, 3, H, W), float32, RGB in [0, 1].
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

from .errors import PictureError
from .image_files import check_size, open_picture
from .settings import FIELDS

EXIF_ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def load_picture(source: str | Path | bytes | Image.Image) -> Image.Image:
    """Any picture as 8-bit RGB: upright, transparency over white, the first frame of an animation.

    `source` is the path of a file, a file's bytes, or a PIL image in any mode. 16-bit values are scaled, not clipped.
    A very large JPEG may be read at a half, a quarter or an eighth of its size, never below the largest size of a result.
    Raises `PictureError` for anything else, for more than `MAX_PIXELS` and for a side under `MIN_SIDE`.
    """
    if isinstance(source, Image.Image):
        return _decode(source, "The picture")
    with open_picture(source) as (image, name):
        check_size(image, name)
        largest = FIELDS["size"].metadata["high"] / max(image.size)
        image.draft(image.mode, (round(image.width * largest), round(image.height * largest)))
        return _decode(image, name)


def to_tensor(image: Image.Image) -> Tensor:
    """A PIL RGB picture -> (1, 3, H, W) float32 RGB in [0, 1]."""
    pixels = torch.from_numpy(np.array(image.convert("RGB")))
    return pixels.permute(2, 0, 1).unsqueeze(0).float().div(255).contiguous()


def to_image(picture: Tensor) -> Image.Image:
    """(1, 3, H, W) RGB in [0, 1] -> 8-bit PIL RGB, rounded to the nearest value; values outside are clipped."""
    pixels = picture.detach()[0].permute(1, 2, 0).clamp(0, 1).mul(255).round()
    return Image.fromarray(pixels.to("cpu", torch.uint8).contiguous().numpy())


def resize(image: Image.Image, width: int, height: int) -> Image.Image:
    """A PIL picture at width x height pixels (Lanczos); the picture itself when it has that size already."""
    return image if image.size == (width, height) else image.resize((width, height), Image.Resampling.LANCZOS)


def resize_tensor(picture: Tensor, width: int, height: int) -> Tensor:
    """(1, 3, H, W) in [0, 1] -> (1, 3, height, width) in [0, 1]: bicubic, antialiased, overshoot clipped."""
    resized = functional.interpolate(picture, (height, width), mode="bicubic", align_corners=False, antialias=True)
    return resized.clamp(0, 1)


def picture_sha256(image: Image.Image) -> str:
    """Hex digest of a picture's size and RGB pixels: the same for every lossless file format."""
    digest = hashlib.sha256(f"{image.width}x{image.height} RGB ".encode())
    digest.update(image.convert("RGB").tobytes())
    return digest.hexdigest()


def _decode(image: Image.Image, name: str) -> Image.Image:
    check_size(image, name)
    try:
        image.load()
    except Exception as error:  # decoders raise a dozen kinds, all with the same remedy
        fault = "is cut short" if "truncated" in str(error) else "is damaged"
        raise PictureError(f"{name} {fault}. Download or export it again, or choose another picture.") from None
    try:
        turn = TURNS.get(image.getexif().get(EXIF_ORIENTATION, 1))
    except Exception:  # a broken EXIF block is no reason to refuse a readable picture
        turn = None
    rgb = _to_rgb(image)
    rgb = rgb if turn is None else rgb.transpose(turn)
    rgb.info = {}  # EXIF, colour profiles and text of the source must not be saved with the result
    return rgb


def _to_rgb(image: Image.Image) -> Image.Image:
    """A loaded picture of any mode -> a new one in RGB, on white where it is transparent."""
    if image.mode == "F" or image.mode.startswith("I"):
        return Image.fromarray(_deep_grey(np.asarray(image))).convert("RGB")
    if not image.has_transparency_data:
        return image.copy() if image.mode == "RGB" else image.convert("RGB")
    layer = image if image.mode == "RGBA" else image.convert("LA" if image.mode == "La" else "RGBA")
    over = Image.new("RGB", image.size, "white")
    over.paste(layer, mask=layer.getchannel("A"))
    return over


def _deep_grey(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """(H, W) of 16-bit, 32-bit or float grey -> (H, W) uint8.

    Integers are taken as 0-65535, and floats as 0-1 or 0-255, whichever holds all values; with values beyond, the darkest
    becomes black and the brightest white. (Pillow's own conversion clips: everything above 255 would be white.)
    """
    whole = values.dtype.kind in "iu"
    grey = values.astype(np.float32)
    grey[~np.isfinite(grey)] = 0
    low, high = float(grey.min()), float(grey.max())
    if low >= 0 and high <= (65535 if whole else 255):
        low, high = 0.0, 65535.0 if whole else (255.0 if high > 1 else 1.0)
    scale = 255 / (high - low) if high > low else 0.0
    grey *= scale  # in place: temporary arrays of fifty million pixels would take a gigabyte
    grey -= low * scale
    return np.rint(grey, out=grey).astype(np.uint8)
