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
    """The components. `opened` is a `gr.State`: whether the photo has been put into the `editor`."""

    accordion: Any
    opened: Any
    legend: Any
    editor: Any


def brush(paintings: int) -> gr.Brush:
    """The brush with a colour for each of so many paintings, if there are several, and one for what stays the photo."""
    return gr.Brush(colors=list(regions_actions.palette(paintings)), color_mode="fixed")


def build() -> RegionsPart:
    """Lay the regions out, inside the current Blocks. The editor's scripts are loaded when it becomes visible."""
    opened = gr.State(False)
    with gr.Accordion(regions_text.TITLE, open=False, elem_id="regions") as accordion:
        legend = gr.HTML(regions_actions.legend(1), elem_id="brushes")
        editor = RegionsInput(
            label=regions_text.LABEL,
            sources=[],
            transforms=[],
            layers=False,
            brush=brush(1),
            height=HEIGHT,
            canvas_size=CANVAS,
            buttons=[],
            visible=False,
            elem_id="drawing",
        )
    return RegionsPart(accordion, opened, legend, editor)
