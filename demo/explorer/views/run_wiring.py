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

# (cache, state, uploads, interrupted) -> panels from time to time, and last those of the end
Run = Callable[..., Iterator[Panels]]


def wire_run(
    events: ViewEvents, actions: Any, start: str, stop: str, shown: str, status: str, made_from: Sequence[str]
) -> None:
    """Connect the buttons `start` and `stop` with `actions.run`, a `Run` that fills the components `shown` and `status`.

    `made_from` are the fields of the state that the run depends on: when one changes, or a picture, the run ends and what it
    has shown is taken away, since it would stand under the words about something else.

    `actions` is the module, so that the tests can shorten its runs.
    """
    parts, session, renderer, view = events.parts, events.session, events.renderer, str(events.view)
    # What is a panel of the view is filled anew with each of its states.
    rest: Changes = {parts[shown]: None, parts[status]: parts[status].value} if shown in parts.others else {}
    renderer.runs[view] = made_from, rest

    @user_facing
    def run(session: ExplorerSession) -> Iterator[Changes]:
        left = client_left.get()
        mine = session.made[view] = renderer.made_from(session, view)
        stale = lambda: session.made.get(view) != mine or renderer.made_from(session, view) != mine  # noqa: E731
        interrupted = lambda: session.stop or stale() or left()  # noqa: E731
        for panels in actions.run(events.cache, session.state, session.uploads, interrupted):
            if stale():
                yield {parts[shown]: gr.skip()}  # not an empty dictionary, which Gradio takes for a missing value
                continue
            session.shown = {view: panels}  # of the last run alone: pictures take memory
            yield {parts[name]: update(parts[name], value) for name, value in panels.items()}

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
