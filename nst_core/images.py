"""Pictures in and out: files to 8-bit RGB, and 8-bit RGB to tensors and back.

Between the modules a picture is a PIL image in mode RGB, or a tensor (1, 3, H, W), float32, RGB in [0, 1].
"""

from __future__ import annotations

import hashlib
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from .errors import PictureError
from .image_files import check_size, open_picture, reduce_jpeg
from .pixels import alpha_of, show_something, to_rgb

if TYPE_CHECKING:
    # torch takes seconds to load, and files are read without it: so only the functions below that make tensors import it.
    from torch import Tensor

# Pixels: a JPEG is read at a fraction of its size where that leaves its longer side no shorter than this, to save memory.
READ_SIDE = 2048
EXIF_ORIENTATION = 0x0112
ALPHA = "alpha"  # key in `Image.info` of a picture that is transparent in places: its alpha channel, in mode L
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def load_picture(source: Any, side: int = 0) -> Image.Image:
    """Any picture as 8-bit RGB in sRGB: upright, transparency over white, the first frame that shows something.

    Of a picture that is transparent in places, `info[ALPHA]` keeps the alpha channel.
    `source` is the path of a file or pipe, a file's bytes, a file open for reading bytes, an array (H, W), (H, W, 3) or
    (H, W, 4), uint8 or floats in [0, 1], a tensor (1, 3, H, W) or (3, H, W) in [0, 1], or a PIL image in any mode.
    16-bit values are scaled, not clipped. A very large JPEG may be read at a half, a quarter or an eighth of its size,
    never with a longer side below `side` or `READ_SIDE`. Raises `PictureError` for anything else, for more than
    `MAX_PIXELS` and for a side under `MIN_SIDE`.
    """
    if isinstance(source, np.ndarray) or _is_tensor(source):
        source = _from_numbers(source)
    if isinstance(source, Image.Image):
        return _decode(source, "The picture")
    with open_picture(source) as (image, name):
        reduce_jpeg(image, name, max(READ_SIDE, side))
        return _decode(image, name)


def load_pictures(sources: Any, side: int = 0) -> list[Image.Image]:
    """`load_picture` of every item of a list or tuple, or of one picture. Raises `PictureError` when there is none."""
    if not isinstance(sources, (list, tuple)):
        sources = [sources]
    if not sources:
        raise PictureError("No painting was given. Choose at least one.")
    return [load_picture(source, side) for source in sources]


def to_tensor(image: Image.Image) -> Tensor:
    """A PIL RGB picture -> (1, 3, H, W) float32 RGB in [0, 1]."""
    import torch

    pixels = torch.from_numpy(np.array(image.convert("RGB")))
    return pixels.permute(2, 0, 1).unsqueeze(0).float().div(255).contiguous()


def to_image(picture: Tensor) -> Image.Image:
    """(1, 3, H, W) RGB in [0, 1] -> 8-bit PIL RGB, and (1, 4, H, W) -> RGBA, rounded to the nearest value.

    Values outside are clipped.
    """
    pixels = picture.detach()[0].permute(1, 2, 0).clamp(0, 1).mul(255).round()
    return Image.fromarray(pixels.byte().cpu().contiguous().numpy())


def opacity(image: Image.Image, width: int, height: int) -> Tensor | None:
    """(1, 1, height, width) in [0, 1], 1 where a picture from `load_picture` is opaque; None when it is everywhere."""
    alpha = image.info.get(ALPHA)
    if alpha is None:
        return None
    return _opacity_of(alpha, width, height)


def with_alpha(picture: Tensor, alpha: Image.Image | None) -> Tensor:
    """`picture` (1, 3, H, W) in [0, 1], on white where `alpha` (mode L, any size) is not 255 -> (1, 4, H, W), RGBA.

    The colours are those that give `picture` again when they are put on white. Without `alpha` it stays as it is.
    """
    if alpha is None:
        return picture
    import torch

    height, width = picture.shape[-2:]
    opaque = _opacity_of(alpha, width, height).to(picture.device)
    colors = (picture - (1 - opaque)) / opaque.clamp_min(1 / 255)
    return torch.cat([colors.clamp(0, 1), opaque], 1)


def known_alpha(image: Image.Image) -> Image.Image | None:
    """The alpha channel of a picture that came from `load_picture`.

    A file may hold any text under the same key, and a picture that was cropped still has that of the whole.
    """
    alpha = image.info.get(ALPHA)
    return alpha if isinstance(alpha, Image.Image) and alpha.size == image.size else None


