"""The tags of a TIFF file, read without its pixels: they tell raw photos (data of a camera's sensor) from pictures."""

from __future__ import annotations

import struct
from typing import BinaryIO

Tags = dict[int, int]  # tag number -> its first value

SUBFILE_TYPE, BITS, PHOTOMETRIC, SUB_IFDS, SAMPLE_FORMAT, DNG_VERSION = 254, 258, 262, 330, 339, 50706
COLOR_FILTER_ARRAY, LINEAR_RAW = 32803, 34892  # of PHOTOMETRIC: sensor data of one colour a pixel, or of all three
FLOAT = 3  # of SAMPLE_FORMAT

MOST_TAGS, MOST_IFDS = 500, 16
TYPES = {1: "B", 3: "H", 4: "I", 13: "I"}  # a type in TIFF -> in `struct`, of the values that are read here


def read_tags(file: BinaryIO) -> list[Tags]:
    """The tags of the first picture in a TIFF file, then those of its sub-pictures; empty when the file is no TIFF."""
    file.seek(0)
    head = file.read(8)
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    if order is None or len(head) < 8:
        return []
    found: list[Tags] = []
    places = [struct.unpack(order + "I", head[4:])[0]]
    try:
        while places and len(found) < MOST_IFDS:
            tags, children = _read_ifd(file, places.pop(0), order)
            found.append(tags)
            places += children
    except (struct.error, OSError, OverflowError):  # the file ends before its tags do
        pass
    return found


def _read_ifd(file: BinaryIO, place: int, order: str) -> tuple[Tags, list[int]]:
    """The tags of the image file directory (IFD) at byte `place`, and the places of those of its sub-pictures."""
    tags: Tags = {}
    children: list[int] = []
    file.seek(place)
    (count,) = struct.unpack(order + "H", file.read(2))
    entries = file.read(12 * min(count, MOST_TAGS))
    for at in range(0, len(entries) - 11, 12):
        tag, kind, number = struct.unpack(order + "HHI", entries[at : at + 8])
        letter = TYPES.get(kind)
        if letter is None or not number:
            continue
        size, value = struct.calcsize(letter) * number, entries[at + 8 : at + 12]
        if size > 4:
            file.seek(struct.unpack(order + "I", value)[0])
            value = file.read(min(size, 4 * MOST_IFDS))
        values = struct.unpack_from(
            f"{order}{min(number, MOST_IFDS, len(value) // struct.calcsize(letter))}{letter}", value
        )
        if values:
            tags[tag] = values[0]
        if tag == SUB_IFDS:
            children = list(values)
    return tags, children


def is_sensor_data(tables: list[Tags]) -> bool:
    """Whether the tables of `read_tags` are those of a raw photo: DNG, NEF, ARW and their like.

    In these the first picture is often a small preview, and only the tags of the sub-pictures tell.
    """
    if any(DNG_VERSION in tags or tags.get(PHOTOMETRIC) in (COLOR_FILTER_ARRAY, LINEAR_RAW) for tags in tables):
        return True
    # A first picture that calls itself a reduced copy of another, which is kept in a sub-picture.
    return len(tables) > 1 and bool(tables[0].get(SUBFILE_TYPE, 0) & 1)


def has_float_colors(tables: list[Tags]) -> bool:
    """Whether the first picture's values are floating point numbers."""
    return bool(tables) and tables[0].get(SAMPLE_FORMAT) == FLOAT
