"""Sending hostile events and requests, and judging the answers. Functions return kinds of failure, empty if all is well."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from demo import text
from fuzz.corpus import file_data
from fuzz.requests import JSON, RawRequest
from nst_core.settings import FIELDS
from tests.support.http_client import ROOT, Page, Visitor

EVENT_SECONDS = 120.0  # in which an event other than a run must end
READ_SECONDS = 3.0  # that an endless stream, or the event of a run, is read
MOST_BYTES = 2_000_000  # read from one answer
APP_PY = (ROOT / "app.py").read_bytes().splitlines()[0].strip(b'"')
FOREIGN = (b"root:x:0:", APP_PY, b"[core]\n", b"OUTGOING=")  # in /etc/passwd, app.py, .git/config, /proc/self/environ


def default_data(page: Page, handler: dict[str, Any]) -> list[Any]:
    """What the page sends to the handler before a visitor has changed anything, with a small size and one evaluation."""
    parts = {part["id"]: part for part in page.config["components"]}
    small = {"size": 64, "evaluations": 1, "api-size": 64, "api-evaluations": 1}
    data = []
    for number in handler["inputs"]:
        props = parts[number]["props"]
        value = None if parts[number]["type"] == "state" else small.get(props.get("elem_id"), props.get("value"))
        if parts[number]["type"] == "json":  # all settings as one
            value = [small.get(name, given) for name, given in zip(FIELDS, value, strict=True)]
        data.append(file_data(value["path"]) if isinstance(value, dict) and "path" in value else value)
    return data


def component_types(page: Page, handler: dict[str, Any]) -> list[str]:
    """The types of the components that a handler reads, such as "slider" or "state"."""
    types = {part["id"]: part["type"] for part in page.config["components"]}
    return [types[number] for number in handler["inputs"]]


def send_event(
    visitor: Visitor, handler: dict[str, Any], data: list[Any], event: Any = None, needs_sentence: bool = False
) -> list[str]:
    """Send an event with event data `event` and read its messages; with `needs_sentence` a refusal must say why."""
    body = {"data": data, "event_data": event, "fn_index": handler["id"], "session_hash": visitor.session}
    body["trigger_id"] = handler["targets"][0][0] if handler["targets"] else None
    content, began = json.dumps(body), time.monotonic()
    if not handler["queue"]:
        return _failures_of(visitor.http.post("/run/predict", content=content, headers=JSON))
    joined = visitor.http.post("/queue/join", content=content, headers=JSON)
    if joined.status_code != 200:
        return _failures_of(joined)
    is_run = any(name in (handler["api_name"] or "") for name in ("run", "stylize"))
    for message in visitor.listen(joined.json()["event_id"]):
        if failures := failures_in(json.dumps(message).encode()):
            return failures
        if message["msg"] == "unexpected_error":
            return [f"event broken off: {handler['api_name']}, {message.get('message')}"]
        if message["msg"] == "process_completed":
            refusal = message["output"].get("error")
            unclear = needs_sentence and not message["success"] and refusal in (None, text.UNEXPECTED)
            return ["a refusal without words"] * unclear
        if is_run and time.monotonic() - began > READ_SECONDS:
            return []  # stop listening; the page ends the run by itself
        if time.monotonic() - began > EVENT_SECONDS:
            return [f"event without end: {handler['api_name']}"]
    return [f"event cut off: {handler['api_name']}"]


def send_raw(url: str, request: RawRequest) -> list[str]:
    """Send a request byte for byte; httpx would normalise its path first."""
    where, began = urlsplit(url), time.monotonic()
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=READ_SECONDS)
    connection._validate_path = lambda _: None  # type: ignore[attr-defined]
    path = request.path.encode().decode("latin-1")
    try:
        with suppress(BrokenPipeError, ConnectionResetError):  # refused before all was sent: the answer is there
            connection.request(request.method, path, request.content or None, request.headers)
        answer, read = connection.getresponse(), b""
        with suppress(TimeoutError):  # an endless stream
            while time.monotonic() - began < READ_SECONDS and len(read) < MOST_BYTES and (more := answer.read1(65536)):
                read += more
        return failures_in(read, answer.status)
    except (OSError, http.client.HTTPException) as error:
        return [f"no answer: {type(error).__name__}"]
    finally:
        connection.close()


def failures_in(answer: bytes, status: int = 200) -> list[str]:
    """What no answer may be or hold: HTTP 500 or more without JSON, a traceback, a file that is not the asker's."""
    found = ["HTTP 500 without words"] * (status >= 500 and not answer.startswith(b"{"))
    found += ["a traceback in an answer"] * (b"Traceback (most" in answer)
    return found + ["somebody else's file"] * any(mark in answer for mark in FOREIGN)


def _failures_of(response: Any) -> list[str]:
    return failures_in(response.content, response.status_code)


def run_schemathesis(url: str, examples: int) -> tuple[int, Iterable[str]]:
    """Send about `examples` requests that schemathesis makes from openapi.json; returns their number and failures."""
    try:
        import hypothesis
        import schemathesis
    except ImportError:
        raise SystemExit(
            "This part needs schemathesis: pip install schemathesis, or --examples 0 to leave it out."
        ) from None
    schema, found, tried = schemathesis.openapi.from_url(f"{url}/gradio_api/openapi.json"), [], 0
    operations = [operation.ok() for operation in schema.get_all_operations()]
    checks = list(hypothesis.HealthCheck)
    for operation in operations:

        @hypothesis.settings(
            max_examples=examples // len(operations), deadline=None, suppress_health_check=checks, database=None
        )
        @hypothesis.seed(0)
        @hypothesis.given(case=operation.as_strategy())
        def attempt(case: Any) -> None:
            nonlocal tried
            tried += 1
            try:
                found.extend(_failures_of(case.call(base_url=url, timeout=EVENT_SECONDS)))
            except OSError as error:  # of requests
                found.append(f"no answer: {type(error).__name__}")

        attempt()
    return tried, found
