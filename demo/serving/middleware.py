"""ASGI middleware and exception handlers: blocked endpoints, limits of request bodies, and errors as JSON."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from starlette.datastructures import Headers
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .. import text
from ..error_log import log_error
from . import gradio_internals

API = "/gradio_api/"
# Endpoints of Gradio that this page does not use: a proxy for other people's pages and addresses, components of other
# projects, recordings, an editor of the page's own source, saved copies of a page, the older of MCP's two transports.
BLOCKED = re.compile(
    r"file[=/]\W*https?:|proxy=|component_server|custom_component/|stream/|process_recording|vibe-|dev/|deep_link"
    r"|mcp/(sse|messages)",
    re.I,
)
MAX_BODY = 1_000_000  # bytes
# Of the endpoints that begin so. The limit of one uploaded file is `max_file_size` (page.py); MCP's messages, which can hold
# pictures as base64, may have 4 MB by its own limit.
MORE = {"upload": 64_000_000, "mcp": 4_000_000}


class RequestFilterMiddleware:
    """Blocks `BLOCKED` endpoints, limits request bodies, and ends every request with an answer, also when Gradio raises."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`, the application that answers what is let through."""
        self.limited = {most: RequestBodyLimitMiddleware(app, most) for most in (MAX_BODY, *MORE.values())}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        endpoint = scope.get("path", "").partition(API)[2]
        most = next((most for start, most in MORE.items() if endpoint.startswith(start)), MAX_BODY)
        if scope["type"] != "http":
            await self.limited[most](scope, receive, send)
        elif BLOCKED.match(endpoint):
            await _json(404, text.NOT_HERE)(scope, receive, send)
        # Starlette's middleware refuses this, too, but without a sentence.
        elif int(Headers(scope=scope).get("content-length", 0)) > most:
            await _json(413, text.TOO_LARGE)(scope, receive, send)
        else:
            await _with_an_end(self.limited[most], scope, receive, send)


async def _with_an_end(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Have `app` answer; what it raises is logged, and the answer ended, or given if it has not begun."""
    begun = False

    async def watched(message: Message) -> None:
        nonlocal begun
        begun = True
        await send(message)

    try:
        await app(scope, receive, watched)
    except Exception as error:
        log_error(error)
        if not begun:
            await _json(500, text.UNEXPECTED)(scope, receive, send)
            return
        with suppress(Exception):  # the connection may be gone
            await send({"type": "http.response.body"})


def _json(status: int, words: str) -> JSONResponse:
    return JSONResponse({"detail": words}, status)


async def too_large(request: Request, error: Exception) -> JSONResponse:
    """The answer to a request whose body turns out larger than allowed while it is read."""
    return _json(413, text.TOO_LARGE)


async def unreadable(request: Request, error: Exception) -> JSONResponse:
    """The answer when Gradio raises one of `UNREADABLE`: in its API that shows a request that it cannot read."""
    log_error(error)
    return _json(400, text.UNREADABLE) if API in request.url.path else _json(500, text.UNEXPECTED)


# Raised by Gradio's look-ups, conversions and unpacking.
UNREADABLE = (LookupError, TypeError, ValueError, gradio_internals.UnknownFunction)
EXCEPTION_HANDLERS: dict[Any, Any] = {413: too_large} | dict.fromkeys(UNREADABLE, unreadable)
