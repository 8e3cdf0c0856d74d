"""Raw HTTP requests to every endpoint of the page other than its event handlers, and malformed bodies for them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from fuzz.corpus import CLOUD_METADATA, NO_SUCH_HOST, PASSWD

JSON = {"Content-Type": "application/json"}
API = "/gradio_api"

STATIC_ROOTS = ("/static/", "/assets/", "/svelte/", f"{API}/custom_component/x/client/component/", "/pwa_icon/", "/")
RANGES = ["bytes=0-99999999999999", "bytes=9-1", "bytes=1-2-3", "bytes=²-³", "bytes=-"]
API_PATHS = [
    "queue/data?session_hash=nobody",
    "queue/data",
    "queue/status",
    "call/stylize/nobody",
    "heartbeat/",
    "runs",
    "token",
    "user",
    "dev/none",
    "vibe-code",
    "deep_link?session_hash=nobody",
    "openapi.json",
    "info",
]
PAGE_PATHS = [
    "/config",
    "/?deep_link=../../etc/passwd",
    "/?deep_link=x",
    "/?view=gram&layer=<b>&pair=99999999",
    "/healthz",
    "/monitoring/summary",
]
JSON_ENDPOINTS = [
    "queue/join",
    "call/stylize",
    "call/v2/stylize",
    "call/nothing",
    "call/v2/nothing",
    "run/predict",
    "run/stylize",
    "api/predict",
    "cancel",
    "reset",
    "component_server",
    "stream/x",
    "stream/x/close",
    "vibe-edit",
    "login",
]
UPLOAD_ENDPOINTS = ["upload", "upload?upload_id=x", "component_server", "process_recording"]
MULTIPART = "multipart/form-data"
UPLOAD_TYPES = (MULTIPART, f"{MULTIPART}; boundary=b", "text/plain", f"{MULTIPART}; boundary={'b' * 99}")


@dataclass(frozen=True)
class RawRequest:
    """One HTTP request, sent as it is."""

    method: str
    path: str
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def raw_requests(folder: str, listener: str) -> Iterator[RawRequest]:
    """Every raw request. `folder` is the page's temporary folder, `listener` the URL of a server it must not call."""
    yield from _file_requests(folder, listener)
    yield from (RawRequest("GET", f"{API}/{path}") for path in API_PATHS)
    yield from (RawRequest("GET", path) for path in PAGE_PATHS)
    yield RawRequest("DELETE", "/healthz")
    for endpoint in JSON_ENDPOINTS:
        for body in _malformed_json():
            yield RawRequest("POST", f"{API}/{endpoint}", body, JSON)
    for kind in UPLOAD_TYPES:
        for endpoint in UPLOAD_ENDPOINTS:
            for body in _malformed_uploads():
                yield RawRequest("POST", f"{API}/{endpoint}", body, {"Content-Type": kind})


def _file_requests(folder: str, listener: str) -> Iterator[RawRequest]:
    """Requests for files and addresses that the page must not serve."""
    paths = [
        PASSWD,
        "../../../../etc/passwd",
        "..%2f..%2f..%2fetc%2fpasswd",
        "file:///etc/passwd",
        "/proc/self/environ",
    ]
    paths += [folder, f"{folder}/../", f"{folder}%00.png"]
    paths += ["app.py", ".git/config", "demo/../app.py", "%ff%fe", "a" * 5000]
    urls = [CLOUD_METADATA, listener, NO_SUCH_HOST, listener.replace("http", "HTTP"), "//" + listener[5:]]
    urls.append("ftp://127.0.0.1/x")
    for path in paths + urls:
        yield RawRequest("GET", f"{API}/file={path}")
        yield RawRequest("GET", f"{API}/file/{path}")
        yield RawRequest("GET", f"{API}/proxy={path}")
    for path in paths:
        yield from (RawRequest("GET", root + path) for root in STATIC_ROOTS)
    for ranged in RANGES:
        headers = {"Range": ranged.encode().decode("latin-1")}
        yield RawRequest("GET", f"{API}/file={folder}/x", headers=headers)


def _malformed_json() -> list[bytes]:
    """Bodies that no JSON endpoint expects: wrong fields, wrong types, forged identities, broken or huge text."""
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
    return [
        *texts,
        b"{",
        b"\xff\xfe",
        b'{"data":' + b"[" * 100_000,
        b'{"data":["' + b"a" * 10_000_000 + b'"],"fn_index":1}',
    ]


def _malformed_uploads() -> list[bytes]:
    """Multipart bodies that are empty, cut short or without a file name."""
    part = b'--b\r\nContent-Disposition: form-data; name="files"%s\r\n\r\nx\r\n--b--\r\n'
    return [b"", b"rubbish", part % b"", part % b'; filename="x.mp4"', part % b'; filename=""', part[:40]]
