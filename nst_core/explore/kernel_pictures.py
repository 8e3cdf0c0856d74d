"""Kernels as pictures, and the sum of one unit worked out with its numbers."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from .captions import SMALL, draw_text
from .kernels import UnitSum
from .palette import FAINT, GROUND, INK, PADDING
from .scales import three_figures, to_colours
from .sheet import COLUMNS, Grid

KERNEL = Grid(3, 3)  # where the tiles of a sheet of kernels are
CELL = 38  # pixels, of one number of a worked sum
SIGN, RESULT = 20, 76  # pixels: between two squares of 3 x 3 numbers, and for the sum at their right
ROW = 3 * CELL + 26  # pixels: the squares and the title above them
MOST_INPUTS = 6
DARK = 110  # a cell with a mean colour below this gets light numbers


def kernel_sheet(numbers: np.ndarray, kernels: np.ndarray) -> Image.Image:
    """`kernels` in rows of eight, below each its number (N,).

    (N, 3, 3, 3), filters of the colours red, green and blue, are shown as colours: grey is 0, and the largest weight of each
    filter has the full colour. (N, 3, 3) are signed weights on one scale, that of the largest: red above 0, blue below; at
    the right below each is its length.
    """
    if kernels.ndim == 4:
        tops = np.abs(kernels).max(axis=(1, 2, 3), keepdims=True)
        shares = np.divide(kernels, tops, out=np.zeros_like(kernels), where=tops > 0)
        tiles = (127.5 * (1 + shares)).round().astype(np.uint8).transpose(0, 2, 3, 1)
    else:
        tiles = to_colours(kernels, float(np.abs(kernels).max(initial=0)), signed=True)
    canvas = Image.new("RGB", (COLUMNS * KERNEL.step[0], -(-len(tiles) // COLUMNS) * KERNEL.step[1]), GROUND)
    for n, (tile, number) in enumerate(zip(tiles, numbers, strict=True)):
        x, y = KERNEL.corner(n)
        canvas.paste(Image.fromarray(tile).resize(KERNEL.tile, Image.Resampling.NEAREST), (x, y))
        below = y + KERNEL.tile[1] + 1
        draw_text(canvas, (x, below), str(number), SMALL)
        if kernels.ndim == 3:
            length = three_figures(float(np.linalg.norm(kernels[n])))
            draw_text(canvas, (x + KERNEL.tile[0], below), length, SMALL, FAINT, "ra")
    return canvas


def sum_picture(worked: UnitSum) -> Image.Image:
    """The sum of a unit: for the inputs that add most a square of the patch, times the weights, and what that adds; below
    them the other inputs, the bias, the sum, and the ReLU."""
    parts = worked.parts
    shown = np.argsort(-np.abs(parts), kind="stable")[:MOST_INPUTS]
    if worked.inputs == "picture":
        shown = np.arange(3)
    lines = _lines(worked, float(np.delete(parts, shown).sum()), len(parts) - len(shown))
    width = 3 * 3 * CELL + 2 * SIGN + RESULT
    canvas = Image.new("RGB", (width, len(shown) * ROW + 20 * len(lines) + 12), GROUND)
    tops = [float(np.abs(of[shown]).max()) for of in (worked.patch, worked.weights, worked.patch * worked.weights)]
    for n, channel in enumerate(shown):
        patch, weights = worked.patch[channel], worked.weights[channel]
        name = f"{worked.inputs}, channel {channel}"
        if worked.inputs == "picture":
            name = f"{('red', 'green', 'blue')[channel]} of the picture, less its mean"
        draw_text(canvas, (2, n * ROW + 4), f"{name}: values x weights = products" if n == 0 else name, SMALL)
        for place, (values, top) in enumerate(zip((patch, weights, patch * weights), tops, strict=True)):
            left = place * (3 * CELL + SIGN)
            _square(canvas, (left, n * ROW + 22), values, top)
            draw_text(canvas, (left + 3 * CELL + 6, n * ROW + 22 + CELL + 11), ("x", "=", "")[place])
        draw_text(canvas, (width - RESULT + 8, n * ROW + 22 + CELL + 11), f"sum {three_figures(parts[channel])}")
    for n, line in enumerate(lines):
        draw_text(canvas, (2, len(shown) * ROW + 8 + 20 * n), line)
    return canvas


def _lines(worked: UnitSum, others: float, count: int) -> list[str]:
    """The rest of the arithmetic, one step a line."""
    rest = [f"the other {count} input channels add {three_figures(others)}"] * bool(count)
    return [
        *rest,
        f"bias {three_figures(worked.bias)}",
        f"together: {three_figures(worked.value)}, the value in {worked.conv}",
        f"after the ReLU: max(0, {three_figures(worked.value)}) = {three_figures(worked.active)}",
    ]


def _square(canvas: Image.Image, corner: tuple[int, int], values: np.ndarray, top: float) -> None:
    """3 x 3 values as coloured cells with their numbers; red above 0, blue below, full colour at `top`."""
    colours = to_colours(values, top, signed=True)
    draw = ImageDraw.Draw(canvas)
    for (row, column), value in np.ndenumerate(values):
        x, y = corner[0] + column * CELL, corner[1] + row * CELL
        red, green, blue = (int(part) for part in colours[row, column])
        colour = red, green, blue
        draw.rectangle((x, y, x + CELL - 1, y + CELL - 1), colour, PADDING)
        ink = GROUND if sum(colour) / 3 >= DARK else INK
        draw_text(canvas, (x + CELL / 2, y + CELL / 2), _short(float(value)), SMALL, ink, "mm", ground=colour)


def _short(value: float) -> str:
    """At most five characters in most cases, as the cells are small."""
    value += 0.0  # no minus zero
    if abs(value) >= 9999.5:
        return f"{value / 1000:.0f}k"
    if abs(value) >= 99.5 or value == 0:
        return f"{value:.0f}"
    return f"{value:{'.2g' if abs(value) >= 0.001 else '.1g'}}".replace("0.", ".")
