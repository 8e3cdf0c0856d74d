"""The smaller views: the lesson, the three pictures, the errors, the layers' shares, and rebuilding."""

from __future__ import annotations

from typing import Any

import gradio as gr

from ..inputs import Radio, Slider
from . import words
from .channels_tab import PICTURE
from .place import AMOUNT, Place


def lesson() -> dict[str, Any]:
    parts: dict[str, Any] = {}
    changes = [(label, name) for name, label in words.CHANGES.items()]
    parts["change"] = Radio(changes, label=words.CHANGE, value=Place().change, elem_id="in-change")
    parts["amount"] = Slider(*AMOUNT, step=4, value=Place().amount, label=words.AMOUNT, elem_id="in-amount")
    parts["changed"] = gr.Image(label=words.CHANGED, alt_text=words.CHANGED_ALT, elem_id="in-changed", **PICTURE)
    parts["needles"] = gr.HTML(elem_id="in-needles", min_height=200)
    return parts


def compare() -> dict[str, Any]:
    parts: dict[str, Any] = {}
    with gr.Row(elem_classes="wide"):
        with gr.Column(scale=6, min_width=300):
            parts["grams"] = gr.Image(label=words.GRAMS, alt_text=words.GRAMS_ALT, elem_id="in-grams", **PICTURE)
        with gr.Column(scale=5, min_width=300):
            parts["bars"] = gr.HTML(elem_id="in-bars", min_height=260)
            parts["spectrum"] = gr.HTML(elem_id="in-spectrum", min_height=180)
    return parts


def errors() -> dict[str, Any]:
    return {
        "errors_words": gr.HTML(elem_id="in-errors-words", min_height=60),
        "errors": gr.Image(label=words.ERRORS, alt_text=words.ERRORS_ALT, elem_id="in-errors", **PICTURE),
    }


def losses() -> dict[str, Any]:
    gr.HTML(words.SHARES)
    return {
        "shares": gr.HTML(elem_id="in-shares", min_height=200),
        "nearest": gr.HTML(elem_id="in-nearest", min_height=200),
    }


def rebuild() -> dict[str, Any]:
    parts: dict[str, Any] = {}
    kinds = [(label, name) for name, label in words.KINDS.items()]
    parts["kind"] = Radio(kinds, label=words.KIND, value=Place().kind, elem_id="in-kind")
    parts["rebuild_words"] = gr.HTML(elem_id="in-rebuild-words", min_height=48)
    with gr.Row(elem_classes="controls"):
        parts["rebuild"] = gr.Button(words.REBUILD, elem_id="in-rebuild", min_width=120)
        parts["stop_rebuild"] = gr.Button(words.STOP_REBUILD, visible=False, elem_id="in-stop-rebuild", min_width=80)
    parts["rebuild_status"] = gr.HTML(f"<p>{words.NO_REBUILD}</p>", elem_id="in-rebuild-status", min_height=44)
    parts["rebuilt"] = gr.Image(label=words.REBUILT, alt_text=words.REBUILT_ALT, elem_id="in-rebuilt", **PICTURE)
    return parts
