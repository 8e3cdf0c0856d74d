"""Waiting in line: how many may, and what the next visitor is told."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import gradio as gr

from .. import text

PAINTER = "painter"  # the line of all who want something painted

# Whether the visitor whose event a handler answers has left meanwhile. Handlers run in threads that inherit it.
LEFT: ContextVar[Callable[[], bool]] = ContextVar("LEFT", default=lambda: False)


def limit(page: gr.Blocks, most: int, most_others: int = 200) -> gr.Blocks:
    """Let at most `most` wait for the painter of `page`, `most_others` for anything else, and tell the next one so.

    Gradio's own `max_size` counts the events of all handlers together: while many wait to paint, it would not even look
    at a new visitor's photo. And the page would then say that the application is busy, and no more.
    """
    queue = page._queue
    push = queue.push

    async def push_unless_full(body: Any, request: Any, username: str | None) -> tuple[bool, Any, Any]:
        handler = page.fns.get(body.fn_index)
        line = queue.event_queue_per_concurrency_id.get(handler.concurrency_id) if handler else None
        room = most if handler and handler.concurrency_id == PAINTER else most_others
        if handler is None or line is None or len(line.queue) < room:
            return await push(body, request, username)
        # The page shows the words of an "error" only; programs get HTTP's 503, which they know what to do about.
        kind = "queue_full" if handler.api_visibility == "public" else "error"
        return False, text.full(len(line.queue)), kind

    queue.push = push_unless_full  # type: ignore[method-assign]
    return page
