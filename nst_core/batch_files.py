"""The photos and paintings of a batch: files, folders and patterns, and which photo is painted after which painting."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from .errors import PictureError
from .sources import shown

# The endings of the files that are taken from a folder; a file that is named itself may have any.
ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".jp2", ".avif", ".heic", ".heif", ".jxl")
STEM = 80  # bytes of a file's name that are used in that of a result: file systems allow 255 in all


@dataclass(frozen=True)
class Pair:
    """A photo and the painting after which it is painted."""

    photo: Path
    painting: Path

    @property
    def name(self) -> str:
        """The name of the result's file, without ending: "castle-as-starry night"."""
        return "-as-".join(_cut(path.stem) for path in (self.photo, self.painting))


def find_pictures(given: Sequence[str]) -> list[Path]:
    """The files that `given` names, each once: files, the pictures in a folder by name, and those that fit a pattern.

    Patterns are those of the shell, and ** any folders. Raises `PictureError` for what names no file.
    """
    found: dict[Path, Path] = {}
    for name in given:
        paths = _files(name)
        if not paths:
            what = "holds no picture" if Path(name).is_dir() else "is no file, nor a pattern that fits one"
            raise PictureError(f"{shown(Path(name))} {what}. Check its name and folder.")
        for path in paths:
            found.setdefault(path.resolve(), path)
    return list(found.values())


def make_pairs(photos: Sequence[Path], paintings: Sequence[Path], one_to_one: bool = False) -> list[Pair]:
    """Every photo after every painting, one painting after the other; `one_to_one` the first after the first, and so on.

    In this order the Gram matrices of one painting at a time are needed. Raises `PictureError` when two lists that should
    be paired differ in length.
    """
    if not one_to_one:
        return [Pair(photo, painting) for painting, photo in product(paintings, photos)]
    if len(photos) != len(paintings):
        raise PictureError(
            f"{len(photos)} photos and {len(paintings)} paintings cannot be paired. Give as many of each, or no --pair."
        )
    return [Pair(photo, painting) for photo, painting in zip(photos, paintings, strict=True)]


def _files(name: str) -> list[Path]:
    path = Path(name)
    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.is_file() and _is_picture(file))
    if path.exists():
        return [path]
    try:
        return [file for file in map(Path, sorted(glob.glob(name, recursive=True))) if file.is_file()]
    except (OSError, ValueError):
        return []


def _is_picture(file: Path) -> bool:
    return file.suffix.lower() in ENDINGS and not file.name.startswith(".")


def _cut(stem: str) -> str:
    return stem.encode()[:STEM].decode(errors="ignore")
