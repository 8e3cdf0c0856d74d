"""The events of the regions: the photo comes when they are opened, and follows the visitor's choice of pictures."""

from __future__ import annotations

from typing import Any

import gradio as gr

from ..errors import user_facing
from ..events import LATEST, STRICT, sent
from . import regions_actions as actions
from .regions_tab import RegionsPart


def wire(regions: RegionsPart, photo: Any, photo_sample: Any, others: Any, read_photo: Any) -> None:
    """Add the events, for the photo, its sample, the paintings that are mixed in, and the event that has read the photo."""
    inputs = [photo, others, regions.opened, regions.drawn]
    regions.accordion.expand(_open, inputs, [regions.sheet, regions.opened], **STRICT)
    # Only once the photo was read: one that cannot be would be refused twice.
    read_photo.success(_follow, inputs, [regions.sheet, regions.drawn], **LATEST, **STRICT)
    others.change(_sheet, inputs, [regions.sheet], **LATEST, **STRICT)
    regions.sheet.drawn(user_facing(_read), [photo_sample], [regions.drawn], **LATEST, **STRICT)


def _open(photo: Any, others: list[Any], _: bool, drawn: Any) -> tuple[Any, bool]:
    return _sheet(photo, others, True, drawn), True


def _follow(photo: Any, others: list[Any], opened: bool, drawn: Any) -> tuple[Any, Any]:
    """A new photo to draw on; what was drawn on another one is gone."""
    drawn = actions.still_on(drawn, photo)
    return _sheet(photo, others, opened, drawn), drawn


def _sheet(photo: Any, others: list[Any], opened: bool, drawn: Any) -> Any:
    return actions.sheet(photo, 1 + len(others), drawn) if opened else gr.skip()


def _read(sample: Any, event: gr.EventData) -> Any:
    return actions.drawing_for(actions.read_drawing(sent(event, "png")), sample)
