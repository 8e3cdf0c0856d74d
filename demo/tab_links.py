"""The ways between the two tabs: from a painted picture into the network, from the network's layers to a painting."""

from __future__ import annotations

from typing import Any

import gradio as gr

from nst_core.settings import FIELDS

from . import text
from .events import LATEST, LIGHT, PRIVATE, STRICT
from .explorer.feature_cache import Uploads
from .explorer.rendering import Renderer
from .explorer.session import ExplorerSession, serialized
from .paint.paint_actions import PaintSession
from .paint.paint_tab import PaintTab

TO_THE_TOP = "() => { scrollTo({top: 0}) }"


def open_between(page: gr.Blocks, pages: Any, inside: Any, studio: PaintTab, explorer: Renderer) -> None:
    """Wire the buttons that lead from one tab to the other, and the links that lead into the explorer."""
    tab, outputs = explorer.tab, [pages, *explorer.outputs]

    @serialized
    def look_inside(session: ExplorerSession, paint_session: PaintSession) -> dict[Any, Any]:
        """The last run; before there is one, the example that stands in its place."""
        last, uploads = paint_session.last, Uploads()
        state = session.state.updated(view="compare", slot="result", layer="relu3_1", pair=paint_session.pair, stop=5)
        if last is not None:
            uploads = Uploads(last.photo, last.painting, last.picture)
            # A loss of weight 0 may have no layers.
            content, style = last.settings.content_layers, last.settings.style_layers
            state = state.updated(content=content or state.content, style=style or state.style)
        return explorer.load(session, state, uploads) | {pages: gr.Tabs(selected="inside")}

    button = studio.look_inside
    button.click(lambda: gr.Button(text.LOOKING, interactive=False), None, [button], **LATEST, **LIGHT)
    look = button.click(look_inside, [tab.session, studio.session], outputs, **STRICT)
    for after in (look.then, look.failure):
        after(lambda: gr.Button(text.LOOK_INSIDE, interactive=True), None, [button], **LIGHT)
    look.then(None, None, None, js=TO_THE_TOP, **PRIVATE)

    content, style = (list(FIELDS).index(f"{kind}_layers") for kind in ("content", "style"))

    def paint_with(session: ExplorerSession) -> tuple[Any, list[str], list[str]]:
        gr.Info(text.LAYERS_TAKEN)
        return gr.Tabs(selected="paint"), list(session.state.content), list(session.state.style)

    settings = [studio.settings[content], studio.settings[style]]
    tab.parts["paint_with"].click(paint_with, [tab.session], [pages, *settings], **STRICT)

    @serialized
    def arrive(session: ExplorerSession, request: gr.Request) -> dict[Any, Any]:
        changes = explorer.from_link(session, dict(request.query_params))
        return {pages: gr.skip()} if changes is None else changes | {pages: gr.Tabs(selected="inside")}

    page.load(arrive, [tab.session], outputs, **STRICT)

    @serialized
    def first_look(session: ExplorerSession) -> dict[Any, Any]:
        return {pages: gr.skip()} if session.rendered else explorer.show(session, session.state)

    inside.select(first_look, [tab.session], outputs, **STRICT)
