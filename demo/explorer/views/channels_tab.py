"""The channel sheet beside the channel card."""

from __future__ import annotations

from typing import Any

import gradio as gr

from ...inputs import Dropdown, Number, Radio
from .. import labels
from ..view_state import CHOICES

PICTURE: dict[str, Any] = {"interactive": False, "buttons": ["download", "fullscreen"], "type": "filepath"}


def build() -> dict[str, Any]:
    parts: dict[str, Any] = {}
    with gr.Row(elem_classes="wide"):
        with gr.Column(scale=9, min_width=300):
            with gr.Row(elem_classes="controls"):
                sorts = [(labels.SORTS[name], name) for name in CHOICES["sort"]]
                scales = [(labels.SCALES[name], name) for name in CHOICES["scale"]]
                parts["sort"] = Dropdown(sorts, label=labels.SORT, value="mean", elem_id="in-sort", min_width=130)
                parts["scale"] = Radio(scales, label=labels.SCALE, value="own", elem_id="in-scale", min_width=240)
                parts["page"] = Number(1, label=labels.PAGE, minimum=1, precision=0, elem_id="in-page", min_width=70)
            parts["page_words"] = gr.HTML(elem_id="in-page-words", min_height=24)
            parts["sheet"] = gr.Image(label=labels.SHEET, alt_text=labels.SHEET_ALT, elem_id="in-sheet", **PICTURE)
        with gr.Column(scale=5, min_width=300, elem_id="in-card-column"):
            parts["channel"] = Number(0, label=labels.CHANNEL, minimum=0, precision=0, elem_id="in-channel")
            parts["card"] = gr.Image(label=labels.CARD, alt_text=labels.CARD_ALT, elem_id="in-card", **PICTURE)
            with gr.Row():
                with gr.Column(min_width=150):
                    parts["about"] = gr.HTML(elem_id="in-about", min_height=150)
                with gr.Column(min_width=150):
                    parts["patches"] = gr.Image(
                        label=labels.PATCHES, alt_text=labels.PATCHES_ALT, elem_id="in-patches", **PICTURE
                    )
            parts["partners"] = gr.Radio([], label=labels.PARTNERS, elem_id="in-partners")
            with gr.Row():
                parts["npz"] = gr.Button(labels.NPZ_MAKE, size="sm", elem_id="in-npz", min_width=100)
                parts["npz_file"] = gr.DownloadButton(
                    labels.NPZ_GET, visible=False, size="sm", elem_id="in-npz-file", min_width=100
                )
    return parts
