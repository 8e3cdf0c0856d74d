"""Files that are no pictures here are called by their names; raw photos are never painted from their previews."""

from pathlib import Path

import numpy as np
import pytest

from nst_core.errors import PictureError
from nst_core.images import load_picture
from tests.support import pictures
from tests.support.case_pictures import raw_photo, tiff

FLOATS = tiff(np.full((56, 80, 3), 0.5, "<f4").tobytes(), (80, 56), bits=32, kind=3)
PLAIN = tiff(bytes([90]) * (80 * 56 * 3), (80, 56))
FILTER_ARRAY = PLAIN.replace(b"\x06\x01\x03\0\x01\0\0\0\x02\0", b"\x06\x01\x03\0\x01\0\0\0\x23\x80")

NAMED = {
    "raw.dng": (raw_photo(), "is a raw photo. Export it as JPEG first."),
    "renamed.tif": (raw_photo(), "is a raw photo"),
    "IMG.CR2": (b"II*\0\x10\0\0\0CR\x02\0" + bytes(400), "is a raw photo"),
    "IMG.NEF": (PLAIN, "is a raw photo"),
    "sensor.tif": (FILTER_ARRAY, "is a raw photo"),
    "IMG.RAF": (b"FUJIFILMCCD-RAW 0201" + bytes(400), "is a raw photo"),
    "IMG.ORF": (b"IIRO\x08\0\0\0" + bytes(400), "is a raw photo"),
    "IMG.RW2": (b"IIU\0\x18\0\0\0" + bytes(400), "is a raw photo"),
    "IMG.CR3": (b"\0\0\0\x18ftypcrx \0\0\0\1" + bytes(400), "is a raw photo"),
    "float.tif": (FLOATS, "TIFF with floating point colours, which cannot be read here. Export it with 8 or 16 bits."),
    "picture.jxl": (b"\xff\x0a" + bytes(400), "JPEG XL"),
    "boxed.jxl": (b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(400), "JPEG XL"),
    "layers.psd": (b"8BPS\0\1" + bytes(400), "Photoshop"),
    "film.mp4": (b"\0\0\0\x20ftypisom" + bytes(400), "is a video"),
    "film.mov": (b"\0\0\0\x14ftypqt  " + bytes(400), "is a video"),
    "film.webm": (b"\x1aE\xdf\xa3" + bytes(400), "is a video"),
    "film.avi": (b"RIFF\0\0\0\0AVI LIST" + bytes(400), "is a video"),
    "saved.jpg": (b"\n<!DOCTYPE html><html><body>cat", "is a web page"),
    "inline.jpg": (b"<!doctype html><html><svg></svg>", "is a web page"),
    "paper.pdf": (b"%PDF-1.7" + bytes(400), "PDF"),
    "light.exr": (b"\x76\x2f\x31\x01" + bytes(400), "OpenEXR"),
}


@pytest.mark.parametrize("name", NAMED)
def test_a_file_is_called_by_its_name_and_has_a_remedy(name: str, tmp_path: Path) -> None:
    data, words = NAMED[name]
    (tmp_path / name).write_bytes(data)
    with pytest.raises(PictureError) as error:
        load_picture(tmp_path / name)
    message = str(error.value)
    assert message.startswith(f"{name!r} is ") and words in message
    assert message.endswith(".") and message.count(". ") == 1 and len(message) < 200


def test_an_ordinary_tiff_is_no_raw_photo(tmp_path: Path) -> None:
    (tmp_path / "plain.tif").write_bytes(PLAIN)
    assert load_picture(tmp_path / "plain.tif").getextrema() == ((90, 90),) * 3
    assert load_picture(pictures.encode(pictures.scene(), "TIFF", compression="tiff_deflate")).size == (80, 56)


def test_tags_that_lead_nowhere_or_in_a_circle_are_no_reason_to_fail() -> None:
    circle = bytearray(PLAIN)
    for place in (0, 8, 2**31, len(PLAIN) - 1):
        circle[4:8] = place.to_bytes(4, "little")
        with pytest.raises(PictureError):
            load_picture(bytes(circle[:400]))
