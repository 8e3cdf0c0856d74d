"""Pictures to look at and to keep: Gram heat maps, maps over the photo, receptive fields; each with its caption.

All are drawn on the same dark ground, in whole pixels, so that a click can be read back.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from .receptive_fields import Box
from .scales import apply_curve, colours

GROUND, INK, FAINT, MARK = (20, 18, 16), (239, 232, 221), (133, 120, 104), (255, 255, 255)
PADDING = (58, 52, 46)  # where the network sees zeros instead of a picture
ACCENT = (238, 138, 99)
SMALL, NORMAL = 11, 13
MARGIN = 10  # of a caption


@dataclass(frozen=True)
class Scale:
    """What the colours mean, for the bar in a caption."""

    top: float
    signed: bool = False
    curve: str = "linear"
    unit: str = ""


def gram_scale(matrix: np.ndarray, mode: str = "gram", curve: str = "root") -> Scale:
    """For a matrix from `grams.read`: zero to its largest cell, or -1 to 1 for a correlation."""
    if mode == "correlation":
        return Scale(1.0, signed=True, unit="r")
    return Scale(float(np.abs(matrix).max()), bool(matrix.min() < 0), curve, "cosine" if mode == "cosine" else "G")


@lru_cache
def font(size: int = NORMAL) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def number(value: float) -> str:
    """Three figures: 0.0123, 4.56, 1,630, 2.3e+07."""
    size = abs(value)
    if size >= 1e6 or 0 < size < 1e-3:
        return f"{value:.2g}"
    return f"{value:,.0f}" if size >= 999.5 else f"{value:.3g}"  # 999.7 too is 1,000, not 1e+03


def png(image: Image.Image, about: str = "") -> bytes:
    """A PNG file, with `about` in a text chunk. Lightly compressed: it is made anew at every click."""
    info = PngInfo()
    if about:
        info.add_itxt("Description", about)
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1, pnginfo=info)
    return file.getvalue()


def enlarged(values: np.ndarray, width: int, height: int, smooth: bool = False) -> np.ndarray:
    """(H, W) -> (height, width) float32; each value a block, or smoothly between them."""
    method = Image.Resampling.BILINEAR if smooth else Image.Resampling.NEAREST
    return np.asarray(Image.fromarray(values.astype(np.float32)).resize((width, height), method))


# The font that comes with Pillow lacks these.
PLAIN = str.maketrans({"×": "x", "−": "-", "‖": "|", "“": '"', "”": '"', "Σ": "sum "})


def captioned(image: Image.Image, lines: Sequence[str], scale: Scale | None = None) -> Image.Image:
    """`image` with a strip below it: what the colours mean, then the lines, wrapped to the width."""
    wrapped = [part for line in lines for part in _wrap(line.translate(PLAIN), image.width - 2 * MARGIN)]
    bar = 24 if scale else 0
    canvas = Image.new("RGB", (image.width, image.height + bar + 17 * len(wrapped) + 2 * MARGIN), GROUND)
    canvas.paste(image)
    y = image.height + MARGIN
    if scale:
        _bar(canvas, scale, y)
        y += bar
    for line in wrapped:
        write(canvas, (MARGIN, y), line)
        y += 17
    return canvas


@lru_cache(maxsize=256)  # measuring words takes longer than drawing them
def _wrap(line: str, width: int) -> list[str]:
    lines, words = [""], line.split(" ")
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font().getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def write(canvas: Image.Image, at: tuple[int, int], line: str, size: int = NORMAL) -> None:
    canvas.paste(INK, at, _letters(line, size))


@lru_cache(maxsize=512)  # most lines are those of the picture before; drawing letters takes as long as drawing a map
def _letters(line: str, size: int) -> Image.Image:
    mask = Image.new("L", (max(1, round(font(size).getlength(line)) + 2), 2 * size))
    ImageDraw.Draw(mask).text((0, 0), line, 255, font(size))
    return mask


def _bar(canvas: Image.Image, scale: Scale, y: int) -> None:
    low = -scale.top if scale.signed else 0.0
    left = MARGIN + round(font(SMALL).getlength(number(low))) + 6
    write(canvas, (MARGIN, y), number(low), SMALL)
    # Evenly over the colours: on a curved scale the number in the middle is not the middle number.
    at = np.linspace(-1 if scale.signed else 0, 1, 120)
    ramp = np.repeat(colours(at, 1.0, scale.signed)[None], 12, axis=0)
    canvas.paste(Image.fromarray(ramp), (left, y + 1))
    words = f"{number(scale.top)} {scale.unit}".strip()
    if scale.curve != "linear":
        words += ", square-root scale" if scale.curve == "root" else ", log scale"
    write(canvas, (left + 126, y), words, SMALL)


def heat(matrix: np.ndarray, side: int, scale: Scale, blocks: int = 0) -> Image.Image:
    """(N, N) as a square of about `side` pixels, in whole pixels a cell; `blocks` cells between faint lines."""
    cell = max(1, side // len(matrix))
    pixels = colours(matrix, scale.top, scale.signed, scale.curve).repeat(cell, axis=0).repeat(cell, axis=1)
    if blocks and blocks < len(matrix):
        lines = np.arange(1, len(matrix) // blocks) * blocks * cell
        pixels = pixels.copy()
        for at in (np.s_[lines], np.s_[:, lines]):
            pixels[at] = pixels[at] // 2 + 40
    return Image.fromarray(np.ascontiguousarray(pixels))


def framed(image: Image.Image, box: Box, colour: tuple[int, int, int] = MARK, width: int = 2) -> Image.Image:
    """A copy with a frame around `box`, just outside it, so that what is inside stays visible."""
    copy = image.copy()
    left, top, right, bottom = box
    ImageDraw.Draw(copy).rectangle(
        (left - width, top - width, right + width - 1, bottom + width - 1), None, colour, width
    )
    return copy


def overlay(picture: Image.Image, values: np.ndarray, scale: Scale) -> Image.Image:
    """A map (H, W) laid over the picture, which is dimmed and grey so that the colours are the map's alone."""
    grey = np.asarray(picture.convert("L"), np.float32)[..., None] * np.float32(0.55)
    smooth = enlarged(values, *picture.size, smooth=True)
    strength = np.abs(apply_curve(smooth, scale.top, scale.curve))[..., None] ** 0.7 * 0.9
    paint = colours(smooth, scale.top, scale.signed, scale.curve)
    return Image.fromarray((grey * (1 - strength) + paint * strength).round().astype(np.uint8))


