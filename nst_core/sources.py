"""Where the bytes of a picture come from: a path, a pipe, bytes, or an open file."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any, BinaryIO

from .errors import PictureError

MAX_STREAM = 1 << 30  # bytes that are read from a pipe or an open file: they are kept in memory


def open_source(source: Any) -> tuple[BinaryIO, str]:
    """An open binary file that can seek, and its name for messages: the last part of the path (folders are private).

    `source` is a path, a pipe's path (`/dev/stdin`), bytes, or a file open for reading bytes, which is read from its
    beginning where it can seek, and left open. Raises `PictureError` for anything else.
    """
    if isinstance(source, (bytes, bytearray, memoryview)):
        if not source:
            raise PictureError("The file is empty (0 bytes). Choose another one.")
        return io.BytesIO(source), "The file"
    if source is None or source == "":
        raise PictureError("No picture was given. Choose a file.")
    if hasattr(source, "read"):
        return _read_open_file(source)
    if isinstance(source, os.PathLike):
        source = os.fsdecode(source)
    if not isinstance(source, str):
        raise PictureError(
            "A picture must be a file, its bytes, an array (H, W, 3), a tensor (1, 3, H, W) or a PIL image, not a "
            f"{type(source).__name__}."
        )
    if source.lstrip()[:5].lower() == "data:":
        raise PictureError("The picture came as an inline data: text. Send it as a file.")
    if source.lower().startswith(("http://", "https://")):
        raise PictureError("The picture came as a web address. Download it and give the file.")
    return _open_path(Path(source))


def ending_of(source: Any) -> str:
    """The ending of a source's name, ".nef"; empty when it has no name."""
    name = getattr(source, "name", source)
    return Path(name).suffix if isinstance(name, (str, os.PathLike)) else ""


def shown(path: Path) -> str:
    """The last part of `path` in quotation marks, for a message; shortened when it is long."""
    return repr(path.name if len(path.name) <= 60 else path.name[:40] + "…" + path.name[-19:])


def _open_path(path: Path) -> tuple[BinaryIO, str]:
    name = shown(path)
    try:
        if path.is_dir():
            raise PictureError(f"{name} is a folder. Give the path of one picture in it.")
        if path.exists() and not path.is_file():  # a pipe or a terminal
            with path.open("rb") as pipe:
                return _in_memory(pipe, name)
        if not path.is_file():
            raise PictureError(f"There is no file {name}. Check its name and folder.")
        if path.stat().st_size == 0:
            raise PictureError(f"{name} is empty (0 bytes). Choose another file.")
        return path.open("rb"), name
    except PictureError:
        raise
    except (OSError, ValueError):  # no permission, a name too long, a null character
        raise PictureError(f"{name} cannot be opened. Check its name and that you may read it.") from None


def _read_open_file(file: Any) -> tuple[BinaryIO, str]:
    name = getattr(file, "name", None)
    name = shown(Path(name)) if isinstance(name, str) and name else "The file"
    try:
        if file.seekable():
            file.seek(0)
        return _in_memory(file, name)
    except PictureError:
        raise
    except Exception:  # any object can have a method `read`
        raise PictureError(
            f"{name} cannot be read. Open it for reading bytes, and give it before closing it."
        ) from None


def _in_memory(file: Any, name: str) -> tuple[BinaryIO, str]:
    data = file.read(MAX_STREAM + 1)
    if not isinstance(data, bytes):
        raise PictureError(f"{name} is open as text. Open it for reading bytes, with the mode 'rb'.")
    if not data:
        raise PictureError(f"{name} is empty (0 bytes). Choose another one.")
    if len(data) > MAX_STREAM:
        raise PictureError(f"{name} has more than {MAX_STREAM >> 20} MB. Choose a smaller file.")
    return io.BytesIO(data), name
