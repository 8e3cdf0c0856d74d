"""The events of going on from a result, but for the run itself, which `wiring` starts as it starts any run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import gradio as gr

from nst_core.advice import Sample
from nst_core.errors import NSTError
from nst_core.settings import Settings

from ..compute.reached import Reached
from ..compute.worker import Worker
from ..events import LATEST, LIGHT
from . import going_on_actions as actions
from .paint_actions import PaintSession
from .paint_tab import PaintTab

# (values of the inputs, session) -> (the settings of a run, what it starts from)
Prepare = Callable[[Sequence[Any], PaintSession], tuple[Settings, Reached | None]]


def prepare(worker: Worker) -> Prepare:
    """What makes the settings and the start of a run that goes on; the last of the values is that of `more`."""

    def prepared(values: Sequence[Any], session: PaintSession) -> tuple[Settings, Reached | None]:
        reached = actions.start_of(session.reached)
        return actions.settings_for(values[:-1], values[-1], worker.limits), reached

    return prepared


def wire(tab: PaintTab, worker: Worker, runs: Sequence[Any], measured: Sequence[Any]) -> None:
    """After each of the `runs` fill in how many evaluations to add (`Reached.share`), and keep the estimate up to date.

    `measured` are the events after which the samples of the pictures are known.
    """

    def estimate(photo: Sample | None, session: PaintSession, drawn: Any, *values: Any) -> Any:
        if session.reached is None:
            return gr.skip()
        try:
            settings = actions.settings_for(values[:-1], values[-1], worker.limits)
            return actions.estimate(worker, photo, settings, session.reached, drawn is not None)
        except NSTError as error:  # shown beside the button, before it is pressed
            return escape(str(error))

    more = tab.going_on.more
    inputs = [tab.photo_sample, tab.session, tab.regions.drawn, *tab.settings, more]
    changes = [control.change for control in (*tab.settings, tab.regions.drawn, more)]
    gr.on(changes, estimate, inputs, [tab.going_on.estimate], **LATEST, **LIGHT)
    offered = [run.then(_offer, [tab.session], [more], **LIGHT) for run in runs]
    for event in (*offered, *measured):
        event.then(estimate, inputs, [tab.going_on.estimate], **LATEST, **LIGHT)


def _offer(session: PaintSession) -> Any:
    return session.reached.share if session.reached else gr.skip()
