"""The view "edit": what is changed in the painting's Gram matrix, and how much; drafts before and after. Layout, events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from ...inputs import Number, Radio, Slider
from .. import labels
from ..parts import Parts, choices, image, titled_image
from ..typed_numbers import channel_number
from ..view_state import FIELDS
from . import edit_actions, edit_text, gram_actions
from .run_wiring import wire_run

if TYPE_CHECKING:
    from ..feature_cache import Uploads
    from ..view_events import ViewEvents
    from ..view_state import ViewState

# What the drafts are made from.
PAINTED_BY = ("layer", "touched", "percent", "first", "second", "across", "down", "curve", "content", "style", "pair")


def build() -> Parts:
    """Lay the view out inside the current Blocks."""
    parts = Parts()
    panels, others = parts.panels, parts.others
    panels["edit_words"] = gr.HTML(elem_id="in-edit-words", min_height=120)
    with gr.Row(elem_classes="controls"):
        touched = choices(edit_text.TOUCHED)
        panels["touched"] = Radio(
            touched, label=edit_text.TOUCHED_LABEL, value="channel", elem_id="in-touched", min_width=280
        )
        for name, label in (("edit_first", labels.FIRST), ("edit_second", labels.SECOND)):
            element = f"in-{name.replace('_', '-')}"
            panels[name] = Number(0, label=label, minimum=0, precision=0, elem_id=element, min_width=80)
    low, high = (FIELDS["percent"].metadata[bound] for bound in ("low", "high"))
    panels["percent"] = Slider(low, high, value=0, step=25, label=edit_text.PERCENT, elem_id="in-percent")
    with gr.Row(elem_classes="controls"):
        others["paint_change"] = gr.Button(edit_text.PAINT, elem_id="in-paint-change", min_width=120)
        others["stop_change"] = gr.Button(edit_text.STOP, visible=False, elem_id="in-stop-change", min_width=80)
        others["use_change"] = gr.Button(edit_text.USE, elem_id="in-use-change", min_width=120)
    others["edit_status"] = gr.HTML(f"<p>{edit_text.NOT_YET}</p>", elem_id="in-edit-status", min_height=44)
    others["edit_drafts"] = image("edit_drafts", edit_text.DRAFTS, edit_text.DRAFTS_ALT)
    with gr.Row(elem_classes="wide"):
        panels["edit_whole"] = titled_image("edit_whole", edit_text.WHOLE, edit_text.WHOLE_ALT)
        panels["edit_window"] = titled_image("edit_window", edit_text.WINDOW, edit_text.WINDOW_ALT)
    return parts


def wire(events: ViewEvents) -> None:
    """Connect the events of the view. `tab_links` connects the button that takes the change to the first tab."""
    events.sets_field("touched")
    events.sets_field("percent")
    events.on_image_click("edit_whole", gram_actions.click_whole)
    events.on_image_click("edit_window", gram_actions.click_window)
    for field in ("first", "second"):

        def choose(state: ViewState, uploads: Uploads, value: Any, field: str = field) -> ViewState:
            state = state.updated(**{field: channel_number(value, state, getattr(state, field))})
            return gram_actions.move_to_pair(events.cache, state, uploads)

        events.on_input(f"edit_{field}", choose)
    wire_run(events, edit_actions, "paint_change", "stop_change", "edit_drafts", "edit_status", PAINTED_BY)
