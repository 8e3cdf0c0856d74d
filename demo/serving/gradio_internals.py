"""The only module that touches private parts of Gradio, uvicorn and Starlette; a test looks for them everywhere else.

Each part says what it touches, why, and what happens without it. Checked against the source of Gradio 6.31.0 and
uvicorn 0.54.0. tests/demo/serving/test_gradio_internals.py lists the signatures on which this rests: after an upgrade
it names those that have changed.

This module must be imported before gradio, so that Gradio writes no type stubs: app.py and demo/inputs.py do so.
"""

from __future__ import annotations

import asyncio
import copy
import inspect
import os
import re
import sys
import tempfile
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

# ---- No type stubs
# What: while gradio is imported, `inspect.getfile` of the standard library refuses Gradio's component classes; afterwards
#   `gradio.component_meta.create_or_modify_pyi` does nothing.
# Why: for each of its 80 component classes Gradio renders a type stub (.pyi) at every import and compares it with the
#   file on the disk; and it would write one beside demo/inputs.py. Measured: `import gradio` takes 1.99 s instead of
#   3.29 s (medians of five, two cores).
# Without it: the page starts 1.3 s later, and a file demo/inputs.pyi appears.
_getfile = inspect.getfile


def _getfile_except_components(thing: Any) -> str:
    if type(thing).__name__ == "ComponentMeta":
        raise OSError("no type stub")  # Gradio skips a component without a source file
    return _getfile(thing)


inspect.getfile = _getfile_except_components  # type: ignore[assignment]
try:
    import gradio.component_meta
finally:
    inspect.getfile = _getfile
gradio.component_meta.create_or_modify_pyi = lambda *_: None

import gradio as gr  # noqa: E402
import gradio.processing_utils  # noqa: E402
import gradio.queueing  # noqa: E402
import gradio.route_utils  # noqa: E402
import gradio.routes  # noqa: E402
import gradio.tunneling  # noqa: E402
import jinja2  # noqa: E402

from .. import text  # noqa: E402
from ..error_log import log_error  # noqa: E402
from ..events import RUN_QUEUE, client_left  # noqa: E402
from .uploads import refusal_of_inputs, use_own_addresses  # noqa: E402

# What: an argument of `launch` with an underscore. Why: otherwise Gradio waits for its own page and gives up after three
# seconds, which the first answer can take on a busy machine. Without it: the page may not start there.
LAUNCH: dict[str, Any] = {"_frontend": False}

# What: the exception that Gradio raises for a function that the page does not have. Without it: HTTP status 500 instead
# of 400.
UnknownFunction = gradio.route_utils.FnIndexInferError

UNREAD_EVERY = 0.02  # seconds between two looks for unread messages, before a run
TOOL_EVERY = 0.1  # seconds between two looks whether a tool's job is done
SESSION = re.compile(r"[\w-]{1,64}", re.ASCII)  # a session hash


def install(page: gr.Blocks, *, waiting: Callable[[], int], others: int = 200, head: str = "") -> gr.Blocks:
    """Replace the methods of `page` and of its queue that are described below; returns `page`.

    At most `waiting()` events wait for a run, and `others` under each other concurrency_id; the next one is refused with
    a message. `head` is HTML for the page's head, in which "ROOT" stands for the page's address.
    """
    if head:
        _set_head(head)
    _limit_queue(page, waiting, others)
    _start_runs_for_listeners(page)
    _refuse_unreadable_inputs(page)
    _change_only_named_outputs(page)
    _log_without_messages()
    if os.environ.get("GRADIO_MCP_SERVER", "").lower() == "true":
        _end_tools_with_their_callers()
    return page


