"""The page's temporary files, previews, uploads and results: in a folder of its own, few, and gone with the process."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

import gradio as gr

FOLDER = "neural-style-transfer-"  # and the number of the process


def make_process_folder() -> Path | None:
    """Give this process a temporary folder of its own, and delete those that processes before it left when they were
    killed. None when the environment names a folder: it is then the host's to clean."""
    if os.environ.get("GRADIO_TEMP_DIR"):
        return None
    root = Path(tempfile.gettempdir())
    for left in root.glob(f"{FOLDER}*"):
        number = left.name.removeprefix(FOLDER)
        # In a container every start may have the same number: what has ours already is not ours.
        if number.isdecimal() and (int(number) == os.getpid() or not _alive(int(number))):
            shutil.rmtree(left, ignore_errors=True)
    own = root / f"{FOLDER}{os.getpid()}"
    own.mkdir(mode=0o700, exist_ok=True)
    # The second, too: what Gradio leaves when an upload breaks off is to be found and deleted here.
    os.environ["GRADIO_TEMP_DIR"] = tempfile.tempdir = str(own)
    return own


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True


def startup_files(page: gr.Blocks) -> set[Path]:
    """The pictures with which the page opens. They are its oldest files, and every later visitor needs them."""
    return {Path(kept) for block in page.blocks.values() for kept in block.keep_in_cache}


def sweep(folder: Path, most: int, spared: Collection[Path] = ()) -> None:
    """Delete the oldest files below `folder`, but none of `spared`, until the rest is at most `most` bytes."""
    found = []
    for path in folder.rglob("*"):
        try:
            about = path.stat()
        except OSError:  # deleted meanwhile
            continue
        if path.is_file():
            found.append((about.st_mtime, about.st_size, path))
    excess = sum(size for _, size, _ in found) - most
    for _, size, path in sorted(found):
        if excess <= 0:
            return
        if path not in spared:
            path.unlink(missing_ok=True)
            excess -= size
            if path.parent != folder:
                with suppress(OSError):  # Gradio gives every file a folder; it may hold others
                    path.parent.rmdir()
