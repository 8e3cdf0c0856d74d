"""Where the painted picture goes: checked before the run, and saved elsewhere rather than lost after it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from .errors import PictureError
from .saving import ENDINGS, format_of, part_of, write_file
from .sources import shown
from .terminal import write_stdout

FALLBACK_NAME = "painting.png"  # of a picture that standard output does not take


@dataclass(frozen=True)
class Output:
    """The place that was asked for; `path` is None for standard output. `endings` are those of `check_output`."""

    path: Path | None
    force: bool = False
    endings: Mapping[str, str] = field(default_factory=lambda: ENDINGS)

    @property
    def kind(self) -> str:
        """The format to write, as Pillow calls it."""
        if self.path is None or _is_special(self.path):
            return next(iter(self.endings.values()))
        return format_of(self.path, self.endings)

    def save(self, data: bytes) -> tuple[str, str]:
        """Write `data` there, or where it can be written; returns the place, and why it is another ("" if it is not).

        Raises `PictureError` when it cannot be written anywhere.
        """
        why = ""
        if self.path is None:
            try:
                write_stdout(data)
                return "standard output", ""
            except (OSError, ValueError) as error:
                why = f"Standard output takes no picture ({error})."
        elif self.force or _is_special(self.path) or not self.path.exists():
            try:
                write_file(self.path, data)
                return str(self.path), ""
            except PictureError as error:
                why = str(error).partition(". ")[0] + "."
        else:
            why = f"{shown(self.path)} has come into being meanwhile."
        for path in self._elsewhere():
            with suppress(PictureError):
                write_file(path, data)
                return str(path), why
        raise PictureError(f"{why} Nor can it be saved in the current or the temporary folder.")

    def _elsewhere(self) -> Iterator[Path]:
        """Unused paths beside the one asked for (when that exists), in the current and in the temporary folder."""
        name = self.path.name if self.path else FALLBACK_NAME
        with suppress(OSError):
            if self.path and self.path.exists():
                yield _unused(self.path)
        with suppress(OSError):  # the current folder may be gone
            yield _unused(Path.cwd() / name)
        with suppress(OSError):
            yield _unused(Path(tempfile.gettempdir()) / name)


def check_output(name: str, inputs: Iterable[str | None], force: bool, endings: Mapping[str, str] = ENDINGS) -> Output:
    """The output called `name`, with its folder made. Raises `PictureError` for one that must not or cannot be written.

    `endings` are the endings that its name may have, with their formats; a name without one gets the first.
    Nobody should wait for a picture that cannot be saved, nor lose one that is there already.
    """
    if name == "-":
        if sys.stdout is not None and sys.stdout.isatty():
            raise PictureError("Standard output is the terminal. Send it to a file or a program, or give a file name.")
        return Output(None)
    try:
        return Output(_checked_path(Path(name), inputs, force, endings), force, endings)
    except (OSError, ValueError, RuntimeError) as error:
        if isinstance(error, PictureError):
            raise
        raise PictureError(
            f"{shown(Path(name))} cannot be written there. Choose another folder or file name."
        ) from None


def _checked_path(path: Path, inputs: Iterable[str | None], force: bool, endings: Mapping[str, str]) -> Path:
    if not path.is_dir() and not _is_special(path):
        path = path if path.suffix else path.with_suffix(next(iter(endings)))
        format_of(path, endings)
    if path.is_dir():
        raise PictureError(f"{shown(path)} is a folder. Give the name of a file in it.")
    if any(_is_same(path, Path(name)) for name in inputs if name and name != "-"):
        raise PictureError(f"{shown(path)} is one of the inputs, which would be lost. Choose another name.")
    if _is_special(path):
        return path
    if path.exists() and not force:
        raise PictureError(f"{shown(path)} exists already. Choose another name, or replace it with --force.")
    if path.exists() and not path.stat().st_mode & 0o222:
        raise PictureError(f"{shown(path)} is protected against writing. Choose another name.")
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    part = part_of(target)
    part.touch()
    part.unlink()
    return path


def _is_special(path: Path) -> bool:
    """Whether `path` is a device or a pipe, such as /dev/stdout."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _is_same(one: Path, other: Path) -> bool:
    with suppress(OSError):
        return one.resolve() == other.resolve() or one.samefile(other)
    return False


def _unused(path: Path) -> Path:
    """`path`, or the first of name-2, name-3 and so on that does not exist."""
    number, free = 1, path
    while free.exists() or free.is_symlink():
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free
