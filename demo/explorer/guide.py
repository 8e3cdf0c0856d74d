"""Brings visitors from place to place: what changes on the page when somebody goes somewhere."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.processing_utils import save_bytes_to_cache

from nst_core.errors import PictureError

from . import frame_actions, tour
from .explorer_tab import ADVANCED, ExplorerTab
from .panels import Bounded, Choices, File
from .place import IN_LINKS, TURNED, Place, from_query
from .shelf import Own, Shelf
from .visitor import Visitor


class Guide:
    """For all visitors of a tab. Answers {widget: what it becomes}, for handlers with these `outputs`."""

    def __init__(self, tab: ExplorerTab, shelf: Shelf) -> None:
        self.tab, self.shelf, self.parts = tab, shelf, tab.parts
        self.outputs = [tab.views, *tab.offers, *tab.parts.values()]

    def go(self, visitor: Visitor, place: Place) -> dict[Any, Any]:
        """Bring the visitor to `place`; back, with a word why, when a picture is missing there."""
        before = visitor.place if visitor.arrived else None
        try:
            changes = self.shown(place, visitor.own, before)
        except PictureError as error:
            # Controls and tabs already show where the visitor wanted to go.
            changes = self.shown(visitor.place, visitor.own, before)
            gr.Warning(str(error))
            return changes | {self.tab.views: gr.Tabs(selected=visitor.place.view)}
        visitor.place, visitor.arrived = place, True
        return changes

    def bring(self, visitor: Visitor, place: Place, own: Own) -> dict[Any, Any]:
        """The visitor to `place`, with other pictures."""
        changes = self.shown(place, own)
        visitor.place, visitor.own, visitor.arrived = place, own, True
        return changes

    def arrive(self, visitor: Visitor, query: dict[str, str]) -> dict[Any, Any] | None:
        """What a link shows; None when it does not lead here."""
        place = from_query(query)
        if place is None:
            return None
        if not query.keys() & {IN_LINKS.get(name, name) for name in TURNED.get(place.view, ())}:
            place = frame_actions.settled(self.shelf, place, Own())
        return self.bring(visitor, place, Own())

    def shown(self, place: Place, own: Own, before: Place | None = None) -> dict[Any, Any]:
        """The changes that bring the page from `before` to `place`. Raises `PictureError` when a picture is missing."""
        show = frame_actions.show if place != before else frame_actions.frame
        panels = show(self.shelf, place, own)
        changes = {self.parts[name]: change(self.parts[name], value) for name, value in panels.items()}
        if before is None or before.view != place.view:
            changes[self.tab.views] = gr.Tabs(selected=place.view)
        if before is None or (before.slot, before.pair) != (place.slot, place.pair):
            changes[self.parts["picture"]] = self.shelf.picture(place, own)
        if before is None or before.level != place.level:
            for name in ADVANCED:
                changes[self.parts[name]] = visible(
                    changes.get(self.parts[name], gr.update()), place.level == "explore"
                )
        if before is None or before.stop != place.stop:
            changes |= self._offers(place)
        return changes

    def _offers(self, place: Place) -> dict[Any, Any]:
        stop = tour.at(place)
        words_of = [offer.words for offer in stop.offers] if stop else []
        return {
            button: gr.update(value=words_of[n], visible=True) if n < len(words_of) else gr.update(visible=False)
            for n, button in enumerate(self.tab.offers)
        }

    def picture(self, place: Place, own: Own) -> Any:
        """The chosen picture; None while there is none."""
        try:
            return self.shelf.picture(place, own)
        except PictureError:
            return None


def change(widget: Any, value: Any) -> Any:
    """What a handler answers to show a panel's value. Plain values where possible: for every update Gradio makes the
    widget anew."""
    if isinstance(value, File):
        return save_bytes_to_cache(value.data, value.name, widget.GRADIO_CACHE)
    if isinstance(value, Choices):
        return gr.update(choices=list(value.options), value=value.value)
    if isinstance(value, Bounded):
        return gr.update(value=value.value, maximum=value.highest)
    return value


def visible(changed: Any, shown: bool) -> Any:
    """The same change, and the widget shown or hidden."""
    return {**(changed if isinstance(changed, dict) else gr.update(value=changed)), "visible": shown}
