"""ASGI middleware and exception handlers: blocked endpoints, limits of request bodies, and errors as JSON."""

from __future__ import annotations

import re
from typing import Any

from starlette.datastructures import Headers
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from .. import text
from ..errors import log_error

API = "/gradio_api/"
# Endpoints of Gradio that this page does not use: a proxy for other people's pages and addresses, components of other
# projects, recordings, an editor of the page's own source, saved copies of a page.
BLOCKED = re.compile(
    r"file[=/]\W*https?:|proxy=|component_server|custom_component/|stream/|process_recording|vibe-|dev/|deep_link", re.I
)
MAX_BODY, MAX_UPLOAD_BODY = 1_000_000, 64_000_000  # bytes; the limit of one uploaded file is `max_file_size` (page.py)


class RequestFilterMiddleware:
    """Answers 404 for `BLOCKED` endpoints, and limits the bodies of all other requests."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`, the application that answers what is let through."""
        self.limited = {most: RequestBodyLimitMiddleware(app, most) for most in (MAX_BODY, MAX_UPLOAD_BODY)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        endpoint = scope.get("path", "").partition(API)[2]
        most = MAX_UPLOAD_BODY if endpoint.startswith("upload") else MAX_BODY
        app: ASGIApp = self.limited[most]
        if scope["type"] == "http":
            if BLOCKED.match(endpoint):
                app = JSONResponse({"detail": text.NOT_HERE}, 404)
            # Starlette's middleware refuses this, too, but without a sentence.
            elif int(Headers(scope=scope).get("content-length", 0)) > most:
                app = JSONResponse({"detail": text.TOO_LARGE}, 413)
        await app(scope, receive, send)


async def too_large(request: Request, error: Exception) -> JSONResponse:
    """The answer to a request whose body turns out larger than allowed while it is read."""
    return JSONResponse({"detail": text.TOO_LARGE}, 413)


async def unreadable(request: Request, error: Exception) -> JSONResponse:
    """The answer when Gradio cannot read a request to its API: it looks up, converts or unpacks something and fails."""
    if API not in request.url.path:
        return await unexpected(request, error)
    log_error(error)
    return JSONResponse({"detail": text.UNREADABLE}, 400)


async def unexpected(request: Request, error: Exception) -> JSONResponse:
    """The answer to any other error."""
    log_error(error)
    return JSONResponse({"detail": text.UNEXPECTED}, 500)


# Starlette raises again what it answers by the key `Exception`, and uvicorn logs it, without its message
# (`errors.hide_messages_of_libraries`).
EXCEPTION_HANDLERS: dict[Any, Any] = {
    413: too_large,
    LookupError: unreadable,
    TypeError: unreadable,
    ValueError: unreadable,
    Exception: unexpected,
}
