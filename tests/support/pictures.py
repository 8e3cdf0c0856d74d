"""Files that programs often fail on or misread, made here rather than stored: for the tests of the core, the page, the
API and the command line alike.

`refused()` and `unusual()` map a name to (bytes, file name). Each of the first must be answered with one sentence that
holds the words of `WORDS`; each of the second must load and look like `expected()`.
"""

import io
import struct
import zlib
from functools import cache
from typing import Any

import numpy as np
from PIL import Image, ImageOps

SIZE = (80, 56)
INLINE = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="

Files = dict[str, tuple[bytes, str]]

# What the sentence about each refused file must say.
WORDS = {
    "text": "not a picture",
    "text named png": "not a picture",
    "empty": "empty",
    "svg": "SVG",
    "heic": "HEIC",
    "corrupt png": "damaged",
    "header only": "damaged",
    "truncated jpeg": "cut short",
    "truncated png": "cut short",
    "1x1": "1x1",
    "15x300": "15x300",
    "bomb of 120 million pixels": "12000x10000",
    "bomb of 300 million pixels": "more than 178 million",
}


def scene() -> Image.Image:
    """80x56, RGB: smooth enough for JPEG, and different when turned, mirrored or with channels swapped."""
    across, down = np.meshgrid(np.linspace(0, 1, SIZE[0]), np.linspace(0, 1, SIZE[1]))
    return Image.fromarray(
        np.rint(np.stack([40 + 180 * across, 60 + 150 * down, 230 - 200 * across], -1)).astype(np.uint8)
    )


def grey_scene() -> Image.Image:
    """80x56, L: from black to white, left to right."""
    return Image.fromarray(np.rint(np.tile(np.linspace(0, 255, SIZE[0]), (SIZE[1], 1))).astype(np.uint8))


def plain(n: int, size: tuple[int, int] = (48, 32)) -> Image.Image:
    """RGB, of one colour; a different one for each n from 0 to 200."""
    return Image.new("RGB", size, (40 * n % 256, 90, 200 - n))


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@cache
def refused() -> Files:
    jpeg, png = encode(scene(), "JPEG"), encode(scene(), "PNG")
    broken = bytearray(png)
    broken[60:90] = bytes(30)
    return {
        "text": (b"Dear diary, today I painted.", "notes.txt"),
        "text named png": (b"Dear diary, today I painted.", "notes.png"),
        "empty": (b"", "empty.png"),
        "svg": (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="80" height="56"/>', "logo.svg"),
        "heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(400), "IMG_0001.HEIC"),
        "corrupt png": (bytes(broken), "corrupt.png"),
        "header only": (png[:12], "stub.png"),
        "truncated jpeg": (jpeg[:-200], "half.jpg"),
        "truncated png": (png[: len(png) // 2], "half.png"),
        "1x1": (encode(Image.new("RGB", (1, 1)), "PNG"), "pixel.png"),
        "15x300": (encode(Image.new("RGB", (15, 300)), "PNG"), "thin.png"),
        "bomb of 120 million pixels": (bomb(12000, 10000), "bomb.png"),
        "bomb of 300 million pixels": (bomb(20000, 15000), "bigbomb.png"),
    }


@cache
def unusual() -> Files:
    """Every kind of file that is often read wrongly. Transparent parts turn red when alpha is forgotten."""
    rgb, grey = scene(), grey_scene()
    deep = np.rint(np.tile(np.linspace(0, 65535, SIZE[0]), (SIZE[1], 1))).astype(np.uint16)
    negative = ImageOps.invert(rgb)
    upright = Image.Exif()
    upright[0x0112] = 6  # "turn a quarter clockwise to see it upright"
    return {
        "16-bit grey png": (encode(Image.fromarray(deep), "PNG"), "scan16.png"),
        "16-bit grey tiff, big-endian": (encode(Image.fromarray(deep.astype(">u2")), "TIFF"), "scan16.tif"),
        "32-bit grey tiff": (encode(Image.fromarray(deep.astype(np.int32)), "TIFF"), "scan32.tif"),
        "float grey tiff": (encode(Image.fromarray((deep / 65535).astype(np.float32)), "TIFF"), "depth.tif"),
        "16-bit grey pgm": (b"P5 80 56 65535\n" + deep.astype(">u2").tobytes(), "scan16.pgm"),
        "8-bit grey jpeg": (encode(grey, "JPEG"), "grey.jpg"),
        "1-bit grey png": (encode(grey.convert("1", dither=Image.Dither.NONE), "PNG"), "fax.png"),
        "cmyk jpeg": (encode(rgb.convert("CMYK"), "JPEG", quality=95), "print.jpg"),
        "palette png": (encode(rgb.quantize(256), "PNG"), "palette.png"),
        "palette png with transparency": (_transparent_palette(), "sticker.png"),
        "rgba png": (encode(_half_transparent(), "PNG"), "cutout.png"),
        "rgba webp": (encode(_half_transparent(), "WEBP", lossless=True, exact=True), "cutout.webp"),
        "la grey png": (encode(_half_transparent_grey(), "PNG"), "cutout_grey.png"),
        "rgb png with a transparent colour": (encode(rgb, "PNG", transparency=(1, 2, 3)), "keyed.png"),
        "animated gif": (encode(rgb.quantize(256), "GIF", save_all=True, append_images=[negative]), "film.gif"),
        "animated webp": (encode(rgb, "WEBP", save_all=True, append_images=[negative], lossless=True), "film.webp"),
        "animated png": (encode(rgb, "PNG", save_all=True, append_images=[negative]), "film.png"),
        "exif-rotated jpeg": (encode(rgb.rotate(90, expand=True), "JPEG", exif=upright, quality=95), "phone.jpg"),
    }


def expected(name: str) -> Image.Image:
    """What `unusual()[name]` should look like, 80x56, RGB."""
    picture = (grey_scene() if "grey" in name else scene()).convert("RGB")
    if name == "1-bit grey png":
        return picture.point(lambda value: 255 * (value > 127))
    if "transparency" in name or "rgba" in name or name.startswith("la "):
        picture.paste("white", (0, 0, SIZE[0] // 2, SIZE[1]))
    return picture


def narrow() -> tuple[bytes, str]:
    """16x4000: a picture, and yet too narrow for the deeper layers at most sizes."""
    return encode(scene().resize((16, 4000)), "PNG"), "ribbon.png"


def bomb(width: int, height: int) -> bytes:
    """A whole black PNG of width x height pixels in a few thousand bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((1 + (width + 7) // 8) * height), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _left_half_is(hidden: Any, mode: str, picture: Image.Image) -> Image.Image:
    """`picture` with its left half fully transparent; the colour `hidden` appears there when alpha is dropped."""
    layer = picture.convert(mode)
    layer.paste(hidden, (0, 0, SIZE[0] // 2, SIZE[1]))
    return layer


def _half_transparent() -> Image.Image:
    return _left_half_is((255, 0, 0, 0), "RGBA", scene())


def _half_transparent_grey() -> Image.Image:
    return _left_half_is((77, 0), "LA", grey_scene())


def _transparent_palette() -> bytes:
    """A palette of 256 in which entry 255 is red and transparent."""
    indexed = scene().quantize(255)
    palette = (indexed.getpalette() or [])[: 255 * 3]
    indexed.putpalette(palette + [0] * (255 * 3 - len(palette)) + [255, 0, 0])
    indexed.paste(255, (0, 0, SIZE[0] // 2, SIZE[1]))
    return encode(indexed, "PNG", transparency=255)
