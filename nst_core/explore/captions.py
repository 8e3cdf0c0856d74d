"""Text on pictures: titles, captions with a colour bar, and PNG files that carry their caption."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from .palette import GROUND, INK, Colour
from .readings import CHUNK, chunk, moved, read_as, readings_of
from .scales import Scale, three_figures, to_colours

SMALL, NORMAL = 11, 13  # font sizes in pixels
LINE_HEIGHT = 17
MARGIN = 10
BAR_HEIGHT = 24
# The font that comes with Pillow lacks these characters.
REPLACED = str.maketrans({"×": "x", "−": "-", "‖": "|", "“": '"', "”": '"', "Σ": "sum "})


LINES = "lines of text"  # the key of a picture's `info` under which its `Line`s are


@dataclass(frozen=True)
class Line:
    """A line of text on a picture, in pixels; `anchor` is Pillow's, and `ground` the colour behind it."""

    x: float
    y: float
    words: str
    size: int
    colour: Colour
    anchor: str
    ground: Colour


@lru_cache
def font(size: int = NORMAL) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The font that comes with Pillow, at `size` pixels."""
    return ImageFont.load_default(size)


def draw_text(
    canvas: Image.Image,
    at: tuple[float, float],
    line: str,
    size: int = NORMAL,
    colour: Colour = INK,
    anchor: str = "la",
    ground: Colour = GROUND,
) -> None:
    """Write one line on `canvas`, on the even colour `ground`: by default with its upper left corner at pixel (x, y).

    The picture remembers it, so that `print_size` can write it anew.
    """
    if anchor == "la":
        canvas.paste(colour, (round(at[0]), round(at[1])), _text_mask(line, size))
    else:
        ImageDraw.Draw(canvas).text(at, line, colour, font(size), anchor)
    canvas.info[LINES] = (*lines_on(canvas), Line(*at, line, size, colour, anchor, ground))


def lines_on(picture: Image.Image) -> tuple[Line, ...]:
    """The text that was written on `picture`."""
    return picture.info.get(LINES, ())


def paste(canvas: Image.Image, picture: Image.Image, at: tuple[int, int] = (0, 0)) -> None:
    """Paste `picture` with its upper left corner at pixel (x, y), and take over its text and its readings."""
    canvas.paste(picture, at)
    lines = [replace(line, x=line.x + at[0], y=line.y + at[1]) for line in lines_on(picture)]
    canvas.info[LINES] = (*lines_on(canvas), *lines)
    read_as(canvas, *readings_of(canvas), *moved(canvas, picture, at))


@lru_cache(maxsize=512)  # pictures repeat most lines of the one before, and drawing text takes as long as drawing a map
def _text_mask(line: str, size: int) -> Image.Image:
    mask = Image.new("L", (max(1, round(font(size).getlength(line)) + 2), 2 * size))
    ImageDraw.Draw(mask).text((0, 0), line, 255, font(size))
    return mask


def captioned(image: Image.Image, lines: Sequence[str], scale: Scale | None = None) -> Image.Image:
    """`image` with a strip below it: the colour bar of `scale`, then the lines, wrapped to the picture's width.

    Where the largest value is beyond the bar, a line says so.
    """
    if scale and scale.peak > scale.top:
        end, peak = three_figures(scale.top), three_figures(scale.peak)
        lines = [f"The colours end at {end}, the 99.5th percentile; the peak is {peak}.", *lines]
    wrapped = [part for line in lines for part in _wrapped(line.translate(REPLACED), image.width - 2 * MARGIN)]
    bar = BAR_HEIGHT if scale else 0
    height = image.height + bar + LINE_HEIGHT * len(wrapped) + 2 * MARGIN
    canvas = Image.new("RGB", (image.width, height), GROUND)
    paste(canvas, image)
    y = image.height + MARGIN
    if scale:
        _draw_bar(canvas, scale, y)
        y += bar
    for line in wrapped:
        draw_text(canvas, (MARGIN, y), line)
        y += LINE_HEIGHT
    return canvas


def _wrapped(line: str, width: int) -> list[str]:
    """`line` in pieces of at most `width` pixels, broken at spaces; a longer word stands alone."""
    lines, length, space = [""], 0.0, _length(" ")
    for word in line.split(" "):
        longer = length + space + _length(word) if lines[-1] else _length(word)
        if lines[-1] and longer > width:
            lines.append(word)
            length = _length(word)
        else:
            lines[-1], length = f"{lines[-1]} {word}".strip(), longer
    return lines


@lru_cache(maxsize=4096)  # measuring text takes longer than drawing it, and captions differ in few words
def _length(word: str) -> float:
    return font().getlength(word)


def _draw_bar(canvas: Image.Image, scale: Scale, y: int) -> None:
    """The colours of `scale` from lowest to highest, between the two numbers."""
    low = -scale.top if scale.signed else 0.0
    left = MARGIN + round(font(SMALL).getlength(three_figures(low))) + 6
    draw_text(canvas, (MARGIN, y), three_figures(low), SMALL)
    # Linear in the colours, not in the values: on a curved scale the middle of the bar is not the middle value.
    at = np.linspace(-1 if scale.signed else 0, 1, 120)
    ramp = np.repeat(to_colours(at, 1.0, scale.signed)[None], 12, axis=0)
    canvas.paste(Image.fromarray(ramp), (left, y + 1))
    words = f"{three_figures(scale.top)} {scale.unit}".strip()
    if scale.curve != "linear":
        words += ", square-root scale" if scale.curve == "root" else ", log scale"
    draw_text(canvas, (left + 126, y), words, SMALL)


def png(image: Image.Image, description: str = "") -> bytes:
    """A PNG file with `description` in a text chunk and the picture's readings in another. Lightly compressed, since one is
    made at every click."""
    info = PngInfo()
    if description:
        info.add_itxt("Description", description)
    if values := chunk(image):
        info.add(CHUNK, values)
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1, pnginfo=info)
    return file.getvalue()
