"""Hostile values, event data and files that a client may send to the page. `fuzz.run` sends all of them; the tests send a
part (tests/demo/serving/test_hostile_requests.py)."""

from __future__ import annotations

import io
import math
import struct
import zlib
from typing import Any

from PIL import Image

META = {"_type": "gradio.FileData"}
PASSWD = "/etc/passwd"
CLOUD_METADATA = "http://169.254.169.254/latest/meta-data/"  # where a cloud machine finds its credentials
NO_SUCH_HOST = "http://nowhere.invalid/picture.png"
PRIVATE_NAME = "my-holiday-in-mallorca"  # of an ordinary visitor's photo; must not appear in the log
INLINE_GIF = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


def file_data(path: Any) -> dict[str, Any]:
    """What Gradio's client sends for an uploaded file, with `path` in place of the upload's."""
    return {"path": path, "orig_name": "x.png", "meta": META}


def values(folder: str = "/tmp", listener: str = "http://127.0.0.1:9/") -> dict[str, Any]:
    """{name: value} that nearly every argument must refuse.

    `folder` is the page's temporary folder, `listener` the URL of a server that the page must not call.
    """
    return _plain_values() | _file_values(folder, listener)


def _plain_values() -> dict[str, Any]:
    return {
        "nothing": None,
        "true": True,
        "zero": 0,
        "minus one": -1,
        "NaN": math.nan,
        "infinity": math.inf,
        "huge": 1e308,
        "beyond 64 bits": 10**30,
        "beyond 64 bits, negative": -(10**30),
        "largest of 64 bits": 2**63 - 1,
        "NaN as text": "NaN",
        "digits": "9" * 5000,
        "empty text": "",
        "null byte": "a\0b",
        "half a character": "\ud800",
        "right to left": "\u202egnp.exe\u2066💥",
        "markup": "<img/src=x/onerror=alert(1)>",
        "format": "{0.__class__}%s%n${jndi:ldap://127.0.0.1/}",
        "attribute": "__class__",
        "long text": "a" * 300_000,
        "list": [[]],
        "many layers": ["relu1_1"] * 20_000,
        "NaN in a list": [math.nan],
        "object": {"__type__": "update", "value": "x"},
        "nested": _nested(200),
        "deeply nested": _nested(700),
    }


def _file_values(folder: str, listener: str) -> dict[str, Any]:
    """Files and addresses that are not the sender's upload."""
    return {
        "password file": file_data(PASSWD),
        "password file that is not said to be a file": {"path": PASSWD},
        "bare path": PASSWD,
        "bare inline picture": INLINE_GIF,
        "path upwards": file_data("../../../../etc/passwd"),
        "file URL": file_data("file:///etc/passwd"),
        "the folder itself": file_data(folder),
        "out of the folder": file_data(f"{folder}/../{'../' * 20}etc/passwd"),
        "no such file in the folder": file_data(f"{folder}/{'0' * 64}/gone.png"),
        "path with a null byte": file_data(f"{folder}/\0"),
        "long path": file_data("a" * 5000),
        "path that is a number": file_data(5),
        "internal address": file_data(CLOUD_METADATA),
        "own listener": file_data(listener),
        "own listener by URL": {"url": listener, "meta": META},
        "web address": file_data(NO_SUCH_HOST),
        "stream": file_data(PASSWD) | {"is_stream": True},
        "inline picture": {"url": INLINE_GIF, "meta": META},
        "inline text": file_data("data:text/html,<script>alert(1)</script>"),
    }


# What a select event says was selected: wrong in every way.
EVENT_DATA: dict[str, Any] = {
    "no event": None,
    "no index": {},
    "text": "index",
    "a list": ["index", "value"],
    "index is nothing": {"index": None, "value": None},
    "index is text": {"index": "abc", "value": None},
    "texts": {"index": ["a", "b"], "value": None},
    "too few": {"index": [1], "value": None},
    "too many": {"index": [1, 2, 3, 4], "value": None},
    "negative": {"index": [-1, -1], "value": None},
    "huge": {"index": [10**15, 10**15], "value": None},
    "beyond 64 bits": {"index": [10**30, 10**30], "value": None},
    "NaN": {"index": [math.nan, math.nan], "value": None},
    "infinity": {"index": [math.inf, -math.inf], "value": None},
    "one huge number": {"index": 10**9, "value": None},
    "no such layer": {"layer": "relu9_9", "index": 0, "value": None},
    "a layer that is a list": {"layer": ["relu1_1"], "index": 0, "value": None},
}


def large_png(width: int, height: int) -> bytes:
    """A black PNG of width x height pixels: a small file that is large in memory."""
    file = io.BytesIO()
    Image.new("RGB", (width, height)).save(file, "PNG")
    return file.getvalue()


def _nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(width: int, height: int, rows: bytes, *more: bytes) -> bytes:
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def files() -> dict[str, tuple[str, bytes]]:
    """{what it is: (file name, bytes)} that every handler must refuse or read without harm."""
    picture = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(picture, "PNG")
    whole, bits = picture.getvalue(), zlib.compress(bytes(10_000 * 1251), 9)
    text = zlib.compress(b"a" * 50_000_000, 9)
    rows = zlib.compress(bytes(16))  # of 8 x 8 pixels
    recipe = b"parameters\0\0\0\0\0" + b'{"settings":' * 50_000
    return {
        "decompression bomb of 100 million pixels": ("bomb.png", _png(10_000, 10_000, bits)),
        "decompression bomb of 4 billion pixels": ("bomb.png", _png(65_000, 65_000, bits)),
        "decompression bomb in a text chunk": ("text.png", _png(8, 8, rows, _chunk(b"zTXt", b"a\0\0" + text))),
        "nested recipe": ("recipe.png", _png(8, 8, rows, _chunk(b"iTXt", recipe))),
        "cut short": ("half.png", whole[: len(whole) // 2]),
        "damaged": ("damaged.png", whole[:60] + bytes(30) + whole[90:]),
        "empty": ("empty.png", b""),
        "svg that fetches": ("drawing.svg", f'<svg xmlns="x"><image href="{CLOUD_METADATA}"/></svg>'.encode()),
        "svg named png": ("drawing.png", b'<svg xmlns="x"><script>alert(1)</script></svg>'),
        "html": ("page.html", b"<script>alert(1)</script>"),
        "EPS, which starts programs": ("drawing.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"),
        "pickle": ("weights.png", b"cos\nsystem\n(S'touch /tmp/owned'\ntR."),
        "a name upwards": ("../../../up.png", whole),
        "dots": ("..", whole),
        "a name that is a path": ("/etc/cron.d/x", whole),
        "a long name": ("n" * 3000 + ".png", whole),
        "a name with a line break": ("a\nb\0c.png", whole),
    }
