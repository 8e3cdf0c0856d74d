"""The view "grid": drafts that appear one after the other. Layout and events; demo/tab_links.py opens one in Paint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio as gr

from ...inputs import Dropdown, Radio
from ..parts import Parts, choices, image
from . import grid_actions, grid_text
from .run_wiring import wire_run

if TYPE_CHECKING:
    from ..view_events import ViewEvents


def build() -> Parts:
    """Lay the view out inside the current Blocks."""
    parts = Parts()
    panels, others = parts.panels, parts.others
    panels["grid_words"] = gr.HTML(elem_id="in-grid-words", min_height=90)
    columns = choices(grid_text.COLUMNS_BY)
    panels["grid_by"] = Radio(columns, label=grid_text.BY, value="weight", elem_id="in-grid-by")
    with gr.Row(elem_classes="controls"):
        others["paint_drafts"] = gr.Button(grid_text.PAINT, elem_id="in-paint-drafts", min_width=120)
        others["stop_drafts"] = gr.Button(grid_text.STOP, visible=False, elem_id="in-stop-drafts", min_width=80)
    panels["grid_status"] = gr.HTML(elem_id="in-grid-status", min_height=44)
    panels["drafts"] = image("drafts", grid_text.DRAFTS, grid_text.ALT)
    panels["draft"] = Dropdown([], label=grid_text.CHOOSE, elem_id="in-draft")
    return parts


def wire(events: ViewEvents) -> None:
    """Connect the events of the view."""
    events.sets_field("grid_by")
    wire_run(events, grid_actions, "paint_drafts", "stop_drafts", "drafts", "grid_status", ("grid_by", "pair"))
