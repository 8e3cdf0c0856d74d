"""What a run will take, beside the button, and what going on will take, below the result: both kept up to date."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from html import escape
from typing import Any

import gradio as gr

from nst_core.advice import Sample
from nst_core.errors import NSTError
from nst_core.settings import FIELDS

from .. import text
from ..compute.worker import Worker
from ..events import LATEST, LIGHT, PRIVATE
from ..serving import gradio_internals
from . import going_on_actions, html, setting_text
from . import paint_actions as actions
from .paint_actions import PaintSession
from .paint_tab import PaintTab


def wire(tab: PaintTab, worker: Worker, page: gr.Blocks, events: Sequence[Any]) -> None:
    """Estimate when the page is opened, when a setting changes, after each of `events`, and while others paint.

    Where the pace is not known from the last minute, the time comes a few seconds after the page was opened: while a browser
    opens it on this machine, anything measured would be too slow.
    """

    # One event for both texts and all changes: of several, the answer to an earlier change could come last, and stay.
    def estimate(
        request: gr.Request,
        session: PaintSession,
        photo: Sample | None,
        painting: Sample | None,
        others: list[Sample],
        drawn: Any,
        more: Any,
        values: Any,
        *,
        timed: bool = True,
    ) -> tuple[Any, ...]:
        runs = gradio_internals.runs_of_others(page, request.session_hash)
        try:
            settings = actions.read_settings(values, worker.limits)
            size = (photo.width, photo.height) if photo else None
            actions.check_paintings(1 + len(others), settings)
            words, largest = actions.estimate(worker, size, settings, runs, drawn is not None, timed)
            words += actions.advice(photo, [painting, *others], settings)
        except NSTError as error:  # shown beside the button, before it is pressed
            words, largest = html.advice([setting_text.in_page_words(str(error))]), None
        offer = gr.Button(text.use_size(largest), visible=True) if largest else gr.Button(visible=False)
        return (
            words,
            offer,
            largest,
            gr.Timer(active=any(runs) or not worker.pace_is_fresh),
            _going_on(worker, session, photo, drawn, more, values),
        )

    def check_and_estimate(request: gr.Request, *inputs: Any) -> tuple[Any, ...]:
        with suppress(NSTError):  # `estimate` says so
            worker.check_pace()
        return estimate(request, *inputs)

    def estimate_at_opening(request: gr.Request, *inputs: Any) -> tuple[Any, ...]:
        return estimate(request, *inputs, timed=worker.pace_is_fresh)

    more = tab.going_on.more
    samples = [tab.photo_sample, tab.painting_sample, tab.other_samples]
    inputs = [tab.session, *samples, tab.regions.drawn, more, tab.values]
    outputs = [tab.estimate, tab.use_largest, tab.largest, tab.while_others, tab.going_on.estimate]
    changes = [part.change for part in (tab.values, tab.regions.drawn, more, tab.due)]
    page.load(estimate_at_opening, inputs, outputs, **LIGHT)
    gr.on(changes, estimate, inputs, outputs, **LATEST, **LIGHT)
    for event in events:
        event.then(None, None, [tab.due], js="() => Date.now()", **PRIVATE)  # any number that is new
    tab.while_others.tick(check_and_estimate, inputs, outputs, **LIGHT)
    size = tab.settings[list(FIELDS).index("size")]
    tab.use_largest.click(lambda largest: largest, [tab.largest], [size], **LIGHT)


def _going_on(worker: Worker, session: PaintSession, photo: Sample | None, drawn: Any, more: Any, values: Any) -> Any:
    if session.reached is None:
        return gr.skip()
    try:
        settings = going_on_actions.settings_for(values, more, worker.limits)
        return going_on_actions.estimate(worker, photo, settings, session.reached, drawn is not None)
    except NSTError as error:
        return escape(str(error))