def is_grey(image: Image.Image) -> bool:
    """Whether every pixel of an RGB picture is a grey."""
    red, green, blue = image.split()
    return red.tobytes() == green.tobytes() == blue.tobytes()


def resize(image: Image.Image, width: int, height: int) -> Image.Image:
    """A PIL picture at width x height pixels (Lanczos); the picture itself when it has that size already."""
    return image if image.size == (width, height) else image.resize((width, height), Image.Resampling.LANCZOS)


def resize_tensor(picture: Tensor, width: int, height: int) -> Tensor:
    """(1, 3, H, W) in [0, 1] -> (1, 3, height, width) in [0, 1]: bicubic, antialiased, overshoot clipped."""
    from torch.nn import functional

    resized = functional.interpolate(picture, (height, width), mode="bicubic", align_corners=False, antialias=True)
    return resized.clamp(0, 1)


def picture_sha256(image: Image.Image) -> str:
    """Hex digest of a picture's size and RGB pixels: the same for every lossless file format."""
    digest = hashlib.sha256(f"{image.width}x{image.height} RGB ".encode())
    digest.update(image.convert("RGB").tobytes())
    return digest.hexdigest()


def _decode(image: Image.Image, name: str) -> Image.Image:
    check_size(image, name)
    frame = image.tell()
    deep = ";16" in str(getattr(image, "tile", ""))  # 16-bit colours, of which Pillow keeps the high byte only
    try:
        image.load()
        show_something(image)
        rgb, alpha = to_rgb(image), known_alpha(image) or alpha_of(image)
    except MemoryError:
        raise PictureError(f"{name} does not fit into memory. Scale it down first.") from None
    except Exception as error:  # decoders raise a dozen kinds, all with the same remedy
        fault = "is cut short" if "truncated" in str(error) else "is damaged"
        raise PictureError(f"{name} {fault}. Download or export it again, or choose another picture.") from None
    if deep and image.mode == "RGB" and np.asarray(rgb).max() < 16:
        raise PictureError(
            f"{name} is black as far as it can be read here: it seems to hold colours of 12 bits in 16. "
            "Export it with 8 bits."
        )
    try:
        turn = TURNS.get(image.getexif().get(EXIF_ORIENTATION, 1))
    except Exception:  # a broken EXIF block is no reason to refuse a readable picture
        turn = None
    if image.tell() != frame:
        with suppress(Exception):  # for the caller of a PIL image, which stays as it was
            image.seek(frame)
    if turn is not None:
        rgb, alpha = rgb.transpose(turn), alpha and alpha.transpose(turn)
    rgb.info = {ALPHA: alpha} if alpha else {}  # no EXIF, colour profile or text of the source is saved with the result
    return rgb


def _opacity_of(alpha: Image.Image, width: int, height: int) -> Tensor:
    """`alpha` (mode L) -> (1, 1, height, width) in [0, 1]."""
    import torch

    return torch.from_numpy(np.array(resize(alpha, width, height)))[None, None].float().div(255)


def _is_tensor(source: Any) -> bool:
    """Whether `source` is a tensor; whoever has one has loaded torch."""
    # While another thread is loading torch, the module is there already and has no `Tensor` yet.
    tensor = getattr(sys.modules.get("torch"), "Tensor", None)
    return tensor is not None and isinstance(source, tensor)


def _from_numbers(values: np.ndarray[Any, Any] | Tensor) -> Image.Image:
    """The picture in an array or a tensor; raises `PictureError` for a shape or a type that cannot be one."""
    given = f"{tuple(values.shape)} of {values.dtype}"
    if not isinstance(values, np.ndarray):
        values = values.detach()
        values = values[0] if values.ndim == 4 and values.shape[0] == 1 else values
        if values.ndim != 3 or values.shape[0] != 3 or 0 in values.shape or not values.is_floating_point():
            raise PictureError(f"A tensor must be (1, 3, H, W) or (3, H, W) of floats in [0, 1], not {given}.")
        return to_image(values.float().nan_to_num().unsqueeze(0))
    values = values[..., 0] if values.ndim == 3 and values.shape[2] == 1 else values
    floats = values.dtype.kind == "f"
    if (
        (values.ndim != 2 and values.shape[2:] not in ((3,), (4,)))
        or 0 in values.shape
        or not (floats or values.dtype == np.uint8)
    ):
        raise PictureError(f"An array must be (H, W, 3) of uint8, or of floats in [0, 1], not {given}.")
    if floats:
        values = np.rint(np.nan_to_num(values).clip(0, 1) * 255).astype(np.uint8)
    return Image.fromarray(np.ascontiguousarray(values))
