"""The events of the regions: the photo comes when they are opened, and follows the visitor's choice."""

from __future__ import annotations

from typing import Any

import gradio as gr

from ..events import LATEST, STRICT
from . import regions_actions as actions
from .regions_tab import RegionsPart, brush


def wire(regions: RegionsPart, photo: Any, others: Any) -> None:
    """Add the events, for the components of the photo and of the paintings that are mixed in."""
    pictures, changed = [photo, regions.opened], [regions.editor, regions.opened]
    regions.accordion.expand(_open, pictures, changed, **STRICT)
    photo.change(_follow, pictures, changed, **LATEST, **STRICT)
    others.change(_choose_colors, [others], [regions.legend, regions.editor], **STRICT)


def _choose_colors(others: list[Any]) -> tuple[Any, Any]:
    """What the colours stand for, and the brush that has them."""
    paintings = 1 + len(others)
    return actions.legend(paintings), gr.ImageEditor(brush=brush(paintings))


def _open(photo: Any, opened: bool) -> tuple[Any, bool]:
    """The photo to draw on, at the first opening: at a later one what was drawn is still there."""
    return (gr.skip(), True) if opened else _follow(photo, True)


def _follow(photo: Any, opened: bool) -> tuple[Any, bool]:
    """A new photo to draw on; what was drawn on the old one is gone."""
    if not opened:
        return gr.skip(), False
    picture = actions.canvas(photo)
    value: Any = picture and {"background": picture, "layers": [], "composite": None}
    return gr.ImageEditor(value, visible=True), True
