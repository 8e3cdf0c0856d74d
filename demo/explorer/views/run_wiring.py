"""What views that optimise have in common: a button that starts a run, one that stops it, and what is shown meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from ...errors import user_facing
from ...events import LIGHT, PRIVATE, client_left, heavy
from ..panels import Panels
from ..session import ExplorerSession
from ..updates import Changes, update

if TYPE_CHECKING:
    from ..view_events import ViewEvents

# (cache, state, uploads, interrupted) -> panels from time to time, None in between, and last those of the end
Run = Callable[..., Iterator[Panels | None]]


def wire_run(
    events: ViewEvents,
    actions: Any,
    start: str,
    stop: str,
    shown: str,
    status: str,
    ends_with: Sequence[str] = (),
) -> None:
    """Connect the buttons `start` and `stop` with `actions.run`, a `Run` that fills the components `shown` and `status`.

    `actions` is the module, so that the tests can shorten its runs. If there are `ends_with`, fields of `ViewState`, a run
    ends, and shows no more, once one of them or the pictures change.
    """
    parts, session = events.parts, events.session

    @user_facing
    def run(session: ExplorerSession) -> Iterator[Changes]:
        left, state, uploads = client_left.get(), session.state, session.uploads

        def moved() -> bool:
            fields = [getattr(session.state, name) == getattr(state, name) for name in ends_with]
            return bool(ends_with) and not (all(fields) and session.uploads is uploads)

        for panels in actions.run(events.cache, state, uploads, lambda: session.stop or left() or moved()):
            if moved():
                panels = None
            if panels and events.view:
                session.made = {events.view: panels}  # of the last run alone: pictures take memory
            changes: Changes = {parts[name]: update(parts[name], value) for name, value in (panels or {}).items()}
            yield changes or {parts[shown]: gr.skip()}  # Gradio takes an empty dictionary for a missing value

    buttons, outputs = [parts[start], parts[stop]], [parts[shown], parts[status]]
    started = parts.listener(start, "click")(_begin, [session], buttons, **LIGHT)
    options: dict[str, Any] = {"show_progress": "minimal", "show_progress_on": [parts[status]]}
    job = started.then(run, [session], outputs, **options, **heavy(events.cache.worker), **PRIVATE)
    for ended in (job.then, job.failure):
        ended(_buttons_at_rest, None, buttons, **LIGHT)
    parts.listener(stop, "click")(_ask_to_stop, [session], None, **LIGHT)


def _begin(session: ExplorerSession) -> tuple[gr.Button, gr.Button]:
    session.stop = False
    return gr.Button(interactive=False), gr.Button(visible=True)


def _ask_to_stop(session: ExplorerSession) -> None:
    session.stop = True


def _buttons_at_rest() -> tuple[gr.Button, gr.Button]:
    return gr.Button(interactive=True), gr.Button(visible=False)
