"""Maps as pictures: Gram heat maps, maps over the photo, receptive fields, and pictures side by side.

Everything is drawn in whole pixels, so that the pixel of a click can be turned back into a cell, a unit or a channel.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from .captions import draw_text, paste
from .palette import GROUND, MARK, PADDING, Colour
from .readings import Reading, read_as
from .receptive_fields import Box
from .scales import Scale, apply_curve, map_scale, to_colours

WIDEST_MARGIN = 48  # pixels of padding drawn around a picture
TITLE_HEIGHT = 20
WIDEST = 0.3  # `grams.difference` that is drawn in full colour


def heat(
    matrix: np.ndarray,
    side: int,
    scale: Scale,
    block: int = 0,
    rows: Sequence[int] = (),
    columns: Sequence[int] = (),
) -> Image.Image:
    """(N, N) -> a square picture of at most `side` pixels (N if that is more), with a whole number of pixels a cell.

    With `block`, faint lines separate blocks of so many cells. `rows` and `columns` are the numbers of the channels, for the
    readings.
    """
    cell = max(1, side // len(matrix))
    pixels = to_colours(matrix, scale.top, scale.signed, scale.curve).repeat(cell, axis=0).repeat(cell, axis=1)
    if block and block < len(matrix):
        lines = np.arange(1, len(matrix) // block) * block * cell
        pixels = pixels.copy()
        for at in (np.s_[lines], np.s_[:, lines]):
            pixels[at] = pixels[at] // 2 + 40
    return read_as(Image.fromarray(np.ascontiguousarray(pixels)), _cells(matrix, scale, rows, columns or rows))


def ordered_heat(matrix: np.ndarray, order: np.ndarray, side: int, scale: Scale, block: int = 0) -> Image.Image:
    """`heat` of the matrix (C, C) with its channels in `order`, `pooled` where there are more than `side`."""
    ordered, channels = matrix[order][:, order], order.tolist()
    return read_as(heat(pooled(ordered, side), side, scale, block), _cells(ordered, scale, channels, channels))


def _cells(matrix: np.ndarray, scale: Scale, rows: Sequence[int], columns: Sequence[int]) -> Reading:
    """What is said of the cells of a matrix whose rows and columns are these channels, if it is known which."""
    place = "channels {row} and {column}" if rows else "row {row}, column {column}"
    return Reading(matrix, f"{place}: {scale.unit or 'value'} {{value}}", rows, columns)


def pooled(matrix: np.ndarray, side: int) -> np.ndarray:
    """(N, N) -> at most `side` x `side` cells: averages of neighbours, which are alike in the order of the clusters."""
    step = -(-len(matrix) // side)
    parts = len(matrix) // step
    return matrix.reshape(parts, step, parts, step).mean(axis=(1, 3))


def overlay(picture: Image.Image, values: np.ndarray, scale: Scale | None = None, name: str = "value") -> Image.Image:
    """A map (H, W) over `picture`, which is shown dimmed and grey so that all colours come from the map.

    The scale is by default that of a map of values that are not negative, up to `scales.top_of`. `name` says in the readings
    what the values are.
    """
    scale = scale or map_scale(values)
    grey = np.asarray(picture.convert("L"), np.float32)[..., None] * np.float32(0.55)
    smooth = _resized(values, *picture.size)
    strength = np.abs(apply_curve(smooth, scale.top, scale.curve))[..., None] ** 0.7 * 0.9
    paint = to_colours(smooth, scale.top, scale.signed, scale.curve)
    image = Image.fromarray((grey * (1 - strength) + paint * strength).round().astype(np.uint8))
    return read_as(image, Reading(values, f"{name} at row {{row}}, column {{column}}: {{value}}"))


def overlay_pair(picture: Image.Image, first: np.ndarray, second: np.ndarray, tops: tuple[float, float]) -> Image.Image:
    """Two maps (H, W) over the faint picture: the first red, the second yellow, white where both are high.

    `tops` are the values that get the full colours.
    """
    grey = np.asarray(picture.convert("L"), np.float32) * np.float32(0.3 / 255)
    red, yellow = (
        np.abs(apply_curve(_resized(values, *picture.size), top))
        for values, top in zip((first, second), tops, strict=True)
    )
    light = np.stack([np.maximum(red, yellow), yellow, np.minimum(red, yellow)], axis=-1)
    return Image.fromarray((255 * np.clip(np.maximum(grey[..., None], light), 0, 1)).round().astype(np.uint8))


def _resized(values: np.ndarray, width: int, height: int) -> np.ndarray:
    """(H, W) -> (height, width) float32, bilinear."""
    return np.asarray(Image.fromarray(values.astype(np.float32)).resize((width, height), Image.Resampling.BILINEAR))


def with_frame(image: Image.Image, box: Box, colour: Colour = MARK, width: int = 2) -> Image.Image:
    """A copy of `image` with a frame just outside `box`, so that all of the box stays visible."""
    copy = image.copy()
    left, top, right, bottom = box
    ImageDraw.Draw(copy).rectangle(
        (left - width, top - width, right + width - 1, bottom + width - 1), None, colour, width
    )
    return copy


def padding_margin(receptive_field: int) -> int:
    """How many pixels of padding to draw around a picture for a layer whose receptive field has this side, in pixels."""
    return min(receptive_field // 2, WIDEST_MARGIN)


def with_padding(image: Image.Image, box: Box | None, margin: int, colour: Colour = MARK) -> Image.Image:
    """`image` with `margin` pixels of hatched padding on every side, and a receptive field outlined.

    `box` is in pixels of `image`; its outline is solid on the picture and dashed on the padding.
    """
    canvas = Image.new("RGB", (image.width + 2 * margin, image.height + 2 * margin), PADDING)
    draw = ImageDraw.Draw(canvas)
    for x in range(-canvas.height, canvas.width, 8):
        draw.line((x, canvas.height, x + canvas.height, 0), GROUND)
    paste(canvas, image, (margin, margin))
    if box:
        left, top, right, bottom = box
        for x in (left, right - 1):
            _draw_edge(draw, [(x, y) for y in range(top, bottom)], image.size, margin, colour)
        for y in (top, bottom - 1):
            _draw_edge(draw, [(x, y) for x in range(left, right)], image.size, margin, colour)
    return canvas


def _draw_edge(
    draw: ImageDraw.ImageDraw, pixels: list[tuple[int, int]], size: tuple[int, int], margin: int, colour: Colour
) -> None:
    """Draw those pixels: all of them inside a picture of `size`, half of them (dashes of 4) outside."""
    for n, (x, y) in enumerate(pixels):
        if (0 <= x < size[0] and 0 <= y < size[1]) or n % 8 < 4:
            draw.point((x + margin, y + margin), colour)


def side_by_side(
    images: Sequence[Image.Image], titles: Sequence[str] = (), columns: int = 0, gap: int = 8
) -> Image.Image:
    """Pictures in one row, or in rows of `columns`, each below its title. All cells have the size of the largest
    picture; `gap` pixels separate them."""
    columns = columns or len(images)
    title = TITLE_HEIGHT if titles else 0
    across = max(image.width for image in images) + gap
    down = max(image.height for image in images) + title + gap
    canvas = Image.new("RGB", (columns * across - gap, -(-len(images) // columns) * down - gap), GROUND)
    for n, image in enumerate(images):
        x, y = (n % columns) * across, (n // columns) * down
        if titles:
            draw_text(canvas, (x + 2, y + 2), titles[n])
        paste(canvas, image, (x, y + title))
    return canvas
