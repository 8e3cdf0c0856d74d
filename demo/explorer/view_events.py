"""Connects components with changes of the `ViewState`: the events that every view needs, and what they send."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from ..events import LATEST, STRICT, sent
from .feature_cache import FeatureCache
from .rendering import Renderer
from .session import ExplorerSession, serialized
from .updates import Changes
from .view_state import ViewState

# (state, uploads, what the event sends) -> the next state; for images and tables the cache comes before them. What it
# raises is shown to the visitor, and the session keeps its state.
Move = Callable[..., ViewState]
# Every click counts. Gradio's "always_last" would send the coordinates of the first click again, or the value that the
# control has been given by the answer to the previous click.
EACH: dict[str, Any] = {"trigger_mode": "multiple"} | STRICT
LARGEST_IMAGE = 1e6  # pixels along one side


class ViewEvents:
    """Connects the components of one view, or of the frame around the views.

    An event of a view can change the frame and that view; an event of the frame can change everything.
    """

    def __init__(self, renderer: Renderer, view: str | None = None) -> None:
        """For the components of `view`; None stands for the frame."""
        self.renderer, self.view = renderer, view
        self.parts = renderer.tab.views[view] if view else renderer.tab.frame
        self.session: gr.State = renderer.tab.session
        self.cache: FeatureCache = renderer.cache

    @property
    def outputs(self) -> list[gr.blocks.Block]:
        """The components that an event can change, those of a run included once it is connected."""
        return self.renderer.outputs(self.view)

    def on_input(self, name: str, move: Move) -> gr.events.Dependency:
        """When the visitor changes the control `name`, go to `move(state, uploads, value)`."""
        control = self.parts[name]

        def handler(session: ExplorerSession, value: Any) -> Changes:
            changes = self.show(session, move(session.state, session.uploads, value))
            # The visitor may have typed the next digit meanwhile, or moved the slider on.
            if isinstance(control, (gr.Number, gr.Slider)):
                changes.pop(control, None)
            return changes

        # A slider sends every value that it is drawn or stepped over: those in between need no answer.
        options = LATEST | STRICT if isinstance(control, gr.Slider) else EACH
        return self.connect(control, "input", handler, control, options=options)

    def sets_field(self, name: str) -> None:
        """Have the control `name` set the field of that name."""
        self.on_input(name, lambda state, uploads, value: state.updated(**{name: value}))

    def on_click(self, button: gr.blocks.Block, move: Move) -> gr.events.Dependency:
        """When `button` is clicked, go to `move(state, uploads)`."""

        def handler(session: ExplorerSession) -> Changes:
            return self.show(session, move(session.state, session.uploads))

        return self.connect(button, "click", handler)

    def on_image_click(self, name: str, move: Move) -> None:
        """When the image `name` is clicked, go to `move(cache, state, uploads, x, y)`, in pixels of the image."""

        def handler(session: ExplorerSession, event: gr.EventData) -> Changes:
            return self.show(session, move(self.cache, session.state, session.uploads, *pixel(event)))

        self.connect(self.parts[name], "select", handler)

    def on_row_click(self, name: str, move: Move) -> None:
        """When a row of the table `name` is clicked, go to `move(cache, state, uploads, row)`."""

        def handler(session: ExplorerSession, event: gr.EventData) -> Changes:
            return self.show(session, move(self.cache, session.state, session.uploads, row(event)))

        self.connect(self.parts[name], "select", handler)

    # ---- for handlers of other events

    def connect(
        self,
        component: gr.blocks.Block,
        event: str,
        handler: Callable[..., Any],
        *inputs: gr.blocks.Block,
        options: dict[str, Any] = EACH,
    ) -> gr.events.Dependency:
        """Have `handler(session, *values of inputs)` answer each event, one event of a session after the other."""
        listener = getattr(component, event)
        return listener(serialized(handler), [self.session, *inputs], self.outputs, **options)

    def show(self, session: ExplorerSession, state: ViewState) -> Changes:
        """Bring the session to `state`, and return the changes of the page."""
        return self.renderer.show(session, state, self.view)


def index(event: gr.EventData, length: int) -> int | None:
    """The position of a selected item among `length`, from 0; None for anything else."""
    value = sent(event, "index")
    return value if type(value) is int and 0 <= value < length else None


def row(event: gr.EventData) -> int:
    """The row of the cell of a table that was clicked, from 0; -1 for anything else."""
    value = sent(event, "index")
    first = value[0] if isinstance(value, (list, tuple)) and value else None
    return first if type(first) is int and first >= 0 else -1


def pixel(event: gr.EventData) -> tuple[float, float]:
    """The (x, y) of a click on an image, in its pixels; (-1, -1), which is beside every image, for anything else."""
    value = sent(event, "index")
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        return -1.0, -1.0
    if not all(type(n) in (int, float) and abs(n) < LARGEST_IMAGE for n in value):  # infinity and NaN are not below it
        return -1.0, -1.0
    return float(value[0]), float(value[1])
