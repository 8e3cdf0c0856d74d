"""The view "rebuild": a reconstruction that is shown while it is computed. Layout and events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio as gr

from ...inputs import Radio
from .. import labels
from ..parts import Parts, choices, image
from . import rebuild_actions
from .run_wiring import wire_run

if TYPE_CHECKING:
    from ..view_events import ViewEvents


def build() -> Parts:
    """Lay the view out inside the current Blocks."""
    parts = Parts()
    parts.panels["kind"] = Radio(choices(labels.KINDS), label=labels.KIND, value="content", elem_id="in-kind")
    parts.panels["rebuild_words"] = gr.HTML(elem_id="in-rebuild-words", min_height=48)
    others = parts.others
    with gr.Row(elem_classes="controls"):
        others["rebuild"] = gr.Button(labels.REBUILD, elem_id="in-rebuild", min_width=120)
        others["stop_rebuild"] = gr.Button(labels.STOP_REBUILD, visible=False, elem_id="in-stop-rebuild", min_width=80)
    others["rebuild_status"] = gr.HTML(f"<p>{labels.NO_REBUILD}</p>", elem_id="in-rebuild-status", min_height=44)
    others["rebuilt"] = image("rebuilt", labels.REBUILT, labels.REBUILT_ALT)
    return parts


def wire(events: ViewEvents) -> None:
    """Connect the events of the view."""
    wire_run(
        events,
        rebuild_actions,
        "rebuild",
        "stop_rebuild",
        "rebuilt",
        "rebuild_status",
        ("kind", "layer", "slot", "pair"),
    )
    events.sets_field("kind")
