"""The view "gram": the whole matrix, a window of it, one cell, and the pairs of channels. Layout and events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from ...inputs import Number, Radio
from .. import labels
from ..parts import Parts, choices, image, titled_image
from ..typed_numbers import channel_number
from . import gram_actions

if TYPE_CHECKING:
    from ..feature_cache import Uploads
    from ..view_events import ViewEvents
    from ..view_state import ViewState


def build() -> Parts:
    """Lay the view out inside the current Blocks."""
    parts = Parts(explore_only=["curve", "pairs_by", "pairs", "csv"])
    panels = parts.panels
    with gr.Row(elem_classes="controls"):
        panels["mode"] = Radio(choices(labels.MODES), label=labels.MODE, value="gram", elem_id="in-mode", min_width=280)
        panels["curve"] = Radio(
            choices(labels.CURVES), label=labels.CURVE, value="root", visible=False, elem_id="in-curve", min_width=280
        )
    with gr.Row(elem_classes="wide"):
        panels["whole"] = titled_image("whole", labels.WHOLE, labels.WHOLE_ALT)
        panels["window"] = titled_image("window", labels.WINDOW, labels.WINDOW_ALT)
    with gr.Row(elem_classes="wide"):
        with gr.Column(scale=6, min_width=300):
            gr.HTML(f"<h3>{labels.CELL}</h3>")
            panels["cell"] = image("cell", labels.CELL, labels.CELL_ALT)
        with gr.Column(scale=5, min_width=300):
            _pairs(parts)
    return parts


def _pairs(parts: Parts) -> None:
    """The chosen pair of channels, its arithmetic, and the table of the pairs."""
    panels = parts.panels
    with gr.Row(elem_classes="controls"):
        for name, label in (("first", labels.FIRST), ("second", labels.SECOND)):
            panels[name] = Number(0, label=label, minimum=0, precision=0, elem_id=f"in-{name}", min_width=80)
    panels["equation"] = gr.HTML(elem_id="in-equation", min_height=110)
    panels["shuffle"] = gr.Button(labels.SHUFFLE, size="sm", elem_id="in-shuffle")
    panels["pairs_by"] = Radio(
        choices(labels.PAIRS_BY_CHOICES), label=labels.PAIRS_BY, value="gram", visible=False, elem_id="in-pairs-by"
    )
    panels["pairs"] = gr.Dataframe(
        headers=labels.PAIR_HEADERS,
        label=labels.PAIRS,
        interactive=False,
        wrap=False,
        visible=False,
        elem_id="in-pairs",
        max_height=330,
        buttons=[],
    )
    panels["csv"] = gr.DownloadButton(labels.CSV, visible=False, size="sm", elem_id="in-csv")


def wire(events: ViewEvents) -> None:
    """Connect the events of the view."""
    for name in ("mode", "curve", "pairs_by"):
        events.sets_field(name)
    events.on_image_click("whole", gram_actions.click_whole)
    events.on_image_click("window", gram_actions.click_window)
    for name in ("first", "second"):

        def choose(state: ViewState, uploads: Uploads, value: Any, name: str = name) -> ViewState:
            state = state.updated(**{name: channel_number(value, state, getattr(state, name))})
            return gram_actions.move_to_pair(events.cache, state, uploads)

        events.on_input(name, choose)
    events.on_click(events.parts["shuffle"], lambda state, uploads: state.updated(shuffle=0 if state.shuffle else 1))
    events.on_row_click("pairs", gram_actions.click_row)
