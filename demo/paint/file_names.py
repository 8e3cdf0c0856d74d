"""The name of the PNG that a visitor downloads, made from the names of the files that were uploaded."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from PIL import Image

# Keys in `Image.info` of an uploaded photo or painting: its file's name, and the path of its file.
NAME, FILE = "file name", "file"


def result_name(photo: Image.Image, painting: Image.Image, ending: str) -> str:
    """The name of a result's PNG: "castle-as-starry-night-512px.png", as far as the pictures have names."""
    names = [plain_name(picture) for picture in (photo, painting)]
    return "-".join([*("-as-".join(filter(None, names)) or "painting",), ending]) + ".png"


def plain_name(picture: Image.Image) -> str:
    """The name of an uploaded picture's file, in plain characters; "" for one that did not come from a file."""
    return _plain(str(picture.info.get(NAME, "")))


def file_name(picture: Image.Image) -> str:
    """The name of an uploaded picture's file, in plain characters; "picture.png" for one that did not come from a file."""
    name = str(picture.info.get(NAME, ""))
    ending = re.sub(r"[^A-Za-z0-9.]", "", Path(name).suffix)[:6]
    return (_plain(name) or "picture") + (ending or ".png")


def _plain(name: str) -> str:
    """The file name without folder and extension, in at most 40 ASCII letters, digits, dots and hyphens."""
    stem = Path(name.replace("\\", "/")).stem
    ascii_only = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9.]+", "-", ascii_only)[:40].strip("-.")
