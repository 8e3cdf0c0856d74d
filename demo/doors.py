"""The ways between the two tabs: from a painted picture into the network, from the network's layers to a painting."""

from __future__ import annotations

from typing import Any

import gradio as gr

from nst_core.settings import FIELDS

from . import text
from .explorer.place import Place
from .explorer.shelf import Own
from .explorer.wiring import Wiring
from .guard import guarded
from .transfer_actions import Session
from .transfer_tab import TransferTab
from .transfer_wiring import STRICT


def open_between(page: gr.Blocks, pages: Any, inside: Any, studio: TransferTab, explorer: Wiring) -> None:
    """Wire the buttons that lead from one tab to the other, and the links that lead into the explorer."""
    tab, outputs = explorer.tab, [pages, *explorer.outputs]
    state = [tab.place, tab.own]

    @guarded
    def look_inside(place: Place, session: Session) -> dict[Any, Any]:
        """The last run; before there is one, the example that stands in its place."""
        last, own = session.last, Own()
        place = place.moved(view="compare", slot="result", layer="relu3_1", pair=session.pair, stop=5)
        if last is not None:
            own = Own(last.photo, last.painting, last.picture)
            # A loss of weight 0 may have no layers.
            content, style = last.settings.content_layers, last.settings.style_layers
            place = place.moved(content=content or place.content, style=style or place.style)
        return explorer.brought(place, own) | {pages: gr.Tabs(selected="inside")}

    studio.look_inside.click(look_inside, [tab.place, studio.session], outputs, **STRICT)

    content, style = (list(FIELDS).index(f"{kind}_layers") for kind in ("content", "style"))

    def paint_with(place: Place) -> tuple[Any, list[str], list[str]]:
        gr.Info(text.LAYERS_TAKEN)
        return gr.Tabs(selected="paint"), list(place.content), list(place.style)

    settings = [studio.settings[content], studio.settings[style]]
    tab.parts["paint_with"].click(paint_with, [tab.place], [pages, *settings], **STRICT)

    @guarded
    def arrive(request: gr.Request) -> dict[Any, Any]:
        changes = explorer.arrive(dict(request.query_params))
        return {pages: gr.skip()} if changes is None else changes | {pages: gr.Tabs(selected="inside")}

    page.load(arrive, None, outputs, **STRICT)

    @guarded
    def first_look(place: Place, own: Own) -> dict[Any, Any]:
        return explorer.shown(place, own)

    inside.select(first_look, state, explorer.outputs, **STRICT)
