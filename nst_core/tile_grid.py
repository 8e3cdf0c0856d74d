"""The tiles of a large picture, and the margins that the network sees around them."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

from .layers import get_layer, up_to
from .terms import Where

LAST = "pool2"  # the last layer that is computed in tiles
# Pixels of a tile, at most: smaller tiles lose time to their margins. The maps of larger ones would be requested from the
# system each time (`process_memory.LARGE_IN_TILES`), which clears their pages.
ROWS, COLUMNS = 128, 512
# On a graphics card every tile costs the time to start its kernels: tiles of 128 x 512 pixels took 3.5 times as long there.
SIDE_ON_CARD = 2048


class Span(NamedTuple):
    """The pixels `start` to `stop` of one side of a picture, and `first` to `last`, which the network sees for them."""

    start: int
    stop: int
    first: int
    last: int

    def units(self, stride: int) -> slice:
        """The span's units in a whole layer."""
        return slice(self.start // stride, self.stop // stride)

    def inner(self, stride: int) -> slice:
        """The span's units among those that the network sees."""
        margin, units = (self.start - self.first) // stride, self.units(stride)
        return slice(margin, margin + units.stop - units.start)


class Tile(NamedTuple):
    """A rectangle of a picture."""

    down: Span
    across: Span

    @property
    def seen(self) -> Where:
        """The pixels that the network sees: the tile with its margins."""
        return slice(self.down.first, self.down.last), slice(self.across.first, self.across.last)

    def units(self, layer: str) -> Where:
        """The tile's units in the whole `layer`."""
        stride = get_layer(layer).stride
        return self.down.units(stride), self.across.units(stride)

    def inner(self, layer: str) -> Where:
        """The tile's units in what the network computes of `layer`."""
        stride = get_layer(layer).stride
        return self.down.inner(stride), self.across.inner(stride)


def tiles_of(height: int, width: int, *, on_card: bool = False) -> list[Tile]:
    """The tiles of a picture of so many pixels, row by row, for a graphics card or a processor."""
    rows, columns = (SIDE_ON_CARD, SIDE_ON_CARD) if on_card else (ROWS, COLUMNS)
    return [Tile(down, across) for down, across in product(_spans(height, rows), _spans(width, columns))]


def _spans(length: int, most: int) -> list[Span]:
    """A side of `length` pixels in spans of about the same length, at most `most`, in whole units of `LAST`.

    Every convolution spoils one unit of its layer at an edge that is not the picture's: 6 pixels up to pool2. The margin is
    that, in whole units, so that the windows of the poolings are those of the whole picture.
    """
    unit, spoiled = get_layer(LAST).stride, sum(layer.stride for layer in up_to(LAST) if layer.kind == "conv")
    margin, whole = -(-spoiled // unit) * unit, max(length // unit, 1)
    step = -(-whole // -(-whole * unit // max(most, unit))) * unit
    starts = range(0, whole * unit, step)
    stops = [*starts[1:], length]
    return [
        Span(start, stop, max(0, start - margin), min(length, stop + margin))
        for start, stop in zip(starts, stops, strict=True)
    ]
