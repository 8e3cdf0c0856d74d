"""The view "untrained": both networks side by side, and a painting with each. Layout and events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio as gr

from ..parts import Parts, image
from . import untrained_actions, untrained_text
from .run_wiring import wire_run

if TYPE_CHECKING:
    from ..view_events import ViewEvents


def build() -> Parts:
    """Lay the view out inside the current Blocks."""
    parts = Parts()
    panels, others = parts.panels, parts.others
    panels["untrained_words"] = gr.HTML(elem_id="in-untrained-words", min_height=120)
    with gr.Row(elem_classes="wide"):
        with gr.Column(scale=6, min_width=300):
            panels["both_maps"] = image("both_maps", untrained_text.MAPS, untrained_text.MAPS_ALT)
        with gr.Column(scale=6, min_width=300):
            panels["both_grams"] = image("both_grams", untrained_text.GRAMS, untrained_text.GRAMS_ALT)
    with gr.Row(elem_classes="controls"):
        others["paint_both"] = gr.Button(untrained_text.PAINT_BOTH, elem_id="in-paint-both", min_width=120)
        others["stop_both"] = gr.Button(untrained_text.STOP, visible=False, elem_id="in-stop-both", min_width=80)
    others["both_status"] = gr.HTML(f"<p>{untrained_text.NOT_YET}</p>", elem_id="in-both-status", min_height=44)
    others["both"] = image("both", untrained_text.BOTH, untrained_text.BOTH_ALT)
    return parts


def wire(events: ViewEvents) -> None:
    """Connect the events of the view."""
    wire_run(events, untrained_actions, "paint_both", "stop_both", "both", "both_status", ("content", "style", "pair"))
