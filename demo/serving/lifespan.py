"""Minds the page while it runs: sends away visitors who do not listen, keeps temporary files few, says that all is well."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gradio as gr
from starlette.responses import JSONResponse
from starlette.routing import Route

from nst_core.process_memory import trim_heap
from nst_core.recipe import VERSION

from ..compute.worker import Worker
from ..errors import log_error
from . import tcp_keepalive, temp_files
from .line import LEFT, PAINTER

LOOK_EVERY, BRIEFLY = 0.25, 0.02  # seconds
PATIENCE = 5.0  # seconds that a message may lie unread; a telephone on a slow line asks for it after two
SILENT = tcp_keepalive.ASK_EVERY + 0.25  # seconds: whoever is there has answered by now
SWEEP_EVERY = 20.0


def attach(page: gr.Blocks, worker: Worker) -> gr.Blocks:
    """Have `page` minded as soon as it is served, however it is launched."""

    tasks = []  # the event loop alone would not keep them alive

    async def start() -> None:
        async def health(_: Any) -> JSONResponse:
            return JSONResponse(worker.health() | {"version": VERSION})

        page.app.router.routes.insert(0, Route("/healthz", health))  # before Gradio's own, which take every path
        listening = (one for server in page.server.servers for one in server.sockets)
        tcp_keepalive.set_keepalive(listening, PATIENCE)
        tasks.append(asyncio.create_task(_mind(page, worker)))
        tasks.append(asyncio.create_task(asyncio.to_thread(worker.warm_up)))

    page.extra_startup_events.append(start)
    _watch_the_line(page)
    return page


def _watch_the_line(page: gr.Blocks) -> None:
    """Have the painter begin once the visitor has taken the message with the place in line, which is there by then, rest
    while the connection is silent, and know when the visitor has left. For who never listens nothing is painted: after
    `PATIENCE` such a visitor is sent away, and a silent connection has ended.
    """
    queue = page._queue
    process = queue.process_events

    async def process_when_heard(events: list[Any], *more: Any, **options: Any) -> None:
        first = events[0]
        try:
            while first.concurrency_id == PAINTER and first.alive and _unheard(queue, first.session_hash):
                await asyncio.sleep(BRIEFLY)
        except asyncio.CancelledError:
            # A program has cancelled its job before it began: what is left to do is to give back its place.
            first.alive = False
            await process(events, *more, **options)
            raise
        # A program that cancels its job cancels this task, which then waits for the thread. Python 3.10 does not tell.
        cancelled = getattr(asyncio.current_task(), "cancelling", lambda: 0)
        line = tcp_keepalive.of(first.session_hash, page.server)

        def left() -> bool:
            while (here := first.alive and not cancelled()) and tcp_keepalive.silence(line) > SILENT:
                time.sleep(BRIEFLY)  # in the painter's thread: it may be a telephone in a lift
            return not here

        LEFT.set(left)
        await process(events, *more, **options)

    queue.process_events = process_when_heard  # type: ignore[method-assign]


def _unheard(queue: Any, session: str) -> bool:
    messages = queue.pending_messages_per_session.get(session)
    return messages is not None and messages.qsize() > 0


async def _mind(page: gr.Blocks, worker: Worker) -> None:
    lying: dict[str, tuple[Any, int]] = {}
    swept = time.monotonic()
    while page.is_running:
        await asyncio.sleep(LOOK_EVERY)
        try:
            lying, gone = unread(page._queue.pending_messages_per_session, lying)
            for session in gone:
                # Ends the session's runs, and takes it out of the line.
                await page._queue.clean_events(session_hash=session)
                page._queue.pending_messages_per_session.pop(session, None)
            if time.monotonic() - swept > SWEEP_EVERY:
                swept = time.monotonic()
                await asyncio.to_thread(
                    temp_files.sweep,
                    Path(page.GRADIO_CACHE),
                    worker.limits.temporary_mb * 10**6,
                    temp_files.startup_files(page),
                )
                await asyncio.to_thread(trim_heap)
        except Exception as error:  # one look that fails is not the last
            log_error(error)


def unread(
    waiting: Mapping[str, Any], before: Mapping[str, tuple[Any, int]]
) -> tuple[dict[str, tuple[Any, int]], list[str]]:
    """What lies unread: {session: (its oldest message, at how many looks)}, and the sessions whose visitors have gone.

    A visitor who listens takes a message within milliseconds. Gradio itself notices only those who hang up; who joins the
    queue and never listens would be painted for. Looks are counted, not seconds: while the page itself is held up nobody can
    take a message. And messages are kept, not their `id`, which may come back for the next one.
    """
    lying = {}
    for session, messages in list(waiting.items()):
        if messages.qsize():
            oldest = messages._queue[0]
            known, looks = before.get(session, (None, 0))
            lying[session] = oldest, looks + 1 if known is oldest else 1
    gone = [session for session, (_, looks) in lying.items() if looks > PATIENCE / LOOK_EVERY]
    return lying, gone