def _limit_queue(page: gr.Blocks, waiting: Callable[[], int], others: int) -> None:
    """What: `Queue.push`, which adds an event to the queue, and the lists `event_queue_per_concurrency_id`.

    Why: `queue(max_size=)` counts the events of all handlers together: while many wait for a run, Gradio would not even
    look at a new visitor's photo; and its page would only say that the application is busy. A session with a run that waits
    or goes on may not add another, so that no visitor takes several places. An event of an unknown handler, or with a
    malformed session hash, would end in a traceback.
    Without it: no limit to the queue.
    """
    queue = page._queue
    push = queue.push

    async def push_unless_full(body: Any, request: Any, username: str | None) -> tuple[bool, Any, Any]:
        handler = page.fns.get(body.fn_index)
        if handler is None or not SESSION.fullmatch(body.session_hash or "none"):
            return False, text.UNREADABLE, "error"
        queued = queue.event_queue_per_concurrency_id.get(handler.concurrency_id)
        ahead = len(queued.queue) if queued else 0
        is_run = handler.concurrency_id == RUN_QUEUE
        if is_run and _has_run(queue, body.session_hash):
            words = text.ONE_PLACE
        elif ahead >= (waiting() if is_run else others):
            words = text.full(ahead)
        else:
            return await push(body, request, username)
        # Gradio's page shows the message of an "error" only; programs get HTTP status 503, which tells them to try
        # again.
        return False, words, "queue_full" if handler.api_visibility == "public" else "error"

    queue.push = push_unless_full  # type: ignore[method-assign]


def _has_run(queue: Any, session: str | None) -> bool:
    """Whether a run of `session` waits or goes on. One whose last message has been sent does not count."""
    events = map(queue.event_ids_to_events.get, queue.pending_event_ids_session.get(session, ()))
    return any(event is not None and event.alive and event.concurrency_id == RUN_QUEUE for event in events)


def _start_runs_for_listeners(page: gr.Blocks) -> None:
    """What: `Queue.process_events`, which handles an event, `pending_messages_per_session`, and fields of `Event`.

    Why: a run starts only after its client has read the first queue message, so that nothing is painted for a client that
    never listens; and the handler learns in the middle of an evaluation that its client has left (`client_left`).
    Gradio adds the event to `current_concurrency` before it calls `process_events`, and subtracts it only inside. So
    `process_events` must be awaited whatever is raised here, even if the task is cancelled before its first step:
    otherwise no run starts any more until a restart.
    Without it: runs for clients that never listen, and for up to an evaluation after a client has left.
    """
    queue = page._queue
    process = queue.process_events

    async def process_for_listener(events: list[Any], *more: Any, **options: Any) -> None:
        event = events[0]
        try:
            await asyncio.sleep(0)  # `process_past_first_step` has run the coroutine up to here
            await _until_heard(queue, event)
            # A cancelled job cancels this task, which then waits for the handler's thread. Python 3.10 has no
            # `cancelling`: there `int` returns 0, and only `event.alive` tells.
            cancelling = getattr(asyncio.current_task(), "cancelling", int)
            client_left.set(lambda: not event.alive or cancelling() > 0)
        except asyncio.CancelledError:
            event.alive = False  # cancelled before the run has begun: `process_events` then only subtracts it
            raise
        except Exception as error:
            log_error(error)
        finally:
            await process(events, *more, **options)

    def process_past_first_step(*args: Any, **options: Any) -> Any:
        # A coroutine that is cancelled before its first step runs no line, not even `finally`; so the first step is
        # made here.
        coroutine = process_for_listener(*args, **options)
        coroutine.send(None)
        return coroutine

    queue.process_events = process_past_first_step  # type: ignore[method-assign]


async def _until_heard(queue: Any, event: Any) -> None:
    while event.concurrency_id == RUN_QUEUE and event.alive and _has_unread(queue, event.session_hash):
        await asyncio.sleep(UNREAD_EVERY)


def _has_unread(queue: Any, session: str) -> bool:
    messages = queue.pending_messages_per_session.get(session)
    return messages is not None and messages.qsize() > 0


def _refuse_unreadable_inputs(page: gr.Blocks) -> None:
    """What: `Blocks.preprocess_data`, which turns what a client sent into a handler's arguments.

    Why: Gradio would fetch web addresses that stand where a file should be, and answer most unreadable values with an
    error without words. Security does not depend on this: the components refuse files that were not uploaded here
    (demo/inputs.py).
    Without it: some wrong requests of programs get no sentence.
    """
    preprocess = page.preprocess_data

    async def preprocess_if_readable(handler: Any, inputs: list[Any], *more: Any, **options: Any) -> list[Any]:
        try:
            use_own_addresses(inputs)
            words = refusal_of_inputs(inputs, len(handler.inputs), page.GRADIO_CACHE)
            if words is None:
                return await preprocess(handler, inputs, *more, **options)
        except gr.Error:
            raise
        except Exception as error:
            log_error(error)
            words = text.UNREADABLE
        raise gr.Error(words, print_exception=False)

    page.preprocess_data = preprocess_if_readable  # type: ignore[assignment,method-assign]


