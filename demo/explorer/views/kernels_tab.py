"""The view "kernels": one unit, its sum and its weights. Layout and events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from ...inputs import Number
from .. import labels
from ..parts import Parts, image
from ..typed_numbers import channel_number
from . import kernels_actions, kernels_text
from .card import click_card

if TYPE_CHECKING:
    from ..feature_cache import Uploads
    from ..view_events import ViewEvents
    from ..view_state import ViewState


def build() -> Parts:
    """Lay the view out inside the current Blocks."""
    parts = Parts()
    panels = parts.panels
    with gr.Row(elem_classes="wide"):
        with gr.Column(scale=5, min_width=300):
            panels["channel"] = Number(
                0, label=labels.CHANNEL, minimum=0, precision=0, elem_id="in-kernel-channel", min_width=80
            )
            panels["unit_map"] = image("unit_map", labels.CARD, labels.CARD_ALT)
            panels["sum_words"] = gr.HTML(elem_id="in-sum-words", min_height=80)
        with gr.Column(scale=6, min_width=300):
            panels["unit_sum"] = image("unit_sum", kernels_text.UNIT_SUM, kernels_text.UNIT_SUM_ALT)
    panels["kernel_words"] = gr.HTML(elem_id="in-kernel-words", min_height=60)
    panels["kernel_sheet"] = image("kernel_sheet", kernels_text.KERNELS, kernels_text.KERNELS_ALT)
    return parts


def wire(events: ViewEvents) -> None:
    """Connect the events of the view."""

    def choose_channel(state: ViewState, uploads: Uploads, value: Any) -> ViewState:
        return state.updated(channel=channel_number(value, state, state.channel))

    events.on_input("channel", choose_channel)
    events.on_image_click("unit_map", click_card)
    events.on_image_click("kernel_sheet", kernels_actions.click_kernels)
