"""Figures in print size: every pixel is repeated, so that maps stay what they are, and text is drawn anew."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw

from .captions import captioned, font, lines_on, png
from .scales import Scale

LONGER_SIDE = 1600  # pixels, at least


def print_size(figure: Image.Image) -> Image.Image:
    """`figure` enlarged a whole number of times, to at least `LONGER_SIDE` pixels on the longer side.

    Its text (`captions.draw_text`) is drawn anew, not enlarged.
    """
    times = -(-LONGER_SIDE // max(figure.size))
    large = figure.resize((times * figure.width, times * figure.height), Image.Resampling.NEAREST)
    large.info.clear()  # places in pixels of the smaller figure
    draw = ImageDraw.Draw(large)
    for line in lines_on(figure):  # all of them first: a line may begin where another ends
        box = draw.textbbox((line.x, line.y), line.words, font(line.size), line.anchor)
        left, top, right, bottom = (times * side for side in box)
        draw.rectangle((left - times, top - times, right + times - 1, bottom + times - 1), line.ground)
    for line in lines_on(figure):
        at = times * line.x, times * line.y
        draw.text(at, line.words, line.colour, font(times * line.size), line.anchor)
    return large


def printed(figure: Image.Image, lines: Sequence[str], scale: Scale | None = None) -> bytes:
    """A PNG file of `figure` in print size with its caption (see `captions.captioned`), which is its description, too."""
    return png(print_size(captioned(figure, lines, scale)), " · ".join(lines))
