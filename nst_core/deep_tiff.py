"""TIFF files with 16 bits a channel, which Pillow reads but does not write."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

ASCII, SHORT, LONG, BYTES = 2, 3, 4, 7  # types of a tag's values
DEFLATE, RGB, UNASSOCIATED_ALPHA = 8, 2, 2


def deep_tiff(picture: Tensor, description: str, profile: bytes) -> bytes:
    """The file of `picture` (1, 3, H, W) in [0, 1], rounded to 16 bits, with a text and an ICC profile inside.

    (1, 4, H, W) is RGBA, with colours that are not multiplied by the alpha.
    """
    _, channels, height, width = picture.shape
    values = picture.detach()[0].permute(1, 2, 0).clamp(0, 1).mul(65535).round().cpu().numpy().astype("<u2")
    pixels = zlib.compress(values.tobytes(), 6)
    # TIFF 6.0: width, height, bits, compression, colours, description, offset of the pixels, samples a pixel, rows and
    # bytes of the one strip; and the ICC profile.
    tags: list[tuple[int, int, list[int] | bytes]] = [
        (256, LONG, [width]),
        (257, LONG, [height]),
        (258, SHORT, [16] * channels),
        (259, SHORT, [DEFLATE]),
        (262, SHORT, [RGB]),
        (270, ASCII, description.encode("ascii") + b"\0"),
        (273, LONG, []),  # where the pixels are, below
        (277, SHORT, [channels]),
        (278, LONG, [height]),
        (279, LONG, [len(pixels)]),
        *([(338, SHORT, [UNASSOCIATED_ALPHA])] if channels == 4 else []),
        (34675, BYTES, profile),
    ]
    place = 8 + 2 + 12 * len(tags) + 4  # where values begin that do not fit into a tag's own four bytes
    table, rest = b"", b""
    for number, kind, value in tags:
        value = value or [place + sum(len(data) + len(data) % 2 for data in _outside(tags))]
        data = (
            value if isinstance(value, bytes) else struct.pack(f"<{len(value)}{'H' if kind == SHORT else 'I'}", *value)
        )
        table += struct.pack("<HHI", number, kind, len(value))
        table += data.ljust(4, b"\0") if len(data) <= 4 else struct.pack("<I", place + len(rest))
        rest += data + bytes(len(data) % 2) if len(data) > 4 else b""
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + table + bytes(4) + rest + pixels


def _outside(tags: list[tuple[int, int, list[int] | bytes]]) -> list[bytes]:
    """The values that stand outside the table: texts, and lists of more than two short numbers."""
    values = [value if isinstance(value, bytes) else bytes(2 * len(value)) for _, _, value in tags]
    return [value for value in values if len(value) > 4]
