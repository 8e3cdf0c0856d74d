"""What handlers return, so that components show the values of panels."""

from __future__ import annotations

from typing import Any

import gradio as gr

from ..serving import gradio_internals
from .panels import Bounded, Choices, File

Changes = dict[gr.blocks.Block, Any]  # component -> its value, or an update of it


def update(component: gr.components.Component, value: Any) -> Any:
    """What a handler returns so that `component` shows a panel's value.

    A plain value where that will do, since for a `gr.update` Gradio constructs the component anew.
    """
    if isinstance(value, File):
        return gradio_internals.saved_file(value.data, value.name, component)
    if isinstance(value, Choices):
        return gr.update(choices=list(value.options), value=value.value)
    if isinstance(value, Bounded):
        return gr.update(value=value.value, maximum=value.highest)
    return value


def with_visibility(change: Any, visible: bool) -> dict[str, Any]:
    """A change of a component, with its visibility."""
    return {**(change if isinstance(change, dict) else gr.update(value=change)), "visible": visible}
