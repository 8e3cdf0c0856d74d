"""The events of the paint tab: each with its handler and the components it changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from nst_core.advice import Sample

from .. import status_line, text
from ..compute.worker import Worker
from ..errors import user_facing
from ..events import HIDDEN, LATEST, LIGHT, PRIVATE, STRICT, client_left, heavy
from ..examples import PAIRS
from ..inputs import displayable
from ..serving import gradio_internals
from . import (
    curves_wiring,
    estimate_wiring,
    film_tab,
    going_on_wiring,
    html,
    kept_wiring,
    own_photo_tab,
    picture_files,
    regions_wiring,
    run_outputs,
    setting_text,
    settings_wiring,
)
from . import paint_actions as actions
from .going_on_wiring import Prepare
from .paint_tab import PaintTab
from .painted import boxed
from .updates import Finished

# On a telephone the result stands below the button.
TO_THE_RESULT = "() => { if (innerWidth < 900) document.querySelector('#outcome').scrollIntoView(); }"


def wire(tab: PaintTab, worker: Worker, page: gr.Blocks) -> PaintTab:
    """Add the events of `tab` to `page`; returns `tab`."""
    runs, measured = _wire_run(tab, worker), _wire_pictures(tab)
    kept_wiring.wire(tab, worker, page, [event for run in runs for event in (run.then, run.failure)])
    regions_wiring.wire(tab.regions, tab.photo, tab.photo_sample, tab.others, measured[0])
    _wire_queue(tab, worker, page)
    curves_wiring.wire(tab)
    settings_wiring.wire(tab, worker.limits.max_size)
    offered = going_on_wiring.wire(tab, runs)
    estimate_wiring.wire(tab, worker, page, [*measured, *offered])
    return tab


def _wire_run(tab: PaintTab, worker: Worker) -> list[Any]:
    """Add the events of the two buttons that start a run; returns those that are the runs."""
    jobs = [
        _wire_job(tab, worker, tab.paint, lambda _, values: (actions.read_settings(values, worker.limits), None)),
        _wire_job(tab, worker, tab.going_on.button, going_on_wiring.prepare(worker), tab.going_on.more),
    ]
    film_tab.wire(tab.film, tab.session, [tab.paint, tab.going_on.button], jobs)
    # Show "Stopping…" before setting the flag: the other way round it could overwrite the run's last status and stay.
    said = tab.stop.click(lambda: status_line.status(text.ASKED_TO_STOP), None, [tab.status], **LIGHT)
    said.then(_ask_to_stop, [tab.session], None, **LIGHT)
    # `leave` is the Stop button before the first preview: there is nothing to keep yet, so it cancels the run.
    tab.leave.click(None, None, None, cancels=jobs, **PRIVATE)
    return jobs


def _wire_job(tab: PaintTab, worker: Worker, button: gr.Button, prepare: Prepare, *more: Any) -> Any:
    """Have `button` start a run; returns the event that is the run.

    `prepare` makes the settings, and what the run starts from, of the session and of the values of `tab.values` and `more`.
    """
    pictures = [tab.empty, tab.live, tab.compare, tab.status, tab.by_term, tab.by_layer]
    outputs = [*pictures, tab.download, tab.recipe, tab.stop, tab.leave, tab.paint, tab.while_waiting, tab.region_note]

    @user_facing
    def run(
        photo: Any, painting: Any, others: list[Any], drawn: Any, session: actions.PaintSession, *values: Any
    ) -> Iterator[tuple[Any, ...]]:
        began = shown = False
        paintings = [painting, *others]
        with setting_text.page_words():
            settings, start = prepare(session, *values)
            actions.check_paintings(len(paintings), settings)
        views = actions.paint(worker, photo, paintings, settings, session, client_left.get(), start=start, drawn=drawn)
        for view in views:
            if isinstance(view, Finished):
                yield *run_outputs.last(view, tab), gr.skip()
            else:
                preview = picture_files.preview_file(view, tab.live, session.notes)
                news = *run_outputs.preview(preview, first=not shown), *run_outputs.news(view, first=not began)
                yield *news, gr.skip() if began else session.region_note
                began, shown = True, shown or preview is not None

    job_options = {**heavy(worker), **HIDDEN}
    buttons = [tab.paint, tab.stop, tab.leave, tab.look_inside, tab.going_on.row, tab.while_waiting]
    click = button.click(_begin, [tab.session], [*buttons, tab.status, tab.place], **LIGHT)
    inputs = [tab.photo, tab.painting, tab.others, tab.regions.drawn, tab.session, tab.values, *more]
    job = click.then(run, inputs, outputs, **job_options)
    for after in (job.then, job.failure):
        after(_idle, [tab.session], buttons, **LIGHT)
    # A refused run leaves the earlier result, and what was said of it, where they are.
    job.failure(
        lambda session: session.status or status_line.status(text.NOT_PAINTED), [tab.session], [tab.status], **LIGHT
    )
    button.click(None, None, None, js=TO_THE_RESULT, **PRIVATE)
    return job


def _begin(session: actions.PaintSession) -> tuple[Any, ...]:
    session.stop, session.painted, session.strip.busy = False, True, True
    buttons = gr.Button(text.STARTING, interactive=False), gr.Button(visible=False), gr.Button(visible=True)
    rest = gr.Button(text.WATCH_INSIDE, interactive=True), gr.Row(visible=False), gr.Timer(active=True)
    return *buttons, *rest, status_line.starting(), ""


def _idle(session: actions.PaintSession) -> tuple[Any, ...]:
    session.painted = session.last is not None
    paint, gone, look_inside = (
        gr.Button(text.PAINT, interactive=True),
        gr.Button(visible=False),
        gr.Button(text.LOOK_INSIDE, interactive=session.painted or session.example),
    )
    return paint, gone, gone, look_inside, gr.Row(visible=session.reached is not None), gr.Timer(active=False)


def _wire_queue(tab: PaintTab, worker: Worker, page: gr.Blocks) -> None:
    def place(request: gr.Request) -> Any:
        place = gradio_internals.place_in_queue(page, request.session_hash)
        if place is None:
            return gr.skip()
        return status_line.status(text.waiting(place, worker.waiting_time.seconds(place - 1)))

    tab.while_waiting.tick(place, None, [tab.place], **LIGHT)


def _ask_to_stop(session: actions.PaintSession) -> None:
    session.stop = True


def _wire_pictures(tab: PaintTab) -> list[Any]:
    """Add the events of the pictures; returns those after which their samples are known."""
    example = [tab.pair, tab.empty, tab.compare, tab.status, tab.look_inside]
    tab.pairs.select(_choose, [tab.session], [tab.photo, tab.painting, *example], **LATEST, **LIGHT)
    tab.painting.upload(_bring, [tab.session], example, **LATEST, **LIGHT)

    others = tab.others.change(
        lambda pictures: [Sample.of(picture) for picture in pictures], [tab.others], [tab.other_samples], **STRICT
    )
    others.failure(lambda: None, None, [tab.others], **LIGHT)
    photo = _read(tab, "photo")
    own_photo_tab.wire(tab, photo, example, _bring)
    return [photo, _read(tab, "painting"), others]


def _read(tab: PaintTab, box: str) -> Any:
    """Read the picture in the box "photo" or "painting" when it arrives, so that a file that is no picture is refused then
    and not when Paint is pressed."""
    picture, sample = getattr(tab, box), getattr(tab, f"{box}_sample")

    def measure(value: Any, session: actions.PaintSession) -> tuple[Sample | None, Any]:
        session.boxes.pop(box, None)
        if value:
            session.boxes[box] = boxed(value)
        return (Sample.of(value) if value else None), displayable(value, picture)

    measured = picture.change(measure, [picture, tab.session], [sample, picture], **LATEST, **STRICT)
    measured.failure(lambda: None, None, [picture], **LIGHT)
    return measured


def _choose(session: actions.PaintSession, event: gr.SelectData) -> tuple[Any, ...]:
    """The pictures of the chosen pair; and their example result, until the visitor has a result of their own."""
    session.pair, pair, session.own_photo = event.index, PAIRS[event.index], False
    return pair.photo, pair.painting, html.pair(pair.credit), *_example(session, pair.compared)


def _bring(session: actions.PaintSession) -> tuple[Any, ...]:
    """For a picture of the visitor's own there is no example result."""
    return own_photo_tab.caption(session), *_example(session, None)


def _example(session: actions.PaintSession, example: tuple[str, str] | None) -> tuple[Any, ...]:
    session.example = example is not None
    if session.painted:
        return (gr.skip(),) * 4
    return (
        gr.HTML(visible=example is None),
        gr.ImageSlider(example, visible=example is not None),
        status_line.status(text.EXAMPLE if example else text.READY),
        gr.Button(interactive=example is not None),  # otherwise there is nothing to look into
    )
