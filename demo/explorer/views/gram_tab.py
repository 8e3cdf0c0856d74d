"""The Gram matrix: the whole, a window, one cell and the pairs."""

from __future__ import annotations

from typing import Any

import gradio as gr

from ...inputs import Number, Radio
from .. import labels
from .channels_tab import PICTURE


def build() -> dict[str, Any]:
    parts: dict[str, Any] = {}
    with gr.Row(elem_classes="controls"):
        modes = [(label, name) for name, label in labels.MODES.items()]
        curves = [(label, name) for name, label in labels.CURVES.items()]
        parts["mode"] = Radio(modes, label=labels.MODE, value="gram", elem_id="in-mode", min_width=280)
        parts["curve"] = Radio(curves, label=labels.CURVE, value="root", elem_id="in-curve", min_width=280)
    with gr.Row(elem_classes="wide"):
        for name, label, alt in (
            ("whole", labels.WHOLE, labels.WHOLE_ALT),
            ("window", labels.WINDOW, labels.WINDOW_ALT),
        ):
            with gr.Column(min_width=300):
                gr.HTML(f"<h3>{label}</h3>")
                parts[name] = gr.Image(label=label, alt_text=alt, elem_id=f"in-{name}", **PICTURE)
    with gr.Row(elem_classes="wide"):
        with gr.Column(scale=6, min_width=300):
            gr.HTML(f"<h3>{labels.CELL}</h3>")
            parts["cell"] = gr.Image(label=labels.CELL, alt_text=labels.CELL_ALT, elem_id="in-cell", **PICTURE)
        with gr.Column(scale=5, min_width=300):
            with gr.Row(elem_classes="controls"):
                for name, label in (("first", labels.FIRST), ("second", labels.SECOND)):
                    parts[name] = Number(0, label=label, minimum=0, precision=0, elem_id=f"in-{name}", min_width=80)
            parts["equation"] = gr.HTML(elem_id="in-equation", min_height=110)
            parts["shuffle"] = gr.Button(labels.SHUFFLE, size="sm", elem_id="in-shuffle")
            by = [(label, name) for name, label in labels.PAIRS_BY_CHOICES.items()]
            parts["pairs_by"] = Radio(by, label=labels.PAIRS_BY, value="gram", elem_id="in-pairs-by")
            parts["pairs"] = gr.Dataframe(
                headers=labels.PAIR_HEADERS,
                interactive=False,
                wrap=False,
                elem_id="in-pairs",
                max_height=330,
                buttons=[],
            )
            parts["csv"] = gr.DownloadButton(labels.CSV, size="sm", elem_id="in-csv")
    return parts
