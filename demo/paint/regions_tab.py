"""The layout of the regions: the photo to draw on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from . import regions_text

SCRIPT = Path(__file__).with_name("drawing.js")


@dataclass
class RegionsPart:
    """The components. `opened` (whether the regions have been opened before) and `drawn` (what is drawn, a picture from
    `load_picture`, or None) are `gr.State`."""

    accordion: Any
    sheet: Any
    opened: Any
    drawn: Any


def build() -> RegionsPart:
    """Lay the regions out, inside the current Blocks. The photo comes when they are opened.

    Not `gr.ImageEditor`: in Gradio 6.31 it uploads three pictures whenever the state of any event of the page changes, and
    loads 0.6 MB of scripts.
    """
    opened, drawn = gr.State(False), gr.State(None)
    with gr.Accordion(regions_text.TITLE, open=False, elem_id="regions") as accordion:
        sheet = gr.HTML(js_on_load=SCRIPT.read_text(encoding="utf-8"), elem_id="drawing")
    return RegionsPart(accordion, sheet, opened, drawn)
