"""Before Gradio reads a request: doors that this page does not use are shut, and letters that nobody could answer go back.

Gradio would fetch any web address for whoever asks, read letters of any length and write them to the log, and stumble over
those it cannot read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import gradio as gr
import orjson
from gradio.route_utils import FnIndexInferError
from gradio_client.utils import is_http_url_like
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .. import text
from ..errors import log_error

API = "/gradio_api/"
# Other people's pages and addresses, components of other projects, recordings, an editor of the page's own source.
SHUT = re.compile(
    r"file[=/]\W*https?:|proxy=|component_server|custom_component/|stream/|process_recording|vibe-|dev/|deep_link", re.I
)
MOST, MOST_UPLOAD = 1_000_000, 64_000_000  # bytes of a request; the limit of one file is Gradio's (app.LAUNCH)
SESSION = re.compile(r"[\w-]{1,64}", re.ASCII)


class Gate:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        door = scope["path"].partition(API)[2]
        if SHUT.match(door):
            return await _refuse(404, text.SHUT)(scope, receive, send)
        most = MOST_UPLOAD if door.startswith("upload") else MOST
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if not length.isdigit() or int(length) > most:
            return await _refuse(413, text.TOO_LONG)(scope, receive, send)
        read, begun = 0, False

        async def receive_some() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise HTTPException(413, text.TOO_LONG)
            return message

        async def send_on(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive_some, send_on)
        except Exception as error:
            log_error(error)
            if begun:  # too late for words
                with suppress(Exception):
                    await send({"type": "http.response.body"})
                return
            misread = bool(door) and isinstance(error, (LookupError, TypeError, ValueError, FnIndexInferError))
            answer = _refuse(400, text.UNREADABLE) if misread else _refuse(500, text.UNEXPECTED)
            await answer(scope, receive, send)


def _refuse(status: int, words: str) -> JSONResponse:
    return JSONResponse({"detail": words}, status)


def check(page: gr.Blocks) -> gr.Blocks:
    """Have `page` take only events that can be answered, and tell the sender of any other why."""
    push, read = page._queue.push, page.preprocess_data

    async def push_if_known(body: Any, request: Any, username: str | None) -> tuple[bool, Any, Any]:
        if body.fn_index not in page.fns or not SESSION.fullmatch(body.session_hash or "none"):
            return False, text.UNREADABLE, "error"
        return await push(body, request, username)

    async def read_if_fit(handler: Any, inputs: list[Any], *more: Any, **options: Any) -> list[Any]:
        refusal = text.UNREADABLE if len(inputs) < len(handler.inputs) else _refusal(inputs, page.GRADIO_CACHE)
        if refusal:
            raise gr.Error(refusal, print_exception=False)
        try:
            return await read(handler, inputs, *more, **options)
        except ValidationError:  # a word where a file should be
            raise gr.Error(text.UNREADABLE, print_exception=False) from None

    page._queue.push = push_if_known  # type: ignore[method-assign]
    page.preprocess_data = read_if_fit  # type: ignore[assignment,method-assign]
    return page


def _refusal(inputs: list[Any], folder: str) -> str | None:
    """What is wrong with what an event sends along, if anything: files must be in `folder`, where uploads are."""
    try:  # Gradio answers with what it was sent; numbers of more than 64 bits and half characters would end the answer
        orjson.dumps(inputs)
    except TypeError:
        return text.UNREADABLE
    for path in _paths(inputs):
        if not isinstance(path, str):
            return text.UNREADABLE
        if is_http_url_like(path):
            return text.WEB_ADDRESS
        if not Path(os.path.abspath(path)).is_relative_to(os.path.abspath(folder)):
            return text.NOT_UPLOADED
        if not os.path.exists(path):
            return text.GONE
    return None


def _paths(data: Any) -> Iterator[Any]:
    """The files named anywhere in `data`, whether or not they say that they are files: Gradio believes some that do not."""
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if value.get("path") is not None:
                yield value["path"]
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
