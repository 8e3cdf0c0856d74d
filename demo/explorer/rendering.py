"""From one `ViewState` to the next: which components of the page change, and to what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr
from PIL import Image

from nst_core.errors import PictureError

from . import frame_actions, tour, view_words
from .feature_cache import FeatureCache, Uploads
from .parts import ExplorerTab, Parts
from .session import ExplorerSession
from .updates import Changes, update, with_visibility
from .view_state import FIELDS, ViewState, from_query, link_name
from .views import VIEWS


class Renderer:
    """Brings sessions to other states; returns the changes of the page that show them. One for all sessions."""

    def __init__(self, tab: ExplorerTab, cache: FeatureCache) -> None:
        """For the components of `tab`."""
        self.tab, self.cache = tab, cache
        # view -> the fields of the state that the figure of its run is made from, and what its components show without one
        self.runs: dict[str, tuple[Sequence[str], Changes]] = {}

    def outputs(self, view: str | None = None) -> list[gr.blocks.Block]:
        """The components that an event of `view` can change; None stands for an event that can change view or level."""
        frame = [self.tab.tabs, *self.tab.frame.panels.values()]
        if view is not None:
            return [*frame, *self.tab.views[view].panels.values(), *self.runs.get(view, ((), {}))[1]]
        listed = [*frame, *self.tab.offers, *(component for _, rest in self.runs.values() for component in rest)]
        for parts in self.tab.views.values():
            listed += parts.panels.values()
            listed += [parts[name] for name in parts.explore_only if name not in parts.panels]
        return listed

    def show(self, session: ExplorerSession, state: ViewState, view: str | None = None) -> Changes:
        """Bring the session to `state`; where a picture is missing, keep its old state and warn the visitor.

        `view` is the view whose event is answered: only `outputs(view)` change.
        """
        if view and not session.rendered:  # Gradio has dropped the session: the page still shows the view of the event
            state = state.updated(view=view)
        before = session.state if session.rendered else None
        try:
            changes = self.updates(state, session.uploads, before)
        except PictureError as error:
            # The control or the tab that was clicked already shows the refused state: show the old one again.
            changes = self.updates(session.state, session.uploads, before)
            changes[self.tab.tabs] = gr.Tabs(selected=session.state.view)
            gr.Warning(str(error))
        else:
            session.state, session.rendered = state, True
            changes |= self._without_stale_run(session)
        # An event of a view that the visitor has left meanwhile changes nothing of another view.
        outputs = set(self.outputs(view))
        return {component: value for component, value in changes.items() if component in outputs}

    def load(self, session: ExplorerSession, state: ViewState, uploads: Uploads) -> Changes:
        """Bring the session to `state` with other pictures. Raises `PictureError` where one is missing."""
        changes = self.updates(state, uploads)
        session.state, session.uploads, session.rendered = state, uploads, True
        return changes | self._without_stale_run(session)

    def made_from(self, session: ExplorerSession, view: str) -> tuple[Any, ...]:
        """What a run of `view` would be made from now: the fields of the state that count, and the visitor's pictures."""
        uploads = session.uploads
        pictures = (uploads.photo, uploads.painting, uploads.result)
        return (*(getattr(session.state, name) for name in self.runs[view][0]), *map(id, pictures))

    def _without_stale_run(self, session: ExplorerSession) -> Changes:
        """Take away the figure of a run that was of something else, and end that run if it goes on."""
        view = session.state.view
        if view not in session.made or session.made[view] == self.made_from(session, view):
            return {}
        del session.made[view]
        return dict(self.runs[view][1])

    def from_link(self, session: ExplorerSession, query: dict[str, str]) -> Changes | None:
        """Bring the session to what a link describes; None when it describes no state."""
        state = from_query(query)
        if state is None:
            return None
        if not query.keys() & {link_name(name) for name in VIEWS[state.view].part}:
            state = frame_actions.with_chosen_in_sight(self.cache, state, Uploads())
        return self.load(session, state, Uploads())

    def updates(self, state: ViewState, uploads: Uploads, before: ViewState | None = None) -> Changes:
        """The changes from `before` (None: from anything) to `state`. Raises `PictureError` where one is missing."""
        show = frame_actions.show if state != before else frame_actions.frame
        components = self.tab.frame.panels | self.tab.views[state.view].panels
        values = {name: getattr(state, name) for name in components if name in FIELDS}  # controls
        values |= show(self.cache, state, uploads)
        values = view_words.explained(self.tab.frame, self.tab.views[state.view], values, state.level)
        changes: Changes = {components[name]: update(components[name], value) for name, value in values.items()}
        if before is None or before.view != state.view:
            changes[self.tab.tabs] = gr.Tabs(selected=state.view)
        if before is None or (before.slot, before.pair) != (state.slot, state.pair):
            changes[self.tab.frame["picture"]] = self.cache.picture(state, uploads)
        if before is None or before.level != state.level:
            self._set_level(changes, state.level)
        if before is None or tour.stop_of(before) != tour.stop_of(state):
            changes |= self._offers(state)
        return changes

    def again(self, session: ExplorerSession) -> Changes:
        """The present view made anew, where what it shows has changed although the state has not."""
        state, view = session.state, self.tab.views[session.state.view]
        values = frame_actions.show(self.cache, state, session.uploads)
        values = view_words.explained(self.tab.frame, view, values, state.level)
        components = view.panels | {"words": self.tab.frame["words"]}
        return {part: update(part, values[name]) for name, part in components.items() if name in values}

    def _set_level(self, changes: Changes, level: str) -> None:
        """Show or hide what is shown only at the level "explore"."""
        every: list[Parts] = [self.tab.frame, *self.tab.views.values()]
        for component in (parts[name] for parts in every for name in parts.explore_only):
            changes[component] = with_visibility(changes.get(component, gr.update()), level == "explore")

    def _offers(self, state: ViewState) -> Changes:
        """The buttons of the tour's stop."""
        stop = tour.stop_of(state)
        offers = stop.offers if stop else ()
        return {
            button: gr.update(value=offers[n].label, visible=True) if n < len(offers) else gr.update(visible=False)
            for n, button in enumerate(self.tab.offers)
        }

    def picture(self, state: ViewState, uploads: Uploads) -> Image.Image | None:
        """The chosen picture; None while there is none."""
        try:
            return self.cache.picture(state, uploads)
        except PictureError:
            return None
