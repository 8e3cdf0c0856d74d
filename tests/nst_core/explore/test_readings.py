"""The values behind a figure's pixels: in its PNG file, at the right places, and as large as they are."""

import base64
import io
import json
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from nst_core.explore import gram, overlay, sheet, side_by_side, statistics
from nst_core.explore.captions import captioned, png
from nst_core.explore.drawing import heat, with_frame, with_padding
from nst_core.explore.readings import CHUNK, EXACT
from nst_core.explore.scales import Scale


def stored(figure: Image.Image) -> list[dict]:
    """The readings in the PNG file of `figure`."""
    data, at = png(figure, "words"), 8
    assert Image.open(io.BytesIO(data)).tobytes() == figure.tobytes()
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        if kind == CHUNK:
            return json.loads(zlib.decompress(data[at + 8 : at + 8 + length]))
        at += 12 + length
    return []


def value_at(figure: Image.Image, x: float, y: float) -> tuple[str, float] | None:
    """What values.js says of pixel (x, y): the words with row and column, and the value."""
    x, y, found = x / figure.width, y / figure.height, None
    for reading in stored(figure):
        left, top, width, height = reading["box"]
        if left <= x < left + width and top <= y < top + height:
            (rows, columns), raw = reading["shape"], base64.b64decode(reading["data"])
            row, column = int((y - top) / height * rows), int((x - left) / width * columns)
            if "top" in reading:
                share = (raw[row * columns + column] - 128) / 127
                value = reading["top"] * share * abs(share)
            else:
                value = struct.unpack_from("<f", raw, 4 * (row * columns + column))[0]
            names = [
                (given or range(10**6))[n * reading["step"]]
                for n, given in ((row, reading["rows"]), (column, reading["columns"]))
            ]
            found = reading["words"].replace("{row}", str(names[0])).replace("{column}", str(names[1])), value
    return found


def test_a_cell_of_a_matrix_says_its_channels_and_its_value_wherever_the_matrix_stands() -> None:
    rng = np.random.default_rng(0)
    matrix, rows, columns = rng.random((6, 6)).astype(np.float32), [5, 3, 9, 1, 0, 2], [7, 8, 4, 6, 11, 10]
    image = with_frame(heat(matrix, 60, Scale(1.0, unit="G"), 0, rows, columns), (10, 10, 20, 20))
    both = captioned(side_by_side([Image.new("RGB", (60, 60)), image], ["one", "two"]), ["words"], Scale(1.0))
    for row in range(6):
        for column in range(6):
            for figure, left, top in (
                (image, 0, 0),
                (both, 68, 20),
                (both.resize((2 * both.width, 2 * both.height)), 0, 0),
            ):
                x, y = left + 10 * column + 4.5, top + 10 * row + 4.5
                if figure.width > both.width:
                    x, y = 2 * (x + 68), 2 * (y + 20)
                words, value = value_at(figure, x, y)
                assert words == f"channels {rows[row]} and {columns[column]}: G {{value}}"
                assert value == pytest.approx(float(matrix[row, column]))
    assert value_at(both, 30, 40) is value_at(both, 100, 90) is None
    assert stored(Image.new("RGB", (5, 5))) == []


def test_large_matrices_are_stored_small_and_still_say_what_they_are(palace) -> None:
    whole = gram(palace.features("relu3_1"))
    assert whole.size > EXACT
    image = heat(whole, 512, Scale(float(whole.max())))
    for row, column in ((3, 200), (77, 77), (255, 0)):
        _, value = value_at(image, 2 * column + 0.5, 2 * row + 0.5)
        assert value == pytest.approx(float(whole[row, column]), rel=0.2, abs=float(whole.max()) / 127**2)
    many = np.random.default_rng(0).normal(size=(512, 512)).astype(np.float32)
    (reading,) = stored(heat(many, 512, Scale(3.0, signed=True)))
    assert reading["shape"] == [256, 256] and reading["step"] == 2
    _, value = value_at(heat(many, 512, Scale(3.0, signed=True)), 101, 301)
    assert value == pytest.approx(float(many[300:302, 100:102].mean()), abs=0.05)
    assert len(png(heat(many, 512, Scale(3.0)))) < len(png(Image.new("RGB", (512, 512)))) + 800_000


def test_a_map_and_a_tile_of_the_sheet_say_their_values(palace) -> None:
    features = palace.features("relu2_1")
    about = statistics(features)
    width, height = palace.map_size("relu2_1")
    image = with_padding(overlay(palace.picture, features[7], name="channel 7"), None, 9)
    for row, column in ((0, 0), (height - 1, width - 1), (40, 100)):
        words, value = value_at(image, 9 + 2 * column + 1, 9 + 2 * row + 1)
        assert words == f"channel 7 at row {row}, column {column}: {{value}}"
        assert value == pytest.approx(float(features[7, row, column]), abs=1e-6)
    order = np.arange(128)[::-1]
    tiles = sheet(features, about, order)
    words, value = value_at(tiles, 60, 30)
    assert words.startswith("channel 127: mean ") and value == pytest.approx(float(about.peak[127]))
    assert value_at(tiles, 60, 80) is None, "its label is no map"
