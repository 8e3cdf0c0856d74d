"""The view "channels": the channel sheet beside one channel. Layout and events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from ...events import STRICT
from ...inputs import Dropdown, Number, Radio
from .. import labels
from ..parts import Parts, choices, image
from ..session import ExplorerSession, serialized
from ..typed_numbers import channel_number, page_number
from ..updates import update, with_visibility
from . import channels_actions, excite_text
from .card import click_card

if TYPE_CHECKING:
    from ..feature_cache import Uploads
    from ..view_events import ViewEvents
    from ..view_state import ViewState


def build() -> Parts:
    """Lay the view out inside the current Blocks."""
    parts = Parts(explore_only=["sort", "scale", "npz"])
    with gr.Row(elem_classes="wide"):
        with gr.Column(scale=9, min_width=300):
            _sheet(parts)
        with gr.Column(scale=5, min_width=300, elem_id="in-card-column"):
            _card(parts)
    return parts


def _sheet(parts: Parts) -> None:
    panels = parts.panels
    with gr.Row(elem_classes="controls"):
        panels["sort"] = Dropdown(
            choices(labels.SORTS), label=labels.SORT, value="mean", elem_id="in-sort", min_width=130, visible=False
        )
        panels["scale"] = Radio(
            choices(labels.SCALES), label=labels.SCALE, value="own", elem_id="in-scale", min_width=240, visible=False
        )
        panels["page"] = Number(1, label=labels.PAGE, minimum=1, precision=0, elem_id="in-page", min_width=70)
    panels["page_words"] = gr.HTML(elem_id="in-page-words", min_height=24)
    panels["sheet"] = image("sheet", labels.SHEET, labels.SHEET_ALT)


def _card(parts: Parts) -> None:
    panels = parts.panels
    panels["channel"] = Number(0, label=labels.CHANNEL, minimum=0, precision=0, elem_id="in-channel")
    panels["card"] = image("card", labels.CARD, labels.CARD_ALT)
    with gr.Row():
        with gr.Column(min_width=150):
            panels["about"] = gr.HTML(elem_id="in-about", min_height=150)
        with gr.Column(min_width=150):
            panels["patches"] = image("patches", labels.PATCHES, labels.PATCHES_ALT)
    panels["ready"] = image("ready", excite_text.READY, excite_text.READY_ALT)
    panels["partners"] = gr.Radio([], label=labels.PARTNERS, elem_id="in-partners")
    with gr.Row():
        parts.others["npz"] = gr.Button(labels.NPZ_MAKE, visible=False, size="sm", elem_id="in-npz", min_width=100)
        parts.others["npz_file"] = gr.DownloadButton(
            labels.NPZ_GET, visible=False, size="sm", elem_id="in-npz-file", min_width=100
        )


def wire(events: ViewEvents) -> None:
    """Connect the events of the view."""
    events.sets_field("sort")
    events.sets_field("scale")

    def turn_page(state: ViewState, uploads: Uploads, value: Any) -> ViewState:
        return state.updated(sheet_page=page_number(value, state) - 1)

    def choose_channel(state: ViewState, uploads: Uploads, value: Any) -> ViewState:
        state = state.updated(channel=channel_number(value, state, state.channel))
        return channels_actions.turn_to_channel(events.cache, state, uploads)

    events.on_input("page", turn_page)
    events.on_input("channel", choose_channel)
    events.on_input("partners", choose_channel)
    events.on_image_click("sheet", channels_actions.click_sheet)
    events.on_image_click("card", click_card)
    _wire_npz(events)


def _wire_npz(events: ViewEvents) -> None:
    npz_file = events.parts["npz_file"]

    @serialized
    def make(session: ExplorerSession) -> dict[str, Any]:
        file = channels_actions.npz(events.cache, session.state, session.uploads)
        return with_visibility(update(npz_file, file), True)

    events.parts.listener("npz", "click")(make, [events.session], [npz_file], **STRICT)