def _change_only_named_outputs(page: gr.Blocks) -> None:
    """What: `Blocks.postprocess_data`, which turns the answer of a handler into what is sent to the front end.

    Why: for every output that an answer leaves out, Gradio makes the component anew, and describes it for the API. The
    choice of a layer in the explorer can change 93 components and changes about 20. Measured over HTTP on two cores, beside
    0.1.0 in turns: 0.15 s for a layer, where without this it took 0.25 s and 0.1.0 0.14 s.
    Without it: that much slower.
    """
    postprocess = page.postprocess_data

    async def postprocess_named(handler: Any, answer: Any, *more: Any, **options: Any) -> list[Any]:
        if not isinstance(answer, dict) or not answer.keys() <= set(handler.outputs):
            return await postprocess(handler, answer, *more, **options)
        named = copy.copy(handler)
        named.outputs = list(answer)
        values = list(answer.values()) if len(answer) > 1 else next(iter(answer.values()), [])
        changed = dict(zip(answer, await postprocess(named, values, *more, **options), strict=True))
        return [changed.get(component, gr.skip()) for component in handler.outputs]

    page.postprocess_data = postprocess_named  # type: ignore[assignment,method-assign]


def _end_tools_with_their_callers() -> None:
    """What: the two methods of `gradio.mcp.GradioMCPServer` that wait for a tool's job, with and without progress.

    Why: a run would go on to its end for a caller that has gone; and to one that asks for no progress, all outputs of a tool
    would be one text, pictures included.
    Without it: just that.
    """
    import gradio.mcp

    server: Any = gradio.mcp.GradioMCPServer
    with_progress = getattr(server, "with_progress", server._execute_tool_with_progress)

    async def wait(self: Any, job: Any) -> list[Any]:
        try:
            while not job.done():
                await asyncio.sleep(TOOL_EVERY)
        finally:
            _cancel_unless_done(job)
        result = job.result()
        return list(result) if isinstance(result, tuple) else [result]

    async def wait_with_progress(self: Any, job: Any, progress_token: Any) -> Any:
        try:
            return await with_progress(self, job, progress_token)
        finally:
            _cancel_unless_done(job)

    server.with_progress = with_progress  # Gradio's own, for the next page of this process
    server._execute_tool_without_progress, server._execute_tool_with_progress = wait, wait_with_progress


def _cancel_unless_done(job: Any) -> None:
    if not job.done():  # in a thread: it sends a request to this very page
        asyncio.get_running_loop().run_in_executor(None, job.cancel)


class _TracebackWithoutMessages(types.ModuleType):
    """Stands in for the module `traceback`: whatever is called of it logs the current exception without its message."""

    def __getattr__(self, name: str) -> Any:
        def log_current(*_: Any, **__: Any) -> str:
            log_error(sys.exc_info()[1])
            return ""

        return log_current


def _log_without_messages() -> None:
    """What: the global `traceback` of three modules of Gradio.

    Why: Gradio prints the traceback of what is raised before and after a handler; its message can hold all that a visitor
    sent.
    Without it: visitors' file names and inputs in the host's log.
    """
    for module in (gradio.queueing, gradio.routes, gradio.route_utils):
        module.traceback = _TracebackWithoutMessages("traceback")  # type: ignore[attr-defined]


# What: the loader of Gradio's templates. `CARD` finds their tags for link previews, which are Gradio's own or empty.
_TEMPLATES: Any = gradio.routes.templates.env.loader
CARD = re.compile(r'<meta\s+(?:property="og:|name="twitter:)[^>]*>')


def _set_head(head: str) -> None:
    """What: the loader of `gradio.routes.templates`, for all pages of the process.

    Why: `launch(head=)` is added by Gradio's script, so that crawlers do not see it, and a script in it comes too late to
    hear of `beforeunload` before Gradio does (page.js).
    Without it: a link's preview says "Gradio", and a visitor who is asked and stays has lost the run.
    """
    environment = gradio.routes.templates.env
    ours = "{{ config.get('root', '') }}".join("{% raw %}" + part + "{% endraw %}" for part in head.split("ROOT"))

    def load(name: str) -> str:
        source = _TEMPLATES.get_source(environment, name)[0]
        return CARD.sub("", source).replace("<head>", "<head>" + ours, 1)

    environment.loader = jinja2.FunctionLoader(load)


