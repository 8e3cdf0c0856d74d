"""Picture files: which of them are opened, and what a user is told about the others."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image

from .errors import PictureError

MAX_PIXELS = 50_000_000  # a telephone's largest photo; reading one takes 100 MB as JPEG and up to 450 MB as PNG
MIN_SIDE = 16  # pixels; anything smaller is an icon or a tracking pixel, without texture to learn from or paint on

# What Pillow may open. Left out on purpose: EPS and others that start programs, and formats without a signature.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "JPEG2000", "AVIF")
SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"\0\0\0\x0cjP")
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


@contextmanager
def open_picture(source: str | Path | bytes) -> Iterator[tuple[Image.Image, str]]:
    """A PIL image of which only the header has been read, and its name for messages.

    Raises `PictureError` when there is no such file or it is no picture.
    """
    file, name = _open_file(source)
    with file:
        head = file.read(4096)
        file.seek(0)
        try:
            # Pillow warns on standard error above 89 million pixels; `check_size` refuses those with a message.
            # Limited to that one category, the filter is harmless if another thread sees it too.
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", Image.DecompressionBombWarning)
                Image.init()
                image = Image.open(file, formats=[kind for kind in FORMATS if kind in Image.OPEN])
        except Image.DecompressionBombError:
            raise _too_large(name, "more than 178 million pixels") from None
        except Exception:  # plugins raise a dozen kinds for a bad header, all with the same remedy
            raise PictureError(f"{name} {_why_refused(head)}") from None
        with image:
            yield image, name


def check_size(image: Image.Image, name: str) -> None:
    """Raises `PictureError` for more than `MAX_PIXELS` and for a side under `MIN_SIDE`; `name` begins the message."""
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise _too_large(name, f"{width}x{height} pixels ({width * height / 1e6:.0f} million)")
    if min(width, height) < MIN_SIDE:
        raise PictureError(
            f"{name} is {width}x{height} pixels; each side needs at least {MIN_SIDE}. Choose a larger picture."
        )


def _open_file(source: Any) -> tuple[BinaryIO, str]:
    """An open binary file, and its name for messages: the last part of the path, since the folders are private."""
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


def _why_refused(head: bytes) -> str:
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