def overlay_pair(picture: Image.Image, first: np.ndarray, second: np.ndarray, tops: tuple[float, float]) -> Image.Image:
    """Two maps over the faint picture: the first red, the second yellow, white where they meet."""
    grey = np.asarray(picture.convert("L"), np.float32) * np.float32(0.3 / 255)
    red, yellow = (
        np.abs(apply_curve(enlarged(values, *picture.size, smooth=True), top))
        for values, top in zip((first, second), tops, strict=True)
    )
    light = np.stack([np.maximum(red, yellow), yellow, np.minimum(red, yellow)], axis=-1)
    return Image.fromarray((255 * np.clip(np.maximum(grey[..., None], light), 0, 1)).round().astype(np.uint8))


def margin_of(field: int) -> int:
    """How much of the padding to draw around a picture, for a layer with this receptive field."""
    return min(field // 2, 48)


def with_box(image: Image.Image, box: Box | None, margin: int, colour: tuple[int, int, int] = MARK) -> Image.Image:
    """`image` with `margin` pixels of padding around it, and `box`: a line on the picture, dashed on the padding."""
    canvas = Image.new("RGB", (image.width + 2 * margin, image.height + 2 * margin), PADDING)
    draw = ImageDraw.Draw(canvas)
    for x in range(-canvas.height, canvas.width, 8):
        draw.line((x, canvas.height, x + canvas.height, 0), GROUND)
    canvas.paste(image, (margin, margin))
    if box:
        left, top, right, bottom = box
        for x in (left, right - 1):
            _edge(draw, [(x, y) for y in range(top, bottom)], image.size, margin, colour)
        for y in (top, bottom - 1):
            _edge(draw, [(x, y) for x in range(left, right)], image.size, margin, colour)
    return canvas


def _edge(
    draw: ImageDraw.ImageDraw,
    pixels: list[tuple[int, int]],
    size: tuple[int, int],
    margin: int,
    colour: tuple[int, ...],
) -> None:
    for n, (x, y) in enumerate(pixels):
        if (0 <= x < size[0] and 0 <= y < size[1]) or n % 8 < 4:
            draw.point((x + margin, y + margin), colour)


def row(images: Sequence[Image.Image], titles: Sequence[str] = (), columns: int = 0, gap: int = 8) -> Image.Image:
    """Pictures side by side, `columns` to a line (all of them by default), each below its title. The largest makes the
    cells."""
    columns = columns or len(images)
    head = 20 if titles else 0
    across = max(image.width for image in images) + gap
    down = max(image.height for image in images) + head + gap
    canvas = Image.new("RGB", (columns * across - gap, -(-len(images) // columns) * down - gap), GROUND)
    for n, image in enumerate(images):
        x, y = (n % columns) * across, (n // columns) * down
        if titles:
            write(canvas, (x + 2, y + 2), titles[n])
        canvas.paste(image, (x, y + head))
    return canvas
