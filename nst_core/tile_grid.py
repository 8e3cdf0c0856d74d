"""The tiles of a large picture, and the margins that the network sees around them."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

from .layers import get_layer, up_to
from .terms import Where

# The last layers of the blocks that are computed in tiles: the first block in tiles of the picture, each other in tiles of
# the layer before it.
LAST_LAYERS = ("pool1", "pool2")
# Rows of a tile, and columns for 64 channels in two bytes, at most; for twice the channels or four bytes half as many.
# Smaller tiles lose time to their margins, larger ones take more memory.
ROWS, COLUMNS = 48, 1024
# On a graphics card every tile costs the time to start its kernels: tiles of 128 x 512 pixels took 3.5 times as long there.
SIDE_ON_CARD = 2048


class Span(NamedTuple):
    """The units `start` to `stop` of one side, and `first` to `last`, which the block sees for them."""

    start: int
    stop: int
    first: int
    last: int

    def units(self, stride: int) -> slice:
        """The span's units in a whole layer, `stride` times as far from each other."""
        return slice(self.start // stride, self.stop // stride)

    def seen(self, stride: int = 1) -> slice:
        """The units of a whole layer that the block computes for the span."""
        return slice(self.first // stride, self.last // stride)

    def inner(self, stride: int) -> slice:
        """The span's units among those that the block computes."""
        margin, units = (self.start - self.first) // stride, self.units(stride)
        return slice(margin, margin + units.stop - units.start)


class Tile(NamedTuple):
    """A rectangle of what a block is computed from: a picture, or a layer."""

    down: Span
    across: Span
    stride: int  # pixels between its units

    @property
    def seen(self) -> Where:
        """The units that the block sees: the tile with its margins."""
        return self.down.seen(), self.across.seen()

    def units(self, layer: str) -> Where:
        """The tile's units in the whole `layer`."""
        stride = get_layer(layer).stride // self.stride
        return self.down.units(stride), self.across.units(stride)

    def seen_units(self, layer: str) -> Where:
        """The units of the whole `layer` that the block computes for the tile."""
        stride = get_layer(layer).stride // self.stride
        return self.down.seen(stride), self.across.seen(stride)

    def inner(self, layer: str) -> Where:
        """The tile's units in what the block computes of `layer`."""
        stride = get_layer(layer).stride // self.stride
        return self.down.inner(stride), self.across.inner(stride)


def tiles_of(
    height: int, width: int, after: str | None = None, *, itemsize: int = 4, on_card: bool = False
) -> list[Tile]:
    """The tiles of so many units of the layer `after`, by default of pixels, row by row.

    `itemsize` is how many bytes a number of the features has. `on_card`: for a graphics card, and not for a processor.
    """
    stride = get_layer(after).stride if after else 1
    rows, columns = (SIDE_ON_CARD // stride,) * 2 if on_card else (ROWS, 2 * COLUMNS // (itemsize * stride))
    return [Tile(*spans, stride) for spans in product(_spans(height, rows), _spans(width, columns))]


def _spans(length: int, most: int) -> list[Span]:
    """A side of `length` units in spans of about the same length, at most `most`, in whole windows of the pooling.

    Every convolution spoils one unit at an edge that is not the picture's. The margin is that, in whole windows, so that
    these are those of the whole picture.
    """
    window, spoiled = get_layer("pool1").stride, sum(layer.kind == "conv" for layer in up_to("pool1"))
    margin, whole = -(-spoiled // window) * window, max(length // window, 1)
    step = -(-whole // -(-whole * window // max(most, window))) * window
    starts = range(0, whole * window, step)
    stops = [*starts[1:], length]
    return [
        Span(start, stop, max(0, start - margin), min(length, stop + margin))
        for start, stop in zip(starts, stops, strict=True)
    ]
