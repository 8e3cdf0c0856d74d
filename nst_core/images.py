"""Pictures in and out: files to 8-bit RGB, and 8-bit RGB to tensors and back.

The only place where ranges and colour orders change. Elsewhere a picture is a PIL image in mode RGB, or a tensor
(1, 3, H, W), float32, RGB in [0, 1].
"""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

from .errors import PictureError
from .settings import FIELDS

MAX_PIXELS = 50_000_000  # a telephone's largest photo; reading one takes 100 MB as JPEG and up to 450 MB as PNG
MIN_SIDE = 16  # anything smaller is an icon or a tracking pixel, without texture to learn from or paint on

# What Pillow may open. Left out on purpose: EPS and others that start programs, and formats without a signature.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "JPEG2000", "AVIF")
SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"\0\0\0\x0cjP")
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")

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
    A very large JPEG may come back at a half, a quarter or an eighth of its size, never below the largest result.
    Raises `PictureError` for anything else, for more than `MAX_PIXELS` and for a side under `MIN_SIDE`.
    """
    if isinstance(source, Image.Image):
        return _decode(source, "The picture")
    with open_picture(source) as (image, name):
        _check_size(image, name)
        largest = FIELDS["size"].metadata["high"] / max(image.size)
        image.draft(image.mode, (round(image.width * largest), round(image.height * largest)))
        return _decode(image, name)


@contextmanager
def open_picture(source: str | Path | bytes) -> Iterator[tuple[Image.Image, str]]:
    """A PIL image of which only the header has been read, and the words to call it by in a message.

    Raises `PictureError` when there is no such file or it is no picture.
    """
    file, name = _file(source)
    with file:
        head = file.read(4096)
        file.seek(0)
        try:
            # Pillow warns on standard error above 89 million pixels; `_check_size` refuses those with a sentence.
            # Limited to that one category, the filter is harmless should another thread see it too.
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", Image.DecompressionBombWarning)
                Image.init()
                image = Image.open(file, formats=[kind for kind in FORMATS if kind in Image.OPEN])
        except Image.DecompressionBombError:
            raise _too_large(name, "more than 178 million pixels") from None
        except Exception:  # plugins raise a dozen kinds for a bad header, all with the same remedy
            raise PictureError(f"{name} {_what_it_is(head)}") from None
        with image:
            yield image, name


def to_tensor(image: Image.Image) -> Tensor:
    """A PIL RGB picture -> (1, 3, H, W) float32 RGB in [0, 1]."""
    pixels = torch.from_numpy(np.array(image.convert("RGB")))
    return pixels.permute(2, 0, 1).unsqueeze(0).float().div(255).contiguous()


def to_image(picture: Tensor) -> Image.Image:
    """(1, 3, H, W) RGB in [0, 1] -> 8-bit PIL RGB, rounded to the nearest value; what lies outside is clipped."""
    pixels = picture.detach()[0].permute(1, 2, 0).clamp(0, 1).mul(255).round()
    return Image.fromarray(pixels.to("cpu", torch.uint8).contiguous().numpy())


def resize(image: Image.Image, width: int, height: int) -> Image.Image:
    """A PIL picture at width x height pixels (Lanczos; itself when it has that size already)."""
    return image if image.size == (width, height) else image.resize((width, height), Image.Resampling.LANCZOS)


def resize_tensor(picture: Tensor, width: int, height: int) -> Tensor:
    """(1, 3, H, W) in [0, 1] -> (1, 3, height, width) in [0, 1]: bicubic, antialiased, overshoot clipped."""
    resized = functional.interpolate(picture, (height, width), mode="bicubic", align_corners=False, antialias=True)
    return resized.clamp(0, 1)


def picture_sha256(image: Image.Image) -> str:
    """Hex digest of a picture's size and RGB pixels: the same whatever file format it came in without loss."""
    digest = hashlib.sha256(f"{image.width}x{image.height} RGB ".encode())
    digest.update(image.convert("RGB").tobytes())
    return digest.hexdigest()


