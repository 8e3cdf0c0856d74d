"""The view "excite": pictures that are shown while they are made. Layout and events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio as gr

from ...inputs import Radio
from ..parts import Parts, choices, image
from . import excite_actions, excite_text
from .run_wiring import wire_run

if TYPE_CHECKING:
    from ..view_events import ViewEvents

# What its pictures are made from.
EXCITED_BY = ("target", "layer", "channel", "first", "second", "row", "column", "slot", "pair")


def build() -> Parts:
    """Lay the view out inside the current Blocks."""
    parts = Parts()
    panels, others = parts.panels, parts.others
    targets = choices(excite_text.TARGETS)
    panels["target"] = Radio(targets, label=excite_text.TARGET, value="channel", elem_id="in-target")
    panels["excite_words"] = gr.HTML(elem_id="in-excite-words", min_height=120)
    with gr.Row(elem_classes="controls"):
        others["excite"] = gr.Button(excite_text.EXCITE, elem_id="in-excite", min_width=120)
        others["stop_excite"] = gr.Button(excite_text.STOP, visible=False, elem_id="in-stop-excite", min_width=80)
    others["excite_status"] = gr.HTML(f"<p>{excite_text.NOT_YET}</p>", elem_id="in-excite-status", min_height=44)
    with gr.Row(elem_classes="wide"):
        with gr.Column(scale=8, min_width=300):
            others["excited"] = image("excited", excite_text.EXCITED, excite_text.EXCITED_ALT)
            panels["excite_ready"] = image("excite_ready", excite_text.READY, excite_text.READY_ALT)
        with gr.Column(scale=4, min_width=280):
            panels["excite_places"] = image("excite_places", excite_text.PLACES, excite_text.PLACES_ALT)
    return parts


def wire(events: ViewEvents) -> None:
    """Connect the events of the view."""
    wire_run(events, excite_actions, "excite", "stop_excite", "excited", "excite_status", EXCITED_BY)
    events.sets_field("target")
