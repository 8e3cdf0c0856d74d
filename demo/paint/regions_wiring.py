"""The events of the regions: the photo comes when they are opened, and what was drawn is taken before a run.

During a run the editor is not on the page: whenever the state of any event changes, Gradio has it upload its pictures anew.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

from ..events import LATEST, STRICT
from . import regions_actions as actions
from .regions_tab import RegionsPart


def wire(regions: RegionsPart, photo: Any, others: Any) -> None:
    """Add the events, for the components of the photo and of the paintings that are mixed in."""
    state = [regions.opened, regions.drawn]
    regions.accordion.expand(_open, [photo, *state], [regions.editor, regions.opened], **STRICT)
    photo.change(_follow, [photo, regions.opened], [regions.editor, regions.drawn], **LATEST, **STRICT)
    others.change(lambda paintings: actions.legend(1 + len(paintings)), [others], [regions.legend], **STRICT)


def take_drawing(regions: RegionsPart, event: Any) -> Any:
    """Have `event`, such as `button.click`, take what is drawn and close the regions; returns the event of that."""
    inputs = [regions.editor, regions.opened, regions.drawn]
    return event(_take, inputs, [*inputs, regions.accordion], **STRICT)


def _open(photo: Any, opened: bool, drawn: Any) -> tuple[Any, bool]:
    return (gr.skip(), True) if opened else (_editor(photo, drawn), True)


def _take(layer: Any, opened: bool, drawn: Any) -> tuple[Any, bool, Any, Any]:
    if not opened:
        return gr.skip(), False, drawn, gr.skip()
    return gr.ImageEditor(visible=False), False, layer, gr.Accordion(open=False)


def _follow(photo: Any, opened: bool) -> tuple[Any, None]:
    """A new photo to draw on; what was drawn on the old one is gone."""
    return (_editor(photo, None) if opened else gr.skip()), None


def _editor(photo: Any, drawn: Any) -> Any:
    picture = actions.canvas(photo)
    value: Any = picture and {"background": picture, "layers": actions.layers(drawn), "composite": None}
    return gr.ImageEditor(value, visible=True)