# ---- Places in the queue


def place_in_queue(page: gr.Blocks, session: str | None) -> int | None:
    """The place of the session's run among those that wait, 1 for the next; None when no run of it waits.

    What: `event_queue_per_concurrency_id`. Without it: a waiting visitor does not know for how long.
    """
    sessions = [event.session_hash for event in _waiting_runs(page)]
    return sessions.index(session) + 1 if session in sessions else None


def runs_of_others(page: gr.Blocks, session: str | None) -> tuple[int, int]:
    """Runs of other sessions: how many go on, how many wait. What: `active_jobs`, `event_queue_per_concurrency_id`."""
    going_on = [event for job in page._queue.active_jobs for event in job or () if event.alive]
    counts = [
        sum(event.concurrency_id == RUN_QUEUE and event.session_hash != session for event in events)
        for events in (going_on, _waiting_runs(page))
    ]
    return counts[0], counts[1]


def set_runs_at_once(page: gr.Blocks, runs: int) -> None:
    """Let so many runs go on at once.

    What: `concurrency_limit` of an `EventQueue`, which Gradio reads whenever it looks for the next event; and
    `create_event_queue_for_fn`, which it calls at every event: that makes the queue, or lowers its limit to the handler's.
    Without it: any number of runs, as their handlers have no limit where it changes.
    """
    queues = page._queue.event_queue_per_concurrency_id
    if RUN_QUEUE not in queues:
        page._queue.create_event_queue_for_fn(next(fn for fn in page.fns.values() if fn.concurrency_id == RUN_QUEUE))
    queues[RUN_QUEUE].concurrency_limit = runs


def _waiting_runs(page: gr.Blocks) -> list[Any]:
    queued = page._queue.event_queue_per_concurrency_id.get(RUN_QUEUE)
    return list(queued.queue) if queued else []


# ---- Sessions that do not listen (used by lifespan.py)


def oldest_unread(page: gr.Blocks) -> dict[str, Any]:
    """{session hash: its oldest unread queue message} of all sessions that have one.

    What: `pending_messages_per_session`, and `_queue` of asyncio's `Queue`, which has no way to look without taking.
    Without it: a client that never listens keeps its place in the queue, and its messages stay in memory.
    """
    sessions = list(page._queue.pending_messages_per_session.items())
    return {session: messages._queue[0] for session, messages in sessions if messages.qsize()}  # type: ignore[attr-defined]


async def end_session(page: gr.Blocks, session: str) -> None:
    """End a session's runs, take it out of the queue, and drop its messages. What: `Queue.clean_events`."""
    await page._queue.clean_events(session_hash=session)
    page._queue.pending_messages_per_session.pop(session, None)


# ---- Files, sockets and tunnels


def upload_folder(component: gr.blocks.Block) -> str:
    """The folder in which Gradio keeps uploads and results. What: `GRADIO_CACHE`, an undocumented attribute."""
    return component.GRADIO_CACHE


def saved_file(data: bytes, name: str, component: gr.blocks.Block) -> str:
    """The path of a new file `name` that the page may serve. What: `save_bytes_to_cache`, undocumented.

    The same bytes under the same name are the same path, which another event may be reading: so the file is written
    elsewhere and then put there in one step.
    """
    cache = Path(component.GRADIO_CACHE).resolve()
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        written = Path(gradio.processing_utils.save_bytes_to_cache(data, name, folder))
        path = cache / written.parent.name / written.name
        path.parent.mkdir(exist_ok=True)
        return str(written.replace(path))


def startup_files(page: gr.Blocks) -> set[Path]:
    """The pictures with which the page opens: its oldest files, and needed by every later visitor. What: `keep_in_cache`."""
    return {Path(kept) for block in page.blocks.values() for kept in block.keep_in_cache}


def listening_sockets(page: gr.Blocks) -> list[Any]:
    """The sockets of the launched page. What: uvicorn's `Server.servers`; Gradio makes them and hands them to nobody."""
    return [socket for server in page.server.servers for socket in server.sockets]


def close_tunnels() -> None:
    """End the processes behind share links. What: `CURRENT_TUNNELS`. Without it they outlive a page ended by a signal."""
    for tunnel in gradio.tunneling.CURRENT_TUNNELS:
        tunnel.kill()