def _file(source: Any) -> tuple[BinaryIO, str]:
    """An open binary file and its name for messages: the last part only, since a full path is nobody's business."""
    if isinstance(source, bytes):
        if not source:
            raise PictureError("The file is empty (0 bytes). Choose another one.")
        return io.BytesIO(source), "The file"
    if source is None or source == "":
        raise PictureError("No picture was given. Choose a file.")
    if not isinstance(source, (str, Path)):
        raise PictureError(f"A picture must be a file, its bytes or a PIL image, not a {type(source).__name__}.")
    if str(source).lstrip()[:5].lower() == "data:":
        raise PictureError("The picture came as an inline data: text. Send it as a file.")
    if str(source).lower().startswith(("http://", "https://")):
        raise PictureError("The picture came as a web address. Download it and give the file.")
    path = Path(source)
    name = repr(path.name if len(path.name) <= 60 else path.name[:40] + "…" + path.name[-19:])
    try:
        if path.is_dir():
            raise PictureError(f"{name} is a folder. Give the path of one picture in it.")
        if not path.is_file():
            raise PictureError(f"There is no file {name}. Check its name and folder.")
        if path.stat().st_size == 0:
            raise PictureError(f"{name} is empty (0 bytes). Choose another file.")
        return path.open("rb"), name
    except PictureError:
        raise
    except (OSError, ValueError):  # no permission, a name too long, a null character
        raise PictureError(f"{name} cannot be opened. Check its name and that you may read it.") from None


def _what_it_is(head: bytes) -> str:
    """Why a file that starts with `head` could not be opened, and what to do."""
    if b"<svg" in head.lower() or head.startswith(b"\x1f\x8b"):
        return "is an SVG or compressed drawing, which has no pixels. Export it as PNG first."
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        return "is a HEIC picture, which cannot be read here. Save it as JPEG or PNG first."
    if head.startswith(SIGNATURES) or head[4:12] == b"ftypavif":
        return "is damaged. Download or export it again, or choose another picture."
    return "is not a picture. Choose a JPEG, PNG, WebP, GIF, BMP or TIFF file."


def _too_large(name: str, given: str) -> PictureError:
    return PictureError(f"{name} has {given}; the most is {MAX_PIXELS // 10**6} million. Scale it down first.")


def _check_size(image: Image.Image, name: str) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise _too_large(name, f"{width}x{height} pixels ({width * height / 1e6:.0f} million)")
    if min(width, height) < MIN_SIDE:
        raise PictureError(
            f"{name} is {width}x{height} pixels; each side needs at least {MIN_SIDE}. Choose a larger picture."
        )


def _decode(image: Image.Image, name: str) -> Image.Image:
    _check_size(image, name)
    try:
        image.load()
    except Exception as error:  # decoders raise a dozen kinds, all with the same remedy
        fault = "is cut short" if "truncated" in str(error) else "is damaged"
        raise PictureError(f"{name} {fault}. Download or export it again, or choose another picture.") from None
    try:
        turn = TURNS.get(image.getexif().get(EXIF_ORIENTATION, 1))
    except Exception:  # a broken EXIF block is no reason to refuse a picture that can be seen
        turn = None
    rgb = _to_rgb(image)
    rgb = rgb if turn is None else rgb.transpose(turn)
    rgb.info = {}  # EXIF, profiles and text of the source must not travel into the result
    return rgb


def _to_rgb(image: Image.Image) -> Image.Image:
    """A loaded picture of any mode -> a new one in RGB. Transparency is laid over white."""
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

    Integers are 16-bit (0-65535) and floats 0-1 or 0-255, by what they hold; beyond that, the darkest value becomes
    black and the brightest white. (Pillow's own conversion clips: everything above 255 would be white.)
    """
    whole = values.dtype.kind in "iu"
    grey = values.astype(np.float32)
    grey[~np.isfinite(grey)] = 0
    low, high = float(grey.min()), float(grey.max())
    if low >= 0 and high <= (65535 if whole else 255):
        low, high = 0.0, 65535.0 if whole else (255.0 if high > 1 else 1.0)
    scale = 255 / (high - low) if high > low else 0.0
    grey *= scale  # in place: fifty million pixels of temporaries would cost a gigabyte
    grey -= low * scale
    return np.rint(grey, out=grey).astype(np.uint8)
