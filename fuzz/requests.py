"""The doors of a page other than its handlers, and letters for them that cannot be read: a part of `benchmarks.abuse`."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from fuzz.corpus import CLOUD, NOWHERE, PASSWD

JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Shot:
    """One HTTP request, as it is."""

    method: str
    path: str
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def requests(folder: str, listener: str) -> Iterator[Shot]:
    """Every other door, and letters that cannot be read."""
    api = "/gradio_api"
    paths = [
        PASSWD,
        "../../../../etc/passwd",
        "..%2f..%2f..%2fetc%2fpasswd",
        "file:///etc/passwd",
        "/proc/self/environ",
    ]
    paths += [
        folder,
        f"{folder}/../",
        f"{folder}%00.png",
        "app.py",
        ".git/config",
        "demo/../app.py",
        "%ff%fe",
        "a" * 5000,
    ]
    urls = [CLOUD, listener, NOWHERE, listener.replace("http", "HTTP"), "//" + listener[5:], "ftp://127.0.0.1/x"]
    for path in paths + urls:
        yield Shot("GET", f"{api}/file={path}")
        yield Shot("GET", f"{api}/file/{path}")
        yield Shot("GET", f"{api}/proxy={path}")
    for path in paths:
        for root in (
            "/static/",
            "/assets/",
            "/svelte/",
            f"{api}/custom_component/x/client/component/",
            "/pwa_icon/",
            "/",
        ):
            yield Shot("GET", root + path)
    for ranged in ("bytes=0-99999999999999", "bytes=9-1", "bytes=1-2-3", "bytes=²-³", "bytes=-"):
        yield Shot("GET", f"{api}/file={folder}/x", headers={"Range": ranged.encode().decode("latin-1")})
    for path in ("queue/data?session_hash=nobody", "queue/data", "queue/status", "call/stylize/nobody", "heartbeat/"):
        yield Shot("GET", f"{api}/{path}")
    for path in (
        "runs",
        "token",
        "user",
        "dev/none",
        "vibe-code",
        "deep_link?session_hash=nobody",
        "openapi.json",
        "info",
    ):
        yield Shot("GET", f"{api}/{path}")
    for path in (
        "/config",
        "/?deep_link=../../etc/passwd",
        "/?deep_link=x",
        "/?view=gram&layer=<b>&pair=99999999",
        "/healthz",
    ):
        yield Shot("GET", path)
    yield Shot("GET", "/monitoring/summary")
    yield Shot("DELETE", "/healthz")
    yield from _letters(api, listener)


def _letters(api: str, listener: str) -> Iterator[Shot]:
    doors = [
        "queue/join",
        "call/stylize",
        "call/v2/stylize",
        "call/nothing",
        "call/v2/nothing",
        "run/predict",
        "run/stylize",
    ]
    doors += ["api/predict", "cancel", "reset", "component_server", "stream/x", "stream/x/close", "vibe-edit", "login"]
    bodies: list[Any] = [{}, [], None, {"data": None}, {"data": []}, {"data": {}}, {"data": [math.nan]}, {"zz": 1}]
    for number in (-1, 10**4, 10**30, "x", math.nan, None, True, [1]):
        bodies.append({"data": [], "fn_index": number, "session_hash": "stranger", "event_id": "x"})
    for session in ("", "x" * 200_000, "a<gradio-sep>b", "../../x", "\ud800", "a\0b", 5):
        bodies.append({"data": [], "fn_index": 1, "session_hash": session, "event_id": "x"})
    extra = {"trigger_id": 10**9, "batched": True, "simple_format": True, "event_id": "forged", "oauth_token": "x"}
    bodies.append({"data": [None] * 20, "fn_index": 1, "session_hash": "stranger", **extra})
    bodies.append({"data": [], "component_id": 1, "session_hash": "stranger", "fn_name": "__class__"})
    bodies.append({"data": [], "component_id": 10**6, "session_hash": "stranger", "fn_name": "x"})
    texts = [json.dumps(body).encode() for body in bodies]
    texts += [b"{", b"\xff\xfe", b'{"data":' + b"[" * 100_000, b'{"data":["' + b"a" * 10_000_000 + b'"],"fn_index":1}']
    for door in doors:
        for text in texts:
            yield Shot("POST", f"{api}/{door}", text, JSON)
    part = b'--b\r\nContent-Disposition: form-data; name="files"%s\r\n\r\nx\r\n--b--\r\n'
    for kind in (
        "multipart/form-data",
        "multipart/form-data; boundary=b",
        "text/plain",
        "multipart/form-data; boundary=" + "b" * 99,
    ):
        for door in ("upload", "upload?upload_id=x", "component_server", "process_recording"):
            for text in (b"", b"rubbish", part % b"", part % b'; filename="x.mp4"', part % b'; filename=""', part[:40]):
                yield Shot("POST", f"{api}/{door}", text, {"Content-Type": kind})
