"""The explorer as it looks: pictures, tour, ruler and the views. `wiring` says what they do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from nst_core.layers import LAYERS

from ..examples import PAIRS
from ..inputs import Dropdown, PhotoInput, Radio, pairs_gallery
from ..paint.paint_actions import PaintSession
from . import labels, layer_diagram, tour
from .session import ExplorerSession
from .view_state import VIEWS, ViewState
from .views import channels_tab, gram_tab, views_tab

PICTURE_HEIGHT = 170
LAYOUTS = {
    "channels": channels_tab.build,
    "gram": gram_tab.build,
    "lesson": views_tab.lesson,
    "compare": views_tab.compare,
    "errors": views_tab.errors,
    "losses": views_tab.losses,
    "rebuild": views_tab.rebuild,
}
# Shown only at the level "explore".
ADVANCED = ("sort", "scale", "curve", "pairs_by", "pairs", "csv", "npz", "roles", "spectrum", "amount")


@dataclass
class ExplorerTab:
    """`parts` are the panels by name, as the actions call them."""

    session: Any
    paint_session: Any
    views: Any
    offers: list[Any]
    parts: dict[str, Any]


def build() -> ExplorerTab:
    """Lay the tab out, inside the current context. In the order of a telephone's single column."""
    session, paint_session = gr.State(ExplorerSession()), gr.State(PaintSession())
    first = tour.STOPS[0]  # said at once; the pictures follow when the network has looked
    parts: dict[str, Any] = {}
    offers: list[Any] = []
    with gr.Column(elem_id="inside"):
        with gr.Column(elem_id="in-tour", min_width=0):
            stops = [(f"{n} · {stop.name}", n) for n, stop in enumerate(tour.STOPS, start=1)]
            levels = [(label, name) for name, label in labels.LEVELS.items()]
            with gr.Row(elem_classes="controls"):
                parts["stop"] = Radio(stops, value=1, label=labels.TOUR, elem_id="in-stop", min_width=300)
                parts["level"] = Radio(levels, value="learn", label=labels.LEVEL, elem_id="in-level", min_width=130)
            parts["story"] = gr.HTML(labels.story(first.title, first.text), elem_id="in-story", min_height=72)
            with gr.Row(elem_id="in-offers"):
                offers = [
                    gr.Button(offer.words, size="sm", elem_id=f"in-offer-{n}", min_width=100)
                    for n, offer in enumerate(first.offers)
                ]
        with gr.Column(elem_id="in-pictures", min_width=0):
            _pictures(parts)
        with gr.Column(elem_id="in-layers", min_width=0):
            parts["ruler"] = gr.HTML(elem_id="in-ruler", js_on_load=layer_diagram.CLICKS, min_height=84)
            gr.HTML(labels.RULER, elem_id="in-ruler-key")
        with gr.Column(elem_id="in-layer-facts", min_width=0):
            with gr.Row(elem_classes="controls"):
                parts["layer"] = Dropdown(
                    list(LAYERS), value=first.changes["layer"], label=labels.LAYER, elem_id="in-layer", min_width=110
                )
                parts["roles"] = gr.CheckboxGroup(
                    labels.ROLE_CHOICES, label=labels.ROLES, elem_id="in-roles", min_width=220
                )
            parts["facts"] = gr.HTML(elem_id="in-facts", min_height=90)
        with gr.Column(elem_id="in-views", min_width=0), gr.Tabs(selected=ViewState().view, elem_id="in-tabs") as views:
            for name in VIEWS:
                with gr.Tab(labels.VIEWS[name], id=name):
                    parts |= LAYOUTS[name]()
        with gr.Row(elem_id="in-foot"):
            parts["paint_with"] = gr.Button(labels.PAINT_WITH, size="sm", elem_id="in-paint-with", min_width=120)
            parts["link"] = gr.HTML(elem_id="in-link", min_height=24)
    for name in ADVANCED:
        parts[name].visible = False
    return ExplorerTab(session, paint_session, views, offers, parts)


def _pictures(parts: dict[str, Any]) -> None:
    slots = [(label, name) for name, label in labels.SLOTS.items()]
    parts["slot"] = Radio(slots, value="photo", label=labels.LOOKING_AT, elem_id="in-slot")
    parts["picture"] = PhotoInput(
        PAIRS[0].photo,
        label=labels.LOOKING_AT,
        placeholder=labels.DROP,
        height=PICTURE_HEIGHT,
        sources=["upload"],
        buttons=[],
        elem_id="in-picture",
    )
    parts["pairs_gallery"] = pairs_gallery("in-pairs-gallery")
