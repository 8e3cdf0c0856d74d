"""Where a unit looks: its receptive field in pixels of the picture, and the unit behind a pixel."""

from __future__ import annotations

from nst_core.layers import get_layer

Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels; right and bottom are the first pixels outside


def receptive_field(layer: str, row: int, column: int) -> Box:
    """The pixels that unit (row, column) of `layer` can see: a square, centred at stride * (column, row) + centre.

    It may reach beyond the picture; that part is padding. It is an outer limit: most of the influence comes from near its
    middle (Luo et al., NIPS 2016).
    """
    (left, right), (top, bottom) = _seen(layer, column), _seen(layer, row)
    return left, top, right, bottom


def unit_at(layer: str, x: float, y: float, height: int, width: int) -> tuple[int, int]:
    """(row, column) of the unit, in a map of height x width units, whose centre is nearest to pixel (x, y)."""
    about = get_layer(layer)
    row, column = (round((position + 0.5 - about.centre) / about.stride) for position in (y, x))
    return min(max(row, 0), height - 1), min(max(column, 0), width - 1)


def padding_free_fraction(layer: str, width: int, height: int) -> float:
    """The share of a layer's units, between 0 and 1, that see no padding in a picture of width x height pixels."""
    share = 1.0
    for side in (width, height):
        seen = [_seen(layer, n) for n in range(side // get_layer(layer).stride)]
        share *= sum(first >= 0 and last <= side for first, last in seen) / max(1, len(seen))
    return share


def _seen(layer: str, n: int) -> tuple[int, int]:
    """First pixel and first pixel beyond, of the n-th unit along one side."""
    about = get_layer(layer)
    first = round(about.stride * n + about.centre - about.receptive_field / 2)
    return first, first + about.receptive_field
