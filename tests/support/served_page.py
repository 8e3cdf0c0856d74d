"""The page, served in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from demo.serving import gradio_internals  # noqa: F401  # before gradio, whose import takes half the time then

# isort: split
import gradio as gr

from demo.compute.limits import Limits
from demo.compute.worker import Worker
from demo.page import build, launch_options
from nst_core.vgg import Encoder


@contextmanager
def served(encoder: Encoder, limits: Limits | None = None, **options: Any) -> Iterator[tuple[gr.Blocks, str]]:
    """The page and its address, with a "/" at its end; closed at the end. `options` are more of `launch`."""
    worker = Worker(encoder, limits=limits)
    worker.check_pace()  # the first visitor is told at once how long a run takes
    worker.warm_up()  # at once and not beside the first requests: tests count what the network is shown for those
    with served_by(worker, **options) as page:
        yield page


@contextmanager
def served_by(worker: Worker, **options: Any) -> Iterator[tuple[gr.Blocks, str]]:
    """As `served`, with the runs of this worker."""
    page = build(worker)
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, **launch_options(page, worker), **options)
    try:
        yield page, url
    finally:
        page.close(verbose=False)


def disk_full(page: gr.Blocks, monkeypatch: pytest.MonkeyPatch, folder: Path, *labels: str) -> None:
    """To the end of the test no file can be written for the components with these labels."""
    (folder / "file").write_text("A file is no folder: nothing can be written below it, whoever tries.")
    for component in page.blocks.values():
        if getattr(component, "label", None) in labels:
            monkeypatch.setattr(component, "GRADIO_CACHE", str(folder / "file" / "cache"))
