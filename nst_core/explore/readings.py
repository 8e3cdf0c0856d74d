"""The values behind the pixels of a figure, kept with it and in its PNG file, so that a page can say the one pointed at.

In the file they are a chunk of its own, `CHUNK`: JSON, compressed like the pixels (zlib).
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

CHUNK = b"nsTv"  # PNG: ancillary, private, and void once the pixels change
KEY = "readings"  # of a picture's `info`
EXACT = 16_384  # values; more are stored in one byte each
MOST = 65_536  # values; of more the means of neighbours are stored


@dataclass(frozen=True, eq=False)
class Reading:
    """Values (rows, columns) of a part of a picture, and what is said of one.

    `box` is (left, top, width, height), as shares of the picture. In `words` stand {row}, {column} and {value}; the first
    two are the numbers in `rows` and `columns`, or, where there are none, counted from 0.
    """

    values: np.ndarray
    words: str
    rows: Sequence[int] = ()
    columns: Sequence[int] = ()
    box: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)


def readings_of(picture: Image.Image) -> tuple[Reading, ...]:
    """The readings that were given to `picture`."""
    return picture.info.get(KEY, ())


def read_as(picture: Image.Image, *readings: Reading) -> Image.Image:
    """`picture`, which has these readings from now on, and no others."""
    picture.info[KEY] = readings
    return picture


def moved(canvas: Image.Image, picture: Image.Image, at: tuple[int, int]) -> tuple[Reading, ...]:
    """The readings of `picture` as those of `canvas`, on which it lies with its upper left corner at pixel (x, y)."""
    found = []
    for reading in readings_of(picture):
        left, top, width, height = reading.box
        box = (
            (at[0] + left * picture.width) / canvas.width,
            (at[1] + top * picture.height) / canvas.height,
            width * picture.width / canvas.width,
            height * picture.height / canvas.height,
        )
        found.append(replace(reading, box=box))
    return tuple(found)


def chunk(picture: Image.Image) -> bytes:
    """The contents of the chunk; nothing for a picture without readings."""
    found = readings_of(picture)
    return zlib.compress(json.dumps([_plain(reading) for reading in found]).encode(), 1) if found else b""


def _plain(reading: Reading) -> dict[str, object]:
    """A reading as plain values for JSON. `data` is base64, of float32, or, if there is a `top`, of bytes.

    A byte b stands for top · s · |s| with s = (b - 128) / 127: a square-root scale like that of the pictures.
    """
    values, step = np.asarray(reading.values, np.float32), 1
    while values.size // step**2 > MOST:
        step *= 2
    if step > 1:
        rows, columns = (side // step for side in values.shape)
        values = values[: rows * step, : columns * step].reshape(rows, step, columns, step).mean(axis=(1, 3))
    plain: dict[str, object] = {"box": [round(side, 5) for side in reading.box], "shape": values.shape, "step": step}
    plain |= {
        "words": reading.words,
        "rows": [int(n) for n in reading.rows],
        "columns": [int(n) for n in reading.columns],
    }
    if values.size <= EXACT:
        return plain | {"data": base64.b64encode(values.astype("<f4").tobytes()).decode()}
    top = float(np.abs(values).max()) or 1.0
    levels = np.rint(128 + 127 * np.sign(values) * np.sqrt(np.abs(values) / top)).astype(np.uint8)
    return plain | {"data": base64.b64encode(levels.tobytes()).decode(), "top": top}
