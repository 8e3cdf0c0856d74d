"""The layout of the explorer: pictures, tour, layer diagram and views. `wiring` connects its events."""

from __future__ import annotations

from types import ModuleType

import gradio as gr

from nst_core.layers import LAYERS

from ..examples import PAIRS
from ..inputs import Dropdown, PhotoInput, Radio, pairs_gallery
from . import html, labels, layer_diagram, parts, tour
from .parts import ExplorerTab, Parts, choices
from .session import ExplorerSession
from .view_state import ViewState
from .views import (
    VIEWS,
    channels_tab,
    edit_tab,
    excite_tab,
    gram_tab,
    grid_tab,
    kernels_tab,
    rebuild_tab,
    steps_tab,
    untrained_tab,
)

PICTURE_HEIGHT = 150
# The views whose layout or events are more than their declared panels: each module has `build` and `wire`.
TABS: dict[str, ModuleType] = {
    "channels": channels_tab,
    "kernels": kernels_tab,
    "excite": excite_tab,
    "gram": gram_tab,
    "edit": edit_tab,
    "steps": steps_tab,
    "grid": grid_tab,
    "rebuild": rebuild_tab,
    "untrained": untrained_tab,
}


def build() -> ExplorerTab:
    """Lay the explorer out inside the current Blocks, in the order of a wide screen.

    On a narrow one style.css puts the tour first.
    """
    session = gr.State(ExplorerSession())
    frame = Parts(explore_only=["roles"])
    with gr.Column(elem_id="inside"):
        with gr.Column(elem_id="in-pictures", min_width=0):
            _pictures(frame)
        with gr.Column(elem_id="in-layers", min_width=0):
            frame.panels["diagram"] = gr.HTML(elem_id="in-ruler", js_on_load=layer_diagram.CLICKS, min_height=84)
        with gr.Column(elem_id="in-layer-facts", min_width=0):
            _layer(frame)
        with gr.Column(elem_id="in-tour", min_width=0):
            offers = _tour(frame)
        with gr.Column(elem_id="in-views", min_width=0):
            with gr.Tabs(selected=ViewState().view, elem_id="in-tabs") as tabs:
                views = {}
                for name, view in VIEWS.items():
                    with gr.Tab(view.title, id=name):
                        views[name] = TABS[name].build() if name in TABS else parts.build(view.panels)
            frame.panels["words"] = gr.HTML(elem_id="in-words", min_height=20)
        with gr.Row(elem_id="in-foot"):
            frame.others["paint_with"] = gr.Button(labels.PAINT_WITH, size="sm", elem_id="in-paint-with", min_width=120)
            frame.panels["link"] = gr.HTML(elem_id="in-link", min_height=24)
        with gr.Accordion(labels.CODE, open=False, elem_id="in-code-box"):
            _code(frame)
    return ExplorerTab(session, tabs, offers, frame, views)


def _tour(frame: Parts) -> list[gr.Button]:
    """The stops, the level, the text and the buttons of the first stop, which has as many as any other."""
    first = tour.STOPS[0]
    stops = [(f"{n} · {stop.name}", n) for n, stop in enumerate(tour.STOPS, start=1)]
    with gr.Row(elem_classes="controls"):
        frame.panels["stop"] = Radio(stops, value=1, label=labels.TOUR, elem_id="in-stop", min_width=300)
        frame.panels["level"] = Radio(
            choices(labels.LEVELS), value="learn", label=labels.LEVEL, elem_id="in-level", min_width=130
        )
    frame.panels["story"] = gr.HTML(html.story(first.title, first.text), elem_id="in-story", min_height=72)
    with gr.Row(elem_id="in-offers"):
        return [
            gr.Button(offer.label, size="sm", elem_id=f"in-offer-{n}", min_width=100)
            for n, offer in enumerate(first.offers)
        ]


def _pictures(frame: Parts) -> None:
    """The choice among the three pictures, the chosen one, and the bundled pairs."""
    frame.panels["slot"] = Radio(choices(labels.SLOTS), value="photo", label=labels.LOOKING_AT, elem_id="in-slot")
    frame.panels["picture"] = PhotoInput(
        PAIRS[0].photo,
        label=labels.LOOKING_AT,
        placeholder=labels.DROP,
        height=PICTURE_HEIGHT,
        sources=["upload"],
        buttons=[],
        elem_id="in-picture",
    )
    frame.others["pairs_gallery"] = pairs_gallery("in-pairs-gallery")
    frame.others["paint_pictures"] = gr.Button(labels.PAINT_PICTURES, size="sm", elem_id="in-paint-pictures")


def _layer(frame: Parts) -> None:
    """The list of the layers, the losses that use the chosen one, and its facts."""
    chosen = tour.STOPS[0].changes["layer"]
    with gr.Row(elem_classes="controls"):
        frame.panels["layer"] = Dropdown(
            list(LAYERS), value=chosen, label=labels.LAYER, elem_id="in-layer", min_width=110
        )
        frame.panels["roles"] = gr.CheckboxGroup(
            labels.ROLE_CHOICES, label=labels.ROLES, visible=False, elem_id="in-roles", min_width=220
        )
    frame.panels["facts"] = gr.HTML(elem_id="in-facts", min_height=90)


def _code(frame: Parts) -> None:
    """The lines of Python that make the figure of the view, and the notebook."""
    gr.HTML(f"<p>{labels.CODE_WORDS}</p>")
    frame.panels["code"] = gr.HTML(elem_id="in-code", js_on_load=html.COPIES, min_height=120)
    with gr.Row():
        frame.others["take_along"] = gr.Button(labels.TAKE_ALONG, size="sm", elem_id="in-take-along", min_width=120)
        # Pressed by a script as soon as there is a file.
        frame.others["notebook"] = gr.DownloadButton(visible="hidden", elem_id="in-notebook")
