"""The one public endpoint, for programs: `/stylize`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr
from gradio.processing_utils import save_bytes_to_cache

from nst_core.settings import FIELDS

from . import controls
from . import transfer_actions as actions
from .guard import guarded
from .inputs import PhotoInput
from .machine import Machine
from .transfer_wiring import HEAVY

# The settings a program may give, in the order of its arguments.
SETTINGS = tuple(FIELDS)


def build(machine: Machine) -> None:
    """Add the endpoint to the current Blocks. Its widgets are only there to describe it and are never drawn."""
    with gr.Column(visible=False):
        inputs: list[Any] = [PhotoInput(label="content"), PhotoInput(label="style")]
        inputs += [controls.widget(name, label=name, elem_id=f"api-{name}") for name in SETTINGS]
        outputs = [gr.Image(label="preview", format="jpeg"), gr.JSON(label="progress"), gr.File(label="result")]
        trigger = gr.Button()

    @guarded
    def stylize(content: Any, style: Any, *values: Any) -> Iterator[tuple[Any, Any, Any]]:
        settings = actions.read_settings(values)
        for view in actions.paint(machine, content, style, settings, actions.Session()):
            if view is None:
                yield gr.skip(), gr.skip(), gr.skip()
                continue
            result = None
            if isinstance(view, actions.Finished):
                result = save_bytes_to_cache(view.png, view.filename, outputs[2].GRADIO_CACHE)
            yield view.preview, actions.progress(view), result

    trigger.click(stylize, inputs, outputs, api_name="stylize", **HEAVY)
