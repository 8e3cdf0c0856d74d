"""What runs beside the page while it is served: health check, idle sessions, temporary files, warm-up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import gradio as gr
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from nst_core.process_memory import trim_heap
from nst_core.recipe import VERSION

from ..compute.worker import Worker
from ..error_log import hide_messages_of_libraries, log_error
from . import gradio_internals, temp_files

CHECK_EVERY, LOOK_EVERY, SWEEP_EVERY = 0.25, 0.5, 20.0  # seconds
# Seconds after which torch and the network are loaded, unless a visitor needs them sooner. While a library is loaded no
# request is answered, and the first one comes as soon as the page is there.
WARM_UP_AFTER = 1.0
# Seconds that a queue message may stay unread before its session is ended. A telephone on a slow connection needs two.
PATIENCE = 5.0


def health_route(worker: Worker) -> Route:
    """`GET /healthz`."""

    async def health(request: Request) -> JSONResponse:
        return JSONResponse(worker.health() | {"version": VERSION})

    return Route("/healthz", health)


def lifespan(page: gr.Blocks, worker: Worker) -> Callable[[Any], Any]:
    """The Starlette lifespan of the application that serves `page`."""

    @asynccontextmanager
    async def run(app: Any) -> AsyncIterator[None]:
        hide_messages_of_libraries()
        tasks = [
            asyncio.create_task(_warm_up(worker)),
            asyncio.create_task(repeatedly(SWEEP_EVERY, lambda: _sweep(page, worker))),
            asyncio.create_task(repeatedly(CHECK_EVERY, IdleSessions(page).check)),
        ]
        if worker.elsewhere:
            tasks.append(asyncio.create_task(repeatedly(LOOK_EVERY, lambda: _look(page, worker))))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()

    return run


async def _warm_up(worker: Worker) -> None:
    await asyncio.sleep(WARM_UP_AFTER)
    await asyncio.to_thread(worker.warm_up)


async def _look(page: gr.Blocks, worker: Worker) -> None:
    """Have as many runs go on at once as there are workers elsewhere."""
    await asyncio.to_thread(worker.look)
    gradio_internals.set_runs_at_once(page, worker.width)


async def repeatedly(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    """Await `work()` every so many `seconds`; what it raises is logged and does not end the task."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await work()
        except Exception as error:
            log_error(error)


async def _sweep(page: gr.Blocks, worker: Worker) -> None:
    """Drop old results and the oldest temporary files beyond the limit; give free memory back to the system."""
    worker.kept.drop()
    folder = Path(gradio_internals.upload_folder(page))
    kept = gradio_internals.startup_files(page)
    await asyncio.to_thread(temp_files.sweep, folder, worker.limits.temporary_mb * 10**6, kept)
    await asyncio.to_thread(trim_heap)


class IdleSessions:
    """Ends the sessions whose client does not read its queue messages.

    A client that reads takes a message within milliseconds. Gradio itself notices only clients that close their connection;
    for one that joins the queue and never reads, it would paint.
    """

    def __init__(self, page: gr.Blocks) -> None:
        """Watch the sessions of `page`."""
        self.page = page
        self.unread: dict[str, tuple[Any, int]] = {}  # session -> (its oldest unread message, at how many checks)

    async def check(self) -> None:
        """One check; ends the sessions whose oldest message has been the same for `PATIENCE`."""
        for session in self.idle(gradio_internals.oldest_unread(self.page)):
            await gradio_internals.end_session(self.page, session)

    def idle(self, oldest: Mapping[str, Any]) -> list[str]:
        """The sessions to end, given {session: its oldest unread message} at this check.

        Checks are counted, not seconds: while the server itself is held up, no client can read. And messages are kept, not
        their `id`, which Python may give to the next message.
        """
        unread = {}
        for session, message in oldest.items():
            known, checks = self.unread.get(session, (None, 0))
            unread[session] = message, checks + 1 if known is message else 1
        self.unread = unread
        return [session for session, (_, checks) in unread.items() if checks > PATIENCE / CHECK_EVERY]
