"""The events of the explorer's frame: pictures, layers, tour and tabs. Those of a view are connected beside the view."""

from __future__ import annotations

from typing import Any

import gradio as gr
from PIL import Image

from nst_core.errors import PictureError
from nst_core.layers import LAYERS

from ..compute.worker import Worker
from ..events import LIGHT, PRIVATE, STRICT, sent
from ..examples import PAIRS
from . import frame_actions, labels, take_along, tour
from .explorer_tab import TABS, ExplorerTab
from .feature_cache import FeatureCache, Uploads, shrunk
from .panels import controls
from .rendering import Renderer
from .session import ExplorerSession, serialized
from .updates import Changes, update
from .view_events import ViewEvents, index
from .view_state import ViewState
from .views import VIEWS

# What a button of the tour changes may be below the screen's lower edge: scroll to it. On a wide screen the words of the
# tour stand right above the view and stay in sight with it; only the cell of a Gram matrix is too far below.
SCROLL_TO_CHANGES = """() => setTimeout(() => {
    const find = name => [...document.querySelectorAll(name)].find(part => part.offsetParent);
    const wide = matchMedia('(min-width: 900px)').matches;
    const part = find('#in-mode input[value=gram]:checked') ? find('#in-cell') : wide ? null : find('#in-whole');
    if (part) {
        if (part.getBoundingClientRect().bottom > innerHeight) part.scrollIntoView({block: 'center'});
    } else if (find('#in-views').getBoundingClientRect().top > innerHeight * 0.65)
        find(wide ? '#in-tour' : '#in-views').scrollIntoView();
}, 100)"""
# A stop of the tour has words to read first, which a narrow screen shows far above the view.
SCROLL_TO_TOUR = """() => setTimeout(() => {
    const below = document.querySelector('#in-views').getBoundingClientRect().top > innerHeight * 0.65;
    if (below && matchMedia('(min-width: 900px)').matches) document.querySelector('#in-tour').scrollIntoView();
}, 100)"""
DOWNLOAD = "() => setTimeout(() => document.querySelector('#in-notebook')?.click(), 200)"


def wire(tab: ExplorerTab, worker: Worker) -> Renderer:
    """Connect the explorer's events to handlers that compute with `worker`; returns the `Renderer` that they share."""
    renderer = Renderer(tab, FeatureCache(worker))
    for name, view in VIEWS.items():
        events = ViewEvents(renderer, name)
        for control in controls(view.panels):
            events.sets_field(control.name)
        if name in TABS:
            TABS[name].wire(events)
    # After the views: an event of the frame can change what their runs have shown.
    frame = ViewEvents(renderer)
    _wire_pictures(frame)
    _wire_layers(frame)
    _wire_tour(frame)
    _wire_tabs(frame)
    _wire_notebook(frame)
    return renderer


def _wire_pictures(frame: ViewEvents) -> None:
    renderer, parts = frame.renderer, frame.parts

    def choose_slot(session: ExplorerSession, slot: Any) -> Changes:
        state = session.state.updated(slot=slot)
        if renderer.picture(state, session.uploads) is not None:
            return frame.show(session, state)
        # There is no result yet: the empty image is where one can be dropped.
        gr.Warning(labels.NO_RESULT)
        session.state = state
        return {parts["picture"]: None}

    frame.connect(parts["slot"], "input", choose_slot, parts["slot"])

    def choose_pair(session: ExplorerSession, event: gr.EventData) -> Changes:
        pair = index(event, len(PAIRS))
        if pair is None:
            return frame.show(session, session.state)
        return renderer.load(session, session.state.updated(pair=pair), Uploads())

    frame.connect(parts["pairs_gallery"], "select", choose_pair)
    _wire_upload(frame)


def _wire_upload(frame: ViewEvents) -> None:
    renderer, picture = frame.renderer, frame.parts["picture"]

    @serialized
    def upload(session: ExplorerSession, image: Image.Image | None) -> Changes:
        if image is None:
            return frame.show(session, session.state)
        state = session.state.updated(row=-1, column=-1)
        uploads = session.uploads.with_picture(state.slot, shrunk(image))
        try:
            return renderer.load(session, state, uploads)
        except PictureError as error:  # the view needs another picture, too; this one is kept
            gr.Warning(str(error))
            session.state, session.uploads = state, uploads
            return {picture: gr.skip()}

    # Removing the picture is not an event here: it leaves an empty image to drop another into, and all else as it is.
    options = {"trigger_mode": "always_last"} | STRICT
    uploaded = frame.parts.listener("picture", "upload")(upload, [frame.session, picture], frame.outputs, **options)

    def last_picture(session: ExplorerSession) -> Image.Image | None:
        return renderer.picture(session.state, session.uploads)

    uploaded.failure(last_picture, [frame.session], [picture], **LIGHT)


def _wire_layers(frame: ViewEvents) -> None:
    def choose_layer(state: ViewState, uploads: Uploads, layer: Any) -> ViewState:
        return frame_actions.with_chosen_in_sight(frame.cache, state.updated(layer=layer), uploads)

    frame.on_input("layer", choose_layer)
    frame.on_input("roles", lambda state, uploads, roles: frame_actions.with_roles(state, roles))

    def pick(session: ExplorerSession, event: gr.EventData) -> Changes:
        layer, state = sent(event, "layer"), session.state
        if isinstance(layer, str) and layer in LAYERS:
            state = choose_layer(state, session.uploads, layer)
        return frame.show(session, state)

    frame.connect(frame.parts["diagram"], "pick", pick)


def _wire_tour(frame: ViewEvents) -> None:
    def choose_stop(state: ViewState, uploads: Uploads, number: Any) -> ViewState:
        if type(number) is not int or not 1 <= number <= len(tour.STOPS):
            return state
        return frame_actions.with_chosen_in_sight(frame.cache, tour.at_stop(state, number), uploads)

    frame.on_input("stop", choose_stop).then(None, None, None, js=SCROLL_TO_TOUR, **PRIVATE)
    frame.sets_field("level")
    for n, button in enumerate(frame.renderer.tab.offers):

        def take(state: ViewState, uploads: Uploads, number: int = n) -> ViewState:
            return frame_actions.take_offer(frame.cache, state, uploads, number)

        frame.on_click(button, take).then(None, None, None, js=SCROLL_TO_CHANGES, **PRIVATE)


def _wire_tabs(frame: ViewEvents) -> None:
    names = list(VIEWS)

    def open_view(session: ExplorerSession, event: gr.EventData) -> Changes:
        number = index(event, len(names))
        view = session.state.view if number is None else names[number]
        return frame.show(session, session.state.updated(view=view))

    # Not the select event of each gr.Tab: that one is also triggered by every answer that opens a tab.
    frame.connect(frame.renderer.tab.tabs, "select", open_view)


def _wire_notebook(frame: ViewEvents) -> None:
    notebook = frame.parts["notebook"]

    @serialized
    def make(session: ExplorerSession) -> Any:
        view = session.state.view
        made = session.shown.get(view) if view in session.made else None
        return update(notebook, take_along.take_along(frame.cache, session.state, session.uploads, made))

    made = frame.parts.listener("take_along", "click")(make, [frame.session], [notebook], **STRICT)
    made.success(None, None, None, js=DOWNLOAD, **PRIVATE)
