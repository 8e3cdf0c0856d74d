"""The components of the explorer by name, and how the panels that a view declares become components."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from .. import glossary
from ..inputs import Radio, Slider
from .panels import Columns, HtmlPanel, ImagePanel, Panel, RadioControl, SliderControl
from .view_state import FIELDS, ViewState


@dataclass
class Parts:
    """The components of one view, or of the frame around the views, by name."""

    panels: dict[str, gr.components.Component] = field(default_factory=dict)  # an answer can change these
    others: dict[str, gr.components.Component] = field(default_factory=dict)  # buttons, and what one of them fills
    explore_only: list[str] = field(default_factory=list)  # shown only at the level "explore"
    explained: set[str] = field(default_factory=set)  # words of the glossary that are marked in HTML that never changes

    def __getitem__(self, name: str) -> gr.components.Component:
        """The component called `name`."""
        return self.panels[name] if name in self.panels else self.others[name]

    def listener(self, name: str, event: str) -> Callable[..., gr.events.Dependency]:
        """The method that adds a handler to `event` ("click") of the component `name`. Gradio makes it at run time."""
        return getattr(self[name], event)


@dataclass
class ExplorerTab:
    """The components of the explorer."""

    session: gr.State
    tabs: gr.Tabs  # one for each view
    offers: list[gr.Button]  # the buttons of the tour's stop
    frame: Parts  # around the views
    views: dict[str, Parts]


def elem_id(name: str) -> str:
    """The id in the page of the component called `name`."""
    return f"in-{name.replace('_', '-')}"


def image(name: str, label: str, alt_text: str) -> gr.Image:
    """An image to look at, to click and to download. Its values are paths of files, which keep their names."""
    return gr.Image(
        label=label,
        alt_text=alt_text,
        interactive=False,
        buttons=["download", "fullscreen"],
        type="filepath",
        elem_id=elem_id(name),
    )


def titled_image(name: str, label: str, alt_text: str) -> gr.Image:
    """An `image` in a column of its own, with its label as a heading above it."""
    with gr.Column(min_width=300):
        gr.HTML(f"<h3>{label}</h3>")
        return image(name, label, alt_text)


def choices(labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """{value: label} as Gradio's radios and dropdowns take them."""
    return [(label, value) for value, label in labels.items()]


def build(panels: Sequence[Panel | Columns]) -> Parts:
    """The components of a view that declares its panels, in one column inside the current Blocks."""
    parts = Parts()
    for panel in panels:
        if isinstance(panel, Columns):
            _build_columns(panel, parts)
        else:
            _add(panel, parts)
    return parts


def _build_columns(columns: Columns, parts: Parts) -> None:
    with gr.Row(elem_classes="wide"):
        for width, panels in zip(columns.widths, (columns.left, columns.right), strict=True):
            with gr.Column(scale=width, min_width=300):
                for panel in panels:
                    _add(panel, parts)


def _add(panel: Panel, parts: Parts) -> None:
    options: dict[str, Any] = {}
    if isinstance(panel, (HtmlPanel, RadioControl, SliderControl)):
        options = {"elem_id": elem_id(panel.name), "visible": not panel.explore_only}
        parts.explore_only += [panel.name] * panel.explore_only
    if isinstance(panel, ImagePanel):
        parts.panels[panel.name] = image(panel.name, panel.label, panel.alt_text)
    elif isinstance(panel, HtmlPanel):
        parts.panels[panel.name] = gr.HTML(min_height=panel.min_height, **options)
    elif isinstance(panel, RadioControl):
        options["value"] = getattr(ViewState(), panel.name)
        parts.panels[panel.name] = Radio(choices(panel.choices), label=panel.label, **options)
    elif isinstance(panel, SliderControl):
        options["value"] = getattr(ViewState(), panel.name)
        bounds = FIELDS[panel.name].metadata["low"], FIELDS[panel.name].metadata["high"]
        parts.panels[panel.name] = Slider(*bounds, step=panel.step, label=panel.label, **options)
    else:
        gr.HTML(glossary.explained(panel.html, parts.explained))
