"""The page's temporary files (previews, uploads, results): in a folder of its own, bounded, deleted with the process."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

FOLDER = "neural-style-transfer-"  # followed by the process ID


def make_process_folder() -> Path | None:
    """Give this process a temporary folder of its own, and delete those of processes that were killed.

    Sets GRADIO_TEMP_DIR and `tempfile.tempdir`, so call it before the page is built. None, and nothing is done, when the
    environment names a folder already: then whoever named it cleans it.
    """
    if os.environ.get("GRADIO_TEMP_DIR"):
        return None
    root = Path(tempfile.gettempdir())
    for left in root.glob(f"{FOLDER}*"):
        number = left.name.removeprefix(FOLDER)
        # In a container every start can have the same number: a folder with ours is from a start before this one.
        if number.isdecimal() and (int(number) == os.getpid() or not _is_running(int(number))):
            shutil.rmtree(left, ignore_errors=True)
    folder = root / f"{FOLDER}{os.getpid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    # Also Python's own: Gradio leaves uploads that broke off there.
    os.environ["GRADIO_TEMP_DIR"] = tempfile.tempdir = str(folder)
    return folder


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it belongs to another user
        return True
    return True


def sweep(folder: Path, most: int, kept: Collection[Path] = ()) -> None:
    """Delete the oldest files below `folder`, but none of `kept`, until the rest has at most `most` bytes."""
    found = []
    for parent, _, names in os.walk(folder):  # passes over folders that are deleted meanwhile; `rglob` raises an error
        for name in names:
            path = Path(parent, name)
            with suppress(OSError):  # deleted in the meantime
                about = path.stat()
                found.append((about.st_mtime, about.st_size, path))
    excess = sum(size for _, size, _ in found) - most
    for _, size, path in sorted(found):
        if excess <= 0:
            return
        if path not in kept:
            path.unlink(missing_ok=True)
            excess -= size
            if path.parent != folder:
                with suppress(OSError):  # Gradio makes a folder for every file; it may hold others
                    path.parent.rmdir()
