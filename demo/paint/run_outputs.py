"""What the updates of a run change on the page, in the order of the outputs that `wiring` names."""

from __future__ import annotations

from typing import Any

import gradio as gr

from .. import text
from . import html, picture_files
from .paint_tab import PaintTab
from .updates import Finished, Update


def preview(path: str | None, first: bool) -> tuple[Any, ...]:
    """The first preview replaces the old result; the later ones change as few components as they can."""
    if path is None:
        return gr.skip(), gr.skip(), gr.skip()
    if not first:
        return gr.skip(), path, gr.skip()
    return gr.HTML(visible=False), gr.Image(path, visible=True), gr.ImageSlider(visible=False)


def news(view: Update, first: bool) -> tuple[Any, ...]:
    """Everything but the preview; the first update also changes the buttons."""
    words = view.status, view.by_term, view.by_layer
    if not first:
        return *words, *(gr.skip() for _ in range(6))
    return (
        *words,
        gr.DownloadButton(interactive=False),
        "",
        gr.Button(visible=True),
        gr.Button(visible=False),
        gr.Button(text.PAINTING_NOW),
        gr.Timer(active=False),
    )


def last(view: Finished, tab: PaintTab) -> tuple[Any, ...]:
    """The end of a run. A picture that cannot be saved as a file stands in the page itself, with a link to download it."""
    files = picture_files.result_files(view, tab.download, tab.compare)
    unsaved, compare, download = (
        gr.HTML(visible=False),
        gr.ImageSlider(visible=False),
        gr.DownloadButton(interactive=False),
    )
    if files:
        compare = gr.ImageSlider((files.photo, files.picture), visible=True, label=text.COMPARE)
        download = gr.DownloadButton(value=files.png, interactive=True)
    else:
        unsaved = gr.HTML(html.unsaved(view.png, view.filename), visible=True)
    figures = view.by_term, view.by_layer
    pictures = unsaved, gr.Image(visible=False), compare
    return *pictures, view.status, *figures, download, view.recipe, *(gr.skip() for _ in range(4))
