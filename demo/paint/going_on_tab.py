"""The controls below a result with which it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from nst_core.settings import FIELDS, Settings

from ..inputs import Number
from . import going_on_text


@dataclass
class GoingOnTab:
    """`row` holds the others, and is shown while there is a result to go on from."""

    row: Any
    more: Any
    button: Any
    estimate: Any


def build() -> GoingOnTab:
    """Lay the controls out where this is called."""
    about = FIELDS["evaluations"].metadata
    with gr.Row(visible=False, elem_id="going-on") as row:
        more = Number(
            Settings().evaluations // 3,
            label=going_on_text.MORE,
            minimum=about["low"],
            maximum=about["high"],
            precision=0,
            min_width=110,
            elem_id="more-evaluations",
        )
        button = gr.Button(going_on_text.GO_ON, elem_id="go-on", min_width=80)
        estimate = gr.HTML(elem_id="going-on-estimate", min_height=24)
    return GoingOnTab(row, more, button, estimate)
