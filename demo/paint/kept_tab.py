"""The layout of the strip of kept results, below the picture. `kept_wiring` says what it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from . import kept_strip, kept_text

# The name of the value in the browser's storage, and Gradio's `secret` for it. The secret protects nothing, since every
# browser gets it; it must be a constant, or Gradio would discard the stored value at every start of the server.
STORAGE = "nst-visitor"


@dataclass
class KeptTab:
    """The components of the strip.

    `visitor` is the key of the visitor's results, in the browser's storage, which all its tabs share. `returned`
    is a `gr.State`: the number of the result to show when the page is opened, None for none. `poll` is a `gr.Timer`
    that ticks while runs of the visitor go on in other tabs. A press of `all` makes the file `archive`, a button that
    style.css hides and a script presses.
    """

    visitor: Any
    returned: Any
    poll: Any
    pictures: Any
    buttons: Any
    compare: Any
    all: Any
    archive: Any
    forget: Any


def build() -> KeptTab:
    """Lay the strip out; it is hidden while there is nothing."""
    visitor, poll = gr.BrowserState(None, storage_key=STORAGE, secret=STORAGE), gr.Timer(2, active=False)
    pictures = gr.HTML(elem_id="kept", js_on_load=kept_strip.EVENTS)
    with gr.Row(visible=False, elem_id="kept-buttons") as buttons:
        compare = gr.Button(kept_text.COMPARE_TWO, size="sm", elem_id="compare-two", min_width=100)
        everything = gr.Button(kept_text.ALL_AS_ZIP, size="sm", elem_id="all-as-zip", min_width=100)
        forget = gr.Button(kept_text.FORGET, size="sm", elem_id="forget", min_width=100)
        archive = gr.DownloadButton(kept_text.ALL_AS_ZIP, elem_id="archive")
    return KeptTab(visitor, gr.State(None), poll, pictures, buttons, compare, everything, archive, forget)
