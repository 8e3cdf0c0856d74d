"""The receptive field of a unit, in pixels of the picture, and the unit nearest to a pixel."""

from __future__ import annotations

from nst_core.layers import get_layer

Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels; right and bottom are the first pixels outside


def receptive_field(layer: str, row: int, column: int) -> Box:
    """(left, top, right, bottom) in pixels: the square that unit (row, column) of `layer` can see.

    Its centre is stride * (column, row) + centre. It may reach beyond the picture, into the padding. It is an upper bound:
    most of the influence comes from near the middle (Luo et al., NIPS 2016). Raises `LayerError`.

    >>> receptive_field("relu1_1", row=0, column=5)  # 3 x 3 pixels; those of row -1 are padding
    (4, -1, 7, 2)
    """
    (left, right), (top, bottom) = _extent(layer, column), _extent(layer, row)
    return left, top, right, bottom


def unit_at(layer: str, x: float, y: float, height: int, width: int) -> tuple[int, int]:
    """(row, column) of the unit, in a map of height x width units, whose centre is nearest to pixel (x, y).

    A pixel outside the picture gives a unit at the map's edge. Raises `LayerError`.

    >>> unit_at("pool2", x=9, y=2, height=6, width=8)  # pool2 has one unit for every 4 x 4 pixels
    (0, 2)
    """
    about = get_layer(layer)
    row, column = (round((position + 0.5 - about.centre) / about.stride) for position in (y, x))
    return min(max(row, 0), height - 1), min(max(column, 0), width - 1)


def padding_free_fraction(layer: str, width: int, height: int) -> float:
    """The fraction, 0 to 1, of a layer's units that see no padding in a picture of width x height pixels.

    Raises `LayerError`.

    >>> padding_free_fraction("relu1_1", width=10, height=4)  # 8 x 2 of 10 x 4 units
    0.4
    """
    fraction = 1.0
    for side in (width, height):
        extents = [_extent(layer, n) for n in range(side // get_layer(layer).stride)]
        fraction *= sum(first >= 0 and end <= side for first, end in extents) / max(1, len(extents))
    return fraction


def _extent(layer: str, n: int) -> tuple[int, int]:
    """The first pixel that the n-th unit along one side sees, and the first pixel after the last."""
    about = get_layer(layer)
    first = round(about.stride * n + about.centre - about.receptive_field / 2)
    return first, first + about.receptive_field
