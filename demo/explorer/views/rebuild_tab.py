"""The view "rebuild": a reconstruction that is shown while it is computed. Layout and events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import gradio as gr

from ...errors import user_facing
from ...events import LIGHT, PRIVATE, client_left, heavy
from ...inputs import Radio
from .. import labels
from ..parts import Parts, choices, image
from ..session import ExplorerSession
from ..updates import Changes, update
from . import rebuild_actions

if TYPE_CHECKING:
    from ..view_events import ViewEvents


def build() -> Parts:
    """Lay the view out inside the current Blocks."""
    parts = Parts()
    parts.panels["kind"] = Radio(choices(labels.KINDS), label=labels.KIND, value="content", elem_id="in-kind")
    parts.panels["rebuild_words"] = gr.HTML(elem_id="in-rebuild-words", min_height=48)
    others = parts.others
    with gr.Row(elem_classes="controls"):
        others["rebuild"] = gr.Button(labels.REBUILD, elem_id="in-rebuild", min_width=120)
        others["stop_rebuild"] = gr.Button(labels.STOP_REBUILD, visible=False, elem_id="in-stop-rebuild", min_width=80)
    others["rebuild_status"] = gr.HTML(f"<p>{labels.NO_REBUILD}</p>", elem_id="in-rebuild-status", min_height=44)
    others["rebuilt"] = image("rebuilt", labels.REBUILT, labels.REBUILT_ALT)
    return parts


def wire(events: ViewEvents) -> None:
    """Connect the events of the view."""
    events.sets_field("kind")
    parts, session = events.parts, events.session
    rebuilt, status = parts["rebuilt"], parts["rebuild_status"]

    @user_facing
    def run(session: ExplorerSession) -> Iterator[Changes]:
        left = client_left.get()
        interrupted = lambda: session.stop or left()  # noqa: E731
        for panels in rebuild_actions.run(events.cache, session.state, session.uploads, interrupted):
            changes: Changes = {parts[name]: update(parts[name], value) for name, value in (panels or {}).items()}
            yield changes or {rebuilt: gr.skip()}  # Gradio takes an empty dictionary for a missing value

    buttons = [parts["rebuild"], parts["stop_rebuild"]]
    started = parts.listener("rebuild", "click")(_begin, [session], buttons, **LIGHT)
    options: dict[str, Any] = {"show_progress": "minimal", "show_progress_on": [status]}
    job = started.then(run, [session], [rebuilt, status], **options, **heavy(events.cache.worker), **PRIVATE)
    for ended in (job.then, job.failure):
        ended(_buttons_at_rest, None, buttons, **LIGHT)
    parts.listener("stop_rebuild", "click")(_ask_to_stop, [session], None, **LIGHT)


def _begin(session: ExplorerSession) -> tuple[gr.Button, gr.Button]:
    session.stop = False
    return gr.Button(interactive=False), gr.Button(visible=True)


def _ask_to_stop(session: ExplorerSession) -> None:
    session.stop = True


def _buttons_at_rest() -> tuple[gr.Button, gr.Button]:
    return gr.Button(interactive=True), gr.Button(visible=False)
