"""The events of going on from a result, but for the run itself, which `wiring` starts as it starts any run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from nst_core.settings import Settings

from ..compute.reached import Reached
from ..compute.worker import Worker
from ..events import LIGHT
from . import going_on_actions as actions
from .paint_actions import PaintSession
from .paint_tab import PaintTab

# (session, values of the inputs) -> (the settings of a run, what it starts from)
Prepare = Callable[..., tuple[Settings, Reached | None]]


def prepare(worker: Worker) -> Prepare:
    """What makes the settings and the start of a run that goes on, for `more` evaluations."""

    def prepared(session: PaintSession, values: Any, more: Any) -> tuple[Settings, Reached | None]:
        reached = actions.start_of(session.reached)
        return actions.settings_for(values, more, worker.limits), reached

    return prepared


def wire(tab: PaintTab, runs: Sequence[Any]) -> list[Any]:
    """After each of the `runs` fill in how many evaluations to add (`Reached.share`); returns the events that do it."""
    return [run.then(_offer, [tab.session], [tab.going_on.more], **LIGHT) for run in runs]


def _offer(session: PaintSession) -> Any:
    return session.reached.share if session.reached else gr.skip()
