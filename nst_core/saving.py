"""Pictures with their recipe inside, as files: PNG, JPEG, WebP or TIFF, complete or not at all."""

from __future__ import annotations

import io
import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from .color_profiles import srgb_profile
from .deep_tiff import deep_tiff
from .errors import PictureError
from .images import known_alpha, to_image, to_tensor, with_alpha
from .sources import shown

if TYPE_CHECKING:
    from torch import Tensor

CHUNK = "nst-recipe"  # the name of the text chunk in a PNG, and the first word of the description in other formats
IMAGE_DESCRIPTION = 0x010E  # the EXIF tag of the description

# The ending of a file's name -> its format.
ENDINGS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP", ".tif": "TIFF", ".tiff": "TIFF"}
OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 95, "subsampling": 0},
    "WEBP": {"quality": 95},
    "TIFF": {"compression": "tiff_deflate"},
}
SRGB_CHUNK = b"\0"  # the contents of a PNG's sRGB chunk: perceptual intent
EXIF_IFD, COLOR_SPACE, SRGB = 0x8769, 0xA001, 1  # EXIF's table, its tag of the colour space, and the value for sRGB


def save_picture(picture: Image.Image | Tensor, destination: str | Path | BinaryIO, recipe: dict[str, Any]) -> None:
    """Write `picture` with `recipe` inside, in the format of the destination's ending; PNG for an open file.

    A tensor, such as `Step.best`, has 16 bits a channel in a TIFF. A picture with an alpha channel in its `info[ALPHA]`,
    such as `Step.picture()` of a transparent photo, is saved with it; a JPEG stays on white.
    The file appears only once it is complete, and replaces an older one. Raises `PictureError` when it cannot be written.
    """
    if not isinstance(destination, (str, Path)):
        destination.write(encode(picture, recipe))
        return
    path = Path(destination)
    write_file(path, encode(picture, recipe, format_of(path)))


def save_png(picture: Image.Image, destination: str | Path | BinaryIO, recipe: dict[str, Any]) -> None:
    """Write `picture` as a PNG that contains `recipe`, whatever the destination's ending. Otherwise as `save_picture`."""
    data = encode(picture, recipe)
    if isinstance(destination, (str, Path)):
        write_file(Path(destination), data)
    else:
        destination.write(data)


def format_of(path: Path, endings: Mapping[str, str] = ENDINGS) -> str:
    """The value in `endings` for the ending of `path`; raises `PictureError` for another one."""
    try:
        return endings[path.suffix.lower()]
    except KeyError:
        raise PictureError(
            f"{shown(path)} does not end in a format that can be written. Use one of: {', '.join(endings)}."
        ) from None


def encode(
    picture: Image.Image | Tensor, recipe: dict[str, Any], kind: str = "PNG", alpha: Image.Image | None = None
) -> bytes:
    """The bytes of a file of format `kind`, a value of `ENDINGS`, with `recipe` inside and marked as sRGB.

    A tensor (1, 3, H, W) in [0, 1] has 16 bits a channel in a TIFF, and 8 elsewhere. `alpha` (mode L, of any size) makes it
    as transparent as that: it is on white where it is transparent. By default it is that in the picture's `info[ALPHA]`.
    """
    file = io.BytesIO()
    text = json.dumps(recipe, allow_nan=False)  # plain ASCII, so that any tool can show it
    if not isinstance(picture, Image.Image):
        if kind == "TIFF":
            return deep_tiff(with_alpha(picture, alpha), f"{CHUNK} {text}", srgb_profile())
        picture = to_image(picture)
    alpha = alpha or known_alpha(picture)
    if alpha and kind != "JPEG":
        picture = to_image(with_alpha(to_tensor(picture), alpha))
    if kind == "PNG":
        info = PngInfo()
        info.add(b"sRGB", SRGB_CHUNK)
        info.add_text(CHUNK, text)
        picture.save(file, kind, pnginfo=info)
    else:
        exif = Image.Exif()
        exif[IMAGE_DESCRIPTION] = f"{CHUNK} {text}"
        exif.get_ifd(EXIF_IFD)[COLOR_SPACE] = SRGB
        profile = {"icc_profile": srgb_profile()} if kind == "TIFF" else {}  # TIFF's readers ignore EXIF's mark
        picture.save(file, kind, exif=exif, **OPTIONS[kind], **profile)
    return file.getvalue()


def write_file(path: Path, data: bytes) -> None:
    """Write `data` as the file `path`, which appears only once it is complete. Raises `PictureError` when it cannot be.

    A link is followed; what is no regular file, such as /dev/stdout, is written to directly.
    """
    try:
        path = path.resolve()
        if path.exists() and not path.is_file() and not path.is_dir():
            path.write_bytes(data)
            return
        part = part_of(path)
        try:
            with part.open("xb") as file:
                file.write(data)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "not a file name"
        raise PictureError(f"{shown(path)} cannot be written ({reason}). Choose another folder or file name.") from None


def part_of(path: Path) -> Path:
    """A file beside `path` that is written first and renamed to `path` once it is complete; its name is never used twice.

    Process numbers would not do: two containers that share a folder can have the same.
    """
    return path.with_name(f".nst-{secrets.token_hex(8)}.part")
