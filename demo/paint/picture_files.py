"""The files of a run: its previews, and at the end the PNG and both pictures of the slider. A full disk costs no picture."""

from __future__ import annotations

import io
from typing import NamedTuple

import gradio as gr
from PIL import Image

from .. import text
from ..error_log import attempt
from ..serving import gradio_internals
from .updates import Finished, Update


class ResultFiles(NamedTuple):
    """Paths of the download and of the two pictures to compare."""

    png: str
    photo: str
    picture: str


def preview_file(view: Update, component: gr.components.Component, notes: list[str]) -> str | None:
    """The path of a JPEG of the preview for `component`; None, and a note, when there is none or it cannot be written."""
    if view.preview is None:
        return None
    image = view.preview
    return attempt(lambda: _file(image, "JPEG", "preview.jpg", component), None, notes, text.NO_PREVIEW)


def png_file(view: Finished, component: gr.components.Component) -> str | None:
    """The path of the result's PNG for `component`; None when it cannot be written."""
    return attempt(lambda: _png(view, component), None, [], text.NOT_ON_DISK)


def result_files(view: Finished, download: gr.DownloadButton, compare: gr.ImageSlider) -> ResultFiles | None:
    """The files of a finished run for the page; None when they cannot be written."""

    def save() -> ResultFiles:
        pictures = {"photo": view.photo, "result": view.picture}
        paths = (shown_file(image, compare, name) for name, image in pictures.items())
        return ResultFiles(_png(view, download), *paths)

    return attempt(save, None, [], text.NOT_ON_DISK)


def shown_file(picture: Image.Image, component: gr.components.Component, name: str = "result") -> str:
    """The path of a WebP of `picture`, to show in `component`."""
    return _file(picture, "WEBP", f"{name}.webp", component)


def _png(view: Finished, component: gr.components.Component) -> str:
    return gradio_internals.saved_file(view.png, view.filename, component)


def _file(image: Image.Image, kind: str, name: str, component: gr.components.Component) -> str:
    file = io.BytesIO()
    image.save(file, kind)
    return gradio_internals.saved_file(file.getvalue(), name, component)
