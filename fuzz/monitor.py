"""A stranger's eyes and ears: sends what `benchmarks.abuse` has to send, and tells failures by kind."""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from demo import text
from fuzz.corpus import PRIVATE, file_at
from fuzz.requests import JSON, Shot
from tests.support.http_client import Page, Visitor

PATIENCE = 120.0  # seconds until the end of an event that is no run
GLANCE = 3.0  # seconds of a stream that has no end, and of a run that nobody asked to be short
FOREIGN = (b"root:x:0:", b"The demo: `python app.py`", b"[core]\n", b"OUTGOING=")  # passwd, app.py, .git/config, /proc
HOOK = """
import os, sys

def watch(event, given):
    if event == "socket.connect":
        host = given[1][0] if isinstance(given[1], tuple) else ""
    elif event == "socket.getaddrinfo":
        host = given[0]
    else:
        return
    host = host.decode("latin-1") if isinstance(host, bytes) else host
    if host not in (None, "", "127.0.0.1", "localhost"):
        with open(os.environ["OUTGOING"], "a") as file:
            file.write(f"{host}\\n")
        raise PermissionError("this test lets nothing out")

sys.addaudithook(watch)
"""


class Listener:
    """A server on this machine that nobody should call, and that counts who does."""

    def __enter__(self) -> Listener:
        self.hits = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        threading.Thread(target=self._count, daemon=True).start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._socket.close()

    def _count(self) -> None:
        with suppress(OSError):
            while True:
                caller, _ = self._socket.accept()
                self.hits += 1
                caller.close()


class Watched:
    """What the page's process does beside answering: its log, its calls to others, its files, its memory."""

    def __init__(self, root: Path) -> None:
        self.root, self.log, self.outgoing = root, root / "log", root / "outgoing"
        self.temporary, hook = root / "tmp", root / "hook"
        for folder in (self.temporary, hook):
            folder.mkdir()
        (hook / "sitecustomize.py").write_text(HOOK)
        self.outgoing.touch()
        self.environment = {"TMPDIR": str(self.temporary), "PYTHONPATH": str(hook), "OUTGOING": str(self.outgoing)}
        self._logged = self._called = 0

    @property
    def folder(self) -> str:
        """The page's own, where uploads are."""
        return str(next(self.temporary.glob("neural-style-transfer-*")))

    def news(self, most: int) -> list[str]:
        """Kinds of failure since the last look."""
        written = self.log.read_bytes()[self._logged :]
        called = self.outgoing.read_text()[self._called :].split()
        self._logged, self._called = self._logged + len(written), self._called + len("\n".join([*called, ""]))
        found = [f"called {host}" for host in called]
        found += ["log: a visitor's file"] * (PRIVATE.encode() in written)
        found += ["log: a path of a visitor"] * bool(re.search(rb"neural-style-transfer-\d+/[0-9a-f]{64}", written))
        found += ["log: a picture"] * (b"\x89PNG" in written or b"base64," in written)
        found += ["log: a traceback of Gradio's"] * (b"Traceback (most" in written)
        found += [f"log: {len(written) / 1e6:.1f} MB"] * (len(written) > most)
        strays = [path.name for path in self.temporary.iterdir() if path.name not in ("gradio", Path(self.folder).name)]
        return found + ["a file outside its folder"] * bool(strays)

    @staticmethod
    def peak_mb(process: int) -> float:
        """The most memory the process has had so far."""
        return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text())[1]) / 1000


def defaults(page: Page, handler: dict[str, Any]) -> list[Any]:
    """What the handler would be sent by the page as it opens, but small."""
    parts = {part["id"]: part for part in page.config["components"]}
    small = {"size": 64, "evaluations": 1, "api-size": 64, "api-evaluations": 1}
    given = []
    for number in handler["inputs"]:
        props = parts[number]["props"]
        value = None if parts[number]["type"] == "state" else small.get(props.get("elem_id"), props.get("value"))
        given.append(file_at(value["path"]) if isinstance(value, dict) and "path" in value else value)
    return given


def kinds(page: Page, handler: dict[str, Any]) -> list[str]:
    """The types of the widgets that a handler reads."""
    types = {part["id"]: part["type"] for part in page.config["components"]}
    return [types[number] for number in handler["inputs"]]


def answered(
    visitor: Visitor, handler: dict[str, Any], data: list[Any], event: Any = None, sentence: bool = False
) -> list[str]:
    """Send an event and read all that comes of it; with `sentence`, a refusal must say what is wrong."""
    body = {"data": data, "event_data": event, "fn_index": handler["id"], "session_hash": visitor.session}
    body["trigger_id"] = handler["targets"][0][0] if handler["targets"] else None
    content, began = json.dumps(body), time.monotonic()
    if not handler["queue"]:
        return judged(*_said(visitor.http.post("/run/predict", content=content, headers=JSON)))
    joined = visitor.http.post("/queue/join", content=content, headers=JSON)
    if joined.status_code != 200:
        return judged(*_said(joined))
    run = any(name in (handler["api_name"] or "") for name in ("run", "stylize"))
    for message in visitor.listen(joined.json()["event_id"]):
        said = json.dumps(message)
        if wrong := judged(said.encode()):
            return wrong
        if message["msg"] == "unexpected_error":
            return [f"event broken off: {handler['api_name']}, {message.get('message')}"]
        if message["msg"] == "process_completed":
            refusal = message["output"].get("error")
            unclear = sentence and not message["success"] and refusal in (None, text.UNEXPECTED)
            return ["a refusal without words"] * unclear
        if run and time.monotonic() - began > GLANCE:
            return []  # hang up: the run ends by itself
        if time.monotonic() - began > PATIENCE:
            return [f"event without end: {handler['api_name']}"]
    return [f"event cut off: {handler['api_name']}"]


def fire(url: str, shot: Shot) -> list[str]:
    """Send a request byte by byte as it is; httpx would put its path in order first."""
    where, began = urlsplit(url), time.monotonic()
    line = http.client.HTTPConnection(where.hostname or "", where.port, timeout=GLANCE)
    line._validate_path = lambda _: None  # type: ignore[attr-defined]
    try:
        with suppress(BrokenPipeError, ConnectionResetError):  # refused before all of it was read: the answer is there
            line.request(shot.method, shot.path.encode().decode("latin-1"), shot.content or None, shot.headers)
        answer, read = line.getresponse(), b""
        with suppress(TimeoutError):  # a stream without end
            while time.monotonic() - began < GLANCE and len(read) < 2_000_000 and (more := answer.read1(65536)):
                read += more
        return judged(read, answer.status)
    except (OSError, http.client.HTTPException) as error:
        return [f"no answer: {type(error).__name__}"]
    finally:
        line.close()


def _said(answer: Any) -> tuple[bytes, int]:
    return answer.content, answer.status_code


def judged(said: bytes, status: int = 200) -> list[str]:
    """What no answer may be or hold."""
    found = ["HTTP 500 without words"] * (status >= 500 and not said.startswith(b"{"))
    found += ["a traceback in an answer"] * (b"Traceback (most" in said)
    return found + ["somebody else's file"] * any(mark in said for mark in FOREIGN)


def provoked(url: str, examples: int) -> tuple[int, Iterable[str]]:
    """What schemathesis makes of the page's own description: how many requests, and kinds of failure."""
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
                answer = case.call(base_url=url, timeout=PATIENCE)
                found.extend(judged(*_said(answer)))
            except OSError as error:  # of requests
                found.append(f"no answer: {type(error).__name__}")

        attempt()
    return tried, found
