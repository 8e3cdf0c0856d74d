"""The time-lapse of the last run below the result: the components, and what they do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from nst_core.errors import PictureError

from ..errors import user_facing
from ..events import HIDDEN, LIGHT, PRIVATE
from ..inputs import Radio, Slider
from ..serving import gradio_internals
from . import film
from .paint_actions import PaintSession

# The browser downloads the file as soon as it is there. The button stays, for browsers that do not let a script do that.
DOWNLOAD = "() => setTimeout(() => document.querySelector('#film')?.click(), 200)"


@dataclass(frozen=True)
class FilmTab:
    """The components: an accordion that is shown once a run has ended, and what is in it."""

    box: Any
    kind: Any
    seconds: Any
    make: Any
    download: Any


def build() -> FilmTab:
    """Lay them out, where this is called."""
    low, high, usual = film.RANGE
    with gr.Accordion(film.TITLE, open=False, visible=False, elem_id="time-lapse") as box:
        gr.HTML(f"<p>{film.ABOUT}</p>")
        with gr.Row():
            kinds = [(words, kind) for kind, words in film.FORMATS.items()]
            kind = Radio(kinds, value="MP4", label=film.FORMAT, min_width=220, elem_id="film-kind")
            seconds = Slider(low, high, value=usual, step=1, label=film.LENGTH, min_width=220, elem_id="film-seconds")
        with gr.Row():
            make = gr.Button(film.MAKE, size="md", elem_id="make-film", min_width=120)
            download = gr.DownloadButton(visible=False, size="md", elem_id="film", min_width=160)
    return FilmTab(box, kind, seconds, make, download)


def wire(tab: FilmTab, session: Any, buttons: list[Any], runs: list[Any]) -> None:
    """`session` is the state with the `PaintSession`; `buttons` start a run each, and `runs` are the events that do it."""

    @user_facing
    def make(session: PaintSession, kind: Any, seconds: Any) -> Any:
        if session.film is None:
            raise PictureError(film.NOTHING)
        data, name = session.film.file(kind, seconds)
        try:
            path = gradio_internals.saved_file(data, name, tab.download)
        except OSError:
            raise PictureError(film.NOT_MADE) from None
        return gr.DownloadButton(film.button(name, data), value=path, visible=True)

    def show(session: PaintSession) -> tuple[Any, Any]:
        return gr.Accordion(visible=session.film is not None), gr.DownloadButton(visible=False)

    def busy(words: str, free: bool) -> Any:
        return lambda: gr.Button(words, interactive=free)

    for button in buttons:
        button.click(lambda: gr.Accordion(visible=False), None, [tab.box], **LIGHT)
    for run in runs:
        for after in (run.then, run.failure):
            after(show, [session], [tab.box, tab.download], **LIGHT)
    tab.make.click(busy(film.MAKING, False), None, [tab.make], **LIGHT)
    inputs = [session, tab.kind, tab.seconds]
    # One at a time: x264 uses every processor.
    made = tab.make.click(make, inputs, [tab.download], concurrency_id="films", **HIDDEN)
    made.success(None, None, None, js=DOWNLOAD, **PRIVATE)
    for after in (made.then, made.failure):
        after(busy(film.MAKE, True), None, [tab.make], **LIGHT)
