"""A client that sends what Gradio's script sends from a browser, over HTTP; and the page in a process of its own.

For tests, benchmarks and the fuzzer, on this machine only.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from nst_core.settings import FIELDS

ROOT = Path(__file__).parents[2]
API = "/gradio_api"


@contextmanager
def served(
    port: int, log: Path | None = None, checkout: Path = ROOT, **environment: str
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run `python app.py` of `checkout` on `port`: its URL and its process, once it is ready. Its output is appended to
    `log`."""
    command = [sys.executable, "app.py", "--port", str(port)]
    with log.open("ab") if log else nullcontext() as file:
        process = subprocess.Popen(command, cwd=checkout, env=os.environ | environment, stdout=file, stderr=file)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(url)
        yield url, process
    finally:
        process.terminate()
        process.wait(20)


def wait_until_ready(url: str, patience: float = 120.0) -> float:
    """Wait until /healthz says "ready", at most `patience` seconds; returns the seconds that it took."""
    began = time.monotonic()
    with httpx.Client(timeout=2) as http:  # one for all attempts: each new one reads the certificates again
        while time.monotonic() - began < patience:
            try:
                if http.get(f"{url}/healthz").json().get("status") == "ready":
                    return time.monotonic() - began
            except (httpx.HTTPError, ValueError):
                time.sleep(0.05)
    raise SystemExit(f"{url} was not ready after {patience:.0f} s")


@dataclass
class Page:
    """The page's configuration as Gradio sends it to a browser: its components and its event handlers."""

    url: str
    config: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Fetch the configuration."""
        self.config = httpx.get(f"{self.url}/config", timeout=30).json()

    def handler(self, elem_id: str, event: str) -> dict[str, Any]:
        """The configuration of the handler of `event` of the component `elem_id`."""
        (widget,) = [part["id"] for part in self.config["components"] if part["props"].get("elem_id") == elem_id]
        found = [d for d in self.config["dependencies"] if [widget, event] in [list(t) for t in d["targets"]]]
        return found[0]

    def named(self, api_name: str) -> dict[str, Any]:
        """The configuration of the handler with this API name."""
        return next(d for d in self.config["dependencies"] if d["api_name"] == api_name)


class Visitor:
    """One browser tab: a session of the page."""

    def __init__(self, page: Page, patience: float = 120.0) -> None:
        """Begin a session; after `patience` seconds, a request without an answer fails, and an event without an end."""
        self.page, self.session, self.patience = page, uuid.uuid4().hex[:11], patience
        # To read the certificates takes time, and the page is served without.
        self.http = httpx.Client(base_url=page.url + API, timeout=patience, verify=False)

    def upload(self, path: Path) -> dict[str, Any]:
        """Upload a file; returns what an event sends for it."""
        (kept,) = self.http.post("/upload", files={"files": (path.name, path.read_bytes())}).raise_for_status().json()
        return {"path": kept, "orig_name": path.name, "meta": {"_type": "gradio.FileData"}}

    def join(self, handler: dict[str, Any], data: list[Any], event_data: Any = None) -> httpx.Response:
        """Join the event queue; the JSON of the answer holds `event_id`."""
        body = {
            "data": data,
            "event_data": event_data,
            "fn_index": handler["id"],
            "trigger_id": handler["targets"][0][0],
            "session_hash": self.session,
        }
        return self.http.post("/queue/join", json=body)

    def listen(self, event: str) -> Iterator[dict[str, Any]]:
        """The messages of the session's stream until the event has ended; raises `TimeoutError` when it does not.

        Gradio sends a heartbeat every 15 seconds, so that a stream in which nothing happens does not end by itself.
        """
        ends, heard = time.monotonic() + self.patience, []
        with self.http.stream("GET", "/queue/data", params={"session_hash": self.session}) as lines:
            for line in lines.iter_lines():
                if line.startswith("data:"):
                    message = json.loads(line[5:])
                    yield message
                    heard.append(message["msg"])
                    if message.get("event_id") == event and message["msg"] == "process_completed":
                        return
                    if time.monotonic() > ends:
                        raise TimeoutError(f"the event has not ended after {self.patience} s; messages: {heard[-20:]}")

    def press(self, handler: dict[str, Any], data: list[Any], event_data: Any = None) -> dict[str, Any]:
        """Run an event to its end; returns its last message, with `success` and `output`."""
        joined = self.join(handler, data, event_data).raise_for_status().json()
        return list(self.listen(joined["event_id"]))[-1]

    def close(self) -> None:
        """Close the HTTP connections."""
        self.http.close()


def stylize(photo: dict[str, Any], painting: dict[str, Any], **settings: Any) -> list[Any]:
    """The data of an event of /stylize: two uploads, and every setting in order, by default as `Settings` has it."""
    defaults = {name: list(f.default) if isinstance(f.default, tuple) else f.default for name, f in FIELDS.items()}
    lists = [name for name, f in FIELDS.items() if {"numbers", "changes"} & f.metadata.keys()]  # are sent as text
    return [photo, painting, *(defaults | dict.fromkeys(lists, "") | settings).values()]
