"""Picture files: which of them are opened, how large they may be, and what a user is told about the others."""

from __future__ import annotations

import importlib
import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO

from PIL import Image, JpegImagePlugin

from .errors import PictureError
from .file_types import HEIC_BRANDS, JPEG_XL, RAW, raw_photo, why_refused
from .sources import ending_of, open_source

MAX_PIXELS = 50_000_000  # as decoded; reading so many takes 100 to 450 MB
# A JPEG is decoded at a fraction of its size, in little memory, unless its file is in several passes (progressive).
MAX_JPEG_PIXELS = 250_000_000
MAX_JPEG_BYTES = 450_000_000  # what libjpeg keeps of a JPEG in several passes
MIN_SIDE = 16  # pixels; anything smaller is an icon or a tracking pixel, without texture to learn from or paint on

# What Pillow may open. Left out on purpose: EPS and others that start programs, and formats without a signature.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "JPEG2000", "AVIF", "HEIF", "JXL")


@contextmanager
def open_picture(source: Any) -> Iterator[tuple[Image.Image, str]]:
    """A PIL image of which only the header has been read, and its name for messages. `source`: see `open_source`.

    Raises `PictureError` when there is no such file or it is no picture.
    """
    file, name = open_source(source)
    with file:
        head = file.read(4096)
        if raw_photo(file, head, ending_of(source)):
            raise PictureError(f"{name} {RAW}")
        _load_optional_package(head)
        file.seek(0)
        try:
            image = _open(file, head)
        except Image.DecompressionBombError:
            raise PictureError(f"{name} has more than 178 million pixels. Scale it down first.") from None
        except Exception:  # plugins raise a dozen kinds for a bad header, all with the same remedy
            raise PictureError(f"{name} {why_refused(file, head)}") from None
        with image:
            yield image, name


def check_size(image: Image.Image, name: str) -> None:
    """Raises `PictureError` for more than `MAX_PIXELS` and for a side under `MIN_SIDE`; `name` begins the message."""
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise _too_large(image, name, MAX_PIXELS)
    if min(width, height) < MIN_SIDE:
        raise PictureError(
            f"{name} is {width}x{height} pixels; each side needs at least {MIN_SIDE}. Choose a larger picture."
        )


def reduce_jpeg(image: Image.Image, name: str, longest: int) -> None:
    """Have a JPEG decoded at a half, a quarter or an eighth of its size, but its longer side not below `longest`.

    Any other image is left as it is. Raises `PictureError` for a JPEG that would take too much memory even so.
    """
    if not isinstance(image, JpegImagePlugin.JpegImageFile):
        return
    width, height = image.size
    if width * height > MAX_JPEG_PIXELS:
        raise _too_large(image, name, MAX_JPEG_PIXELS)
    kept = _bytes_kept(image)
    if kept > MAX_JPEG_BYTES:
        raise _too_large(image, name, int(MAX_JPEG_BYTES * width * height / kept), "progressive ")
    share = longest / max(width, height)
    if width * height > MAX_PIXELS:
        share = min(share, 0.5)
    if min(width, height) >= MIN_SIDE:
        image.draft(image.mode, (max(MIN_SIDE, round(width * share)), max(MIN_SIDE, round(height * share))))


def _bytes_kept(image: JpegImagePlugin.JpegImageFile) -> float:
    """What libjpeg keeps in memory: all coefficients, in 2 bytes each, of a JPEG in several passes; else next to nothing."""
    components = getattr(image, "layer", [])  # (name, across, down, table), with the sampling of each
    with suppress(Exception):  # the file's position is after the marker of the first pass: length, number of components
        in_one_pass = not image.info.get("progressive") and image.fp.read(3)[2] == len(components)  # type: ignore[union-attr]
        if in_one_pass:
            return 0.0
    most = max((across * down for _, across, down, _ in components), default=1) or 1
    return 2 * image.width * image.height * sum(across * down for _, across, down, _ in components) / most


def _open(file: BinaryIO, head: bytes) -> Image.Image:
    # Pillow warns on standard error above 89 million pixels; `check_size` refuses those with a message. Limited to that
    # one category, the filter is harmless if another thread sees it too.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        Image.init()
        if head.startswith(b"\xff\xd8\xff"):
            return JpegImagePlugin.jpeg_factory(file)  # past Pillow's limit: a JPEG need not be decoded whole
        return Image.open(file, formats=[kind for kind in FORMATS if kind in Image.OPEN])


def _load_optional_package(head: bytes) -> None:
    """Add the format of a file that starts with `head` to Pillow's, where the package for it is installed."""
    with suppress(Exception):  # a package that is missing or does not fit this Pillow: the file is then refused by name
        if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
            importlib.import_module("pillow_heif").register_heif_opener()
        elif head.startswith(JPEG_XL):
            importlib.import_module("pillow_jxl")


def _too_large(image: Image.Image, name: str, most: int, when: str = "") -> PictureError:
    width, height = image.size
    given = math.ceil(width * height / 1e5) / 10  # rounded up, and the limit down: they never look equal
    kind = f"a {when}{image.format}" if image.format else "a picture"
    return PictureError(
        f"{name} has {width}x{height} pixels ({given:g} million); {kind} may have {most // 10**6} million. "
        f"Scale it down{'' if image.format == 'JPEG' and not when else ', or save it as a plain JPEG'} first."
    )
