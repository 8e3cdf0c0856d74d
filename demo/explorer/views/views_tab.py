"""The smaller views: the lesson, the three pictures, the errors, the layers' shares, and rebuilding."""

from __future__ import annotations

from typing import Any

import gradio as gr

from ...inputs import Radio, Slider
from .. import labels
from ..view_state import AMOUNT, ViewState
from .channels_tab import PICTURE


def lesson() -> dict[str, Any]:
    parts: dict[str, Any] = {}
    changes = [(label, name) for name, label in labels.CHANGES.items()]
    parts["change"] = Radio(changes, label=labels.CHANGE, value=ViewState().change, elem_id="in-change")
    parts["amount"] = Slider(*AMOUNT, step=4, value=ViewState().amount, label=labels.AMOUNT, elem_id="in-amount")
    parts["changed"] = gr.Image(label=labels.CHANGED, alt_text=labels.CHANGED_ALT, elem_id="in-changed", **PICTURE)
    parts["needles"] = gr.HTML(elem_id="in-needles", min_height=200)
    return parts


def compare() -> dict[str, Any]:
    parts: dict[str, Any] = {}
    with gr.Row(elem_classes="wide"):
        with gr.Column(scale=6, min_width=300):
            parts["grams"] = gr.Image(label=labels.GRAMS, alt_text=labels.GRAMS_ALT, elem_id="in-grams", **PICTURE)
        with gr.Column(scale=5, min_width=300):
            parts["bars"] = gr.HTML(elem_id="in-bars", min_height=260)
            parts["spectrum"] = gr.HTML(elem_id="in-spectrum", min_height=180)
    return parts


def errors() -> dict[str, Any]:
    return {
        "errors_words": gr.HTML(elem_id="in-errors-words", min_height=60),
        "errors": gr.Image(label=labels.ERRORS, alt_text=labels.ERRORS_ALT, elem_id="in-errors", **PICTURE),
    }


def losses() -> dict[str, Any]:
    gr.HTML(labels.SHARES)
    return {
        "shares": gr.HTML(elem_id="in-shares", min_height=200),
        "nearest": gr.HTML(elem_id="in-nearest", min_height=200),
    }


def rebuild() -> dict[str, Any]:
    parts: dict[str, Any] = {}
    kinds = [(label, name) for name, label in labels.KINDS.items()]
    parts["kind"] = Radio(kinds, label=labels.KIND, value=ViewState().kind, elem_id="in-kind")
    parts["rebuild_words"] = gr.HTML(elem_id="in-rebuild-words", min_height=48)
    with gr.Row(elem_classes="controls"):
        parts["rebuild"] = gr.Button(labels.REBUILD, elem_id="in-rebuild", min_width=120)
        parts["stop_rebuild"] = gr.Button(labels.STOP_REBUILD, visible=False, elem_id="in-stop-rebuild", min_width=80)
    parts["rebuild_status"] = gr.HTML(f"<p>{labels.NO_REBUILD}</p>", elem_id="in-rebuild-status", min_height=44)
    parts["rebuilt"] = gr.Image(label=labels.REBUILT, alt_text=labels.REBUILT_ALT, elem_id="in-rebuilt", **PICTURE)
    return parts
