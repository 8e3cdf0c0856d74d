"""The ways between the two tabs: from a painted picture into the network, from the network's layers to a painting."""

from __future__ import annotations

from typing import Any

import gradio as gr

from nst_core.settings import FIELDS

from . import text
from .explorer.guide import Guide
from .explorer.shelf import Own
from .explorer.visitor import Visitor, in_turn
from .transfer_actions import Session
from .transfer_tab import TransferTab
from .transfer_wiring import LATEST, LIGHT, PRIVATE, STRICT

TO_THE_TOP = "() => { scrollTo({top: 0}) }"


def open_between(page: gr.Blocks, pages: Any, inside: Any, studio: TransferTab, explorer: Guide) -> None:
    """Wire the buttons that lead from one tab to the other, and the links that lead into the explorer."""
    tab, outputs = explorer.tab, [pages, *explorer.outputs]

    @in_turn
    def look_inside(visitor: Visitor, session: Session) -> dict[Any, Any]:
        """The last run; before there is one, the example that stands in its place."""
        last, own = session.last, Own()
        place = visitor.place.moved(view="compare", slot="result", layer="relu3_1", pair=session.pair, stop=5)
        if last is not None:
            own = Own(last.photo, last.painting, last.picture)
            # A loss of weight 0 may have no layers.
            content, style = last.settings.content_layers, last.settings.style_layers
            place = place.moved(content=content or place.content, style=style or place.style)
        return explorer.bring(visitor, place, own) | {pages: gr.Tabs(selected="inside")}

    button = studio.look_inside
    button.click(lambda: gr.Button(text.LOOKING, interactive=False), None, [button], **LATEST, **LIGHT)
    look = button.click(look_inside, [tab.visitor, studio.session], outputs, **STRICT)
    for after in (look.then, look.failure):
        after(lambda: gr.Button(text.LOOK_INSIDE, interactive=True), None, [button], **LIGHT)
    look.then(None, None, None, js=TO_THE_TOP, **PRIVATE)

    content, style = (list(FIELDS).index(f"{kind}_layers") for kind in ("content", "style"))

    def paint_with(visitor: Visitor) -> tuple[Any, list[str], list[str]]:
        gr.Info(text.LAYERS_TAKEN)
        return gr.Tabs(selected="paint"), list(visitor.place.content), list(visitor.place.style)

    settings = [studio.settings[content], studio.settings[style]]
    tab.parts["paint_with"].click(paint_with, [tab.visitor], [pages, *settings], **STRICT)

    @in_turn
    def arrive(visitor: Visitor, request: gr.Request) -> dict[Any, Any]:
        changes = explorer.arrive(visitor, dict(request.query_params))
        return {pages: gr.skip()} if changes is None else changes | {pages: gr.Tabs(selected="inside")}

    page.load(arrive, [tab.visitor], outputs, **STRICT)

    @in_turn
    def first_look(visitor: Visitor) -> dict[Any, Any]:
        return {pages: gr.skip()} if visitor.arrived else explorer.go(visitor, visitor.place)

    inside.select(first_look, [tab.visitor], outputs, **STRICT)
