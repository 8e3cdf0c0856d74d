"""The view "steps": a run that is followed while it goes on. Layout and events."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from ...events import LATEST, STRICT
from ...inputs import Slider
from ...paint.kept_steps import followed
from ...paint.paint_actions import PaintSession
from ..parts import Parts, image
from ..session import ExplorerSession, serialized
from ..updates import Changes
from . import steps_actions, steps_text

if TYPE_CHECKING:
    from ..view_events import ViewEvents

# JavaScript of the status: it triggers "look" when the view comes into sight, and while it is in sight as often as the last
# answer says; not while the slider is being moved.
LOOKS = """
let asked = 0, seen = false;
setInterval(() => {
    const wait = element.querySelector('[data-wait]')?.dataset.wait;
    const due = !seen || (wait !== undefined && Date.now() - asked > 1000 * wait);
    seen = element.offsetParent !== null && !document.hidden;
    if (!seen || !due || document.querySelector('#in-kept-step input:active')) return;
    asked = Date.now();
    trigger('look');
}, 400);
"""


def build() -> Parts:
    """Lay the view out inside the current Blocks."""
    parts = Parts()
    panels = parts.panels
    panels["steps_words"] = gr.HTML(elem_id="in-steps-words", min_height=60)
    panels["step_status"] = gr.HTML(elem_id="in-step-status", js_on_load=LOOKS, min_height=48)
    parts.others["paint_article"] = gr.Button(steps_text.PAINT, elem_id="in-paint-article", min_width=120)
    panels["kept_step"] = Slider(1, 2, value=1, step=1, label=steps_text.STEP, elem_id="in-kept-step")
    with gr.Row(elem_classes="wide"):
        with gr.Column(scale=8, min_width=300):
            panels["step_figure"] = image("step_figure", steps_text.FIGURE, steps_text.FIGURE_ALT)
        with gr.Column(scale=4, min_width=280):
            panels["step_losses"] = gr.HTML(elem_id="in-step-losses", min_height=200)
    return parts


def wire(events: ViewEvents) -> None:
    """Connect the slider; `follow` connects the rest."""
    slider, session = events.parts["kept_step"], events.session

    @serialized
    def choose(session: ExplorerSession, value: Any) -> Changes:
        changes = events.show(session, steps_actions.choose(session.state, session.uploads, value))
        # It may have been moved on meanwhile: then the last value is sent next.
        return {component: change for component, change in changes.items() if component is not slider}

    events.parts.listener("kept_step", "input")(choose, [session, slider], events.outputs, **LATEST, **STRICT)


def follow(events: ViewEvents, paint_session: gr.State) -> tuple[Any, ...]:
    """Have the view follow the run of `paint_session`; returns what looks at it: function, inputs, outputs."""
    status = events.parts["step_status"]

    def look(session: ExplorerSession, painter: PaintSession) -> Changes:
        before, steps = session.uploads.steps, followed(painter.steps, painter.strip.busy)
        session.uploads = replace(session.uploads, steps=steps)
        if before is not None and before is not steps:  # another run: its newest step
            session.state = session.state.updated(step=0)
        if session.state.view != events.view:  # the visitor has left it meanwhile
            return {status: gr.skip()}
        return events.renderer.again(session)

    outputs = [*events.parts.panels.values(), events.renderer.tab.frame["words"]]
    looked = serialized(look), [events.session, paint_session], outputs
    events.parts.listener("step_status", "look")(*looked, trigger_mode="once", **STRICT)
    return looked
