"""The layout of the regions: a picture of the photo to draw on, and what the colours stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from ..inputs import RegionsInput
from . import regions_actions, regions_text

HEIGHT = 340  # pixels
CANVAS = regions_actions.SIDE, regions_actions.SIDE


@dataclass
class RegionsPart:
    """The components. `opened` (whether the `editor` is on the page) and `drawn` (what was drawn: the layer's picture, or
    None) are `gr.State`."""

    accordion: Any
    opened: Any
    drawn: Any
    legend: Any
    editor: Any


def build() -> RegionsPart:
    """Lay the regions out, inside the current Blocks. The editor's scripts are loaded when it becomes visible."""
    opened, drawn = gr.State(False), gr.State(None)
    with gr.Accordion(regions_text.TITLE, open=False, elem_id="regions") as accordion:
        legend = gr.HTML(regions_actions.legend(1), elem_id="brushes")
        editor = RegionsInput(
            label=regions_text.LABEL,
            sources=[],
            transforms=[],
            layers=False,
            brush=gr.Brush(colors=[regions_actions.KEEP, *regions_actions.COLORS], color_mode="fixed"),
            height=HEIGHT,
            canvas_size=CANVAS,
            buttons=[],
            visible=False,
            elem_id="drawing",
        )
    return RegionsPart(accordion, opened, drawn, legend, editor)
