"""Pictures with an ICC profile, and TIFFs that Pillow cannot write, made here rather than stored."""

import io
import struct

import numpy as np
from PIL import Image, ImageCms

from tests.support.pictures import encode, scene

Tag = tuple[int, int, int, int | str]  # number, type, count, value; a text is a place, below
DISPLAY_P3 = ((0.68, 0.32), (0.265, 0.69), (0.15, 0.06))  # x and y of its red, green and blue; Apple's photos have it


def tiff(pixels: bytes, size: tuple[int, int], bits: int = 8, kind: int = 1, extra: tuple[Tag, ...] = ()) -> bytes:
    """An uncompressed TIFF of 3 channels; `kind` is 1 for whole numbers and 3 for floats, `extra` are further tags."""
    tags: list[Tag] = [(256, 4, 1, size[0]), (257, 4, 1, size[1]), (258, 3, 3, "bits"), (259, 3, 1, 1), (262, 3, 1, 2)]
    tags += [(273, 4, 1, "data"), (277, 3, 1, 3), (278, 4, 1, size[1]), (279, 4, 1, len(pixels)), (339, 3, 3, "kind")]
    tags = sorted([*tags, *extra], key=lambda tag: tag[0])
    at = 8 + 2 + 12 * len(tags) + 4
    places = {"bits": at, "kind": at + 6, "data": at + 12}
    out = b"II*\0" + struct.pack("<IH", 8, len(tags))
    for number, type_, count, value in tags:
        value = places[value] if isinstance(value, str) else value
        short = (type_, count) == (3, 1)
        out += struct.pack("<HHI", number, type_, count)
        out += struct.pack("<HH", value, 0) if short else struct.pack("<I", value)
    return out + struct.pack("<I", 0) + struct.pack("<6H", *[bits] * 3, *[kind] * 3) + pixels


def raw_photo() -> bytes:
    """What a camera's DNG shows to a TIFF reader: a preview of 160x120 first, the photo elsewhere."""
    return tiff(bytes([90]) * (160 * 120 * 3), (160, 120), extra=((254, 4, 1, 1), (50706, 1, 4, 0x401)))


def profile(primaries: tuple[tuple[float, float], ...] = DISPLAY_P3, gamma: float = 2.2) -> bytes:
    """An ICC profile of three primaries at white D65 and one gamma."""

    def xyz(x: float, y: float) -> np.ndarray:
        return np.array([x / y, 1, (1 - x - y) / y])

    white, corners = xyz(0.3127, 0.3290), np.stack([xyz(*place) for place in primaries], 1)
    bradford = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
    d50 = np.array([0.9642, 1, 0.8249])
    adapt = np.linalg.inv(bradford) @ np.diag((bradford @ d50) / (bradford @ white)) @ bradford
    matrix = adapt @ (corners * np.linalg.solve(corners, white))

    def number(values: np.ndarray) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    tags = [(b"desc", b"desc\0\0\0\0" + struct.pack(">I", 5) + b"test\0" + bytes(78))]
    tags += [(b"cprt", b"text\0\0\0\0none\0"), (b"wtpt", number(d50))]
    tags += [(name, number(matrix[:, i])) for i, name in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))]
    tags += [(name, curve) for name in (b"rTRC", b"gTRC", b"bTRC")]
    table, body, start = b"", b"", 132 + 12 * len(tags)
    for name, data in tags:
        table += name + struct.pack(">II", start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = struct.pack(">I", start + len(body)) + b"lcms" + struct.pack(">I", 0x02100000) + b"mntrRGB XYZ " + bytes(12)
    head += b"acsp" + bytes(28) + number(d50)[8:] + bytes(48)
    return head + struct.pack(">I", len(tags)) + table + body


def with_profile(kind: str = "PNG", **options: object) -> bytes:
    """`scene()` as it stands in a file with the profile of Display P3."""
    to, srgb = ImageCms.ImageCmsProfile(io.BytesIO(profile())), ImageCms.createProfile("sRGB")
    wide = ImageCms.profileToProfile(scene(), srgb, to, outputMode="RGB")
    assert wide is not None
    return encode(wide, kind, icc_profile=profile(), **options)


def blank_first() -> bytes:
    """An animated GIF whose first frame is wholly transparent."""
    blank = Image.new("RGBA", scene().size, (0, 0, 0, 0))
    return encode(blank, "GIF", save_all=True, append_images=[scene().convert("RGBA")], disposal=2)
