"""Brings visitors from place to place: what changes on the page when somebody goes somewhere."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.processing_utils import save_bytes_to_cache

from nst_core.errors import PictureError

from . import frame_actions, tour
from .explorer_tab import ADVANCED, ExplorerTab
from .feature_cache import FeatureCache, Uploads
from .panels import Bounded, Choices, File
from .session import ExplorerSession
from .view_state import IN_LINKS, TURNED, ViewState, from_query


class Renderer:
    """For all visitors of a tab. Answers {widget: what it becomes}, for handlers with these `outputs`."""

    def __init__(self, tab: ExplorerTab, cache: FeatureCache) -> None:
        self.tab, self.cache, self.parts = tab, cache, tab.parts
        self.outputs = [tab.views, *tab.offers, *tab.parts.values()]

    def show(self, session: ExplorerSession, state: ViewState) -> dict[Any, Any]:
        """Bring the visitor to `state`; back, with a word why, when a picture is missing there."""
        before = session.state if session.rendered else None
        try:
            changes = self.updates(state, session.uploads, before)
        except PictureError as error:
            # Controls and tabs already show where the visitor wanted to go.
            changes = self.updates(session.state, session.uploads, before)
            gr.Warning(str(error))
            return changes | {self.tab.views: gr.Tabs(selected=session.state.view)}
        session.state, session.rendered = state, True
        return changes

    def load(self, session: ExplorerSession, state: ViewState, uploads: Uploads) -> dict[Any, Any]:
        """The visitor to `state`, with other pictures."""
        changes = self.updates(state, uploads)
        session.state, session.uploads, session.rendered = state, uploads, True
        return changes

    def from_link(self, session: ExplorerSession, query: dict[str, str]) -> dict[Any, Any] | None:
        """What a link shows; None when it does not lead here."""
        state = from_query(query)
        if state is None:
            return None
        if not query.keys() & {IN_LINKS.get(name, name) for name in TURNED.get(state.view, ())}:
            state = frame_actions.settled(self.cache, state, Uploads())
        return self.load(session, state, Uploads())

    def updates(self, state: ViewState, uploads: Uploads, before: ViewState | None = None) -> dict[Any, Any]:
        """The changes that bring the page from `before` to `state`. Raises `PictureError` when a picture is missing."""
        show = frame_actions.show if state != before else frame_actions.frame
        panels = show(self.cache, state, uploads)
        changes = {self.parts[name]: change(self.parts[name], value) for name, value in panels.items()}
        if before is None or before.view != state.view:
            changes[self.tab.views] = gr.Tabs(selected=state.view)
        if before is None or (before.slot, before.pair) != (state.slot, state.pair):
            changes[self.parts["picture"]] = self.cache.picture(state, uploads)
        if before is None or before.level != state.level:
            for name in ADVANCED:
                changes[self.parts[name]] = visible(
                    changes.get(self.parts[name], gr.update()), state.level == "explore"
                )
        if before is None or before.stop != state.stop:
            changes |= self._offers(state)
        return changes

    def _offers(self, state: ViewState) -> dict[Any, Any]:
        stop = tour.at(state)
        words_of = [offer.words for offer in stop.offers] if stop else []
        return {
            button: gr.update(value=words_of[n], visible=True) if n < len(words_of) else gr.update(visible=False)
            for n, button in enumerate(self.tab.offers)
        }

    def picture(self, state: ViewState, uploads: Uploads) -> Any:
        """The chosen picture; None while there is none."""
        try:
            return self.cache.picture(state, uploads)
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
