"""The channel sheet: up to 64 maps of a layer in one picture, and which channel is at a pixel of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from .captions import SMALL, draw_text
from .channels import Statistics
from .palette import ACCENT, FAINT, GROUND, PADDING
from .readings import Reading, read_as
from .receptive_fields import Box
from .scales import three_figures, to_colours, top_of

COLUMNS = 8
PAGE = COLUMNS * COLUMNS  # channels a page
TILE = 96  # pixels; of a picture 384 pixels wide a unit gets 1, 2, 4 or 8 of them, or 2 or 4 units share one
GAP, LABEL, BAR = 8, 15, 3  # pixels: between tiles, height of the text below a tile, height of the bar below that

# How bright the maps of a sheet are, in the words of its caption.
SCALES = {
    "own": "each map on its own scale; its peak is printed below it",
    "shared": "all maps on the scale of the brightest one",
    "root": "all maps on the scale of the brightest one, square root",
}
# With the scale "own" a map's brightest colour stands for at least this share of the layer's brightest map: a channel that
# hardly responds stays dark.
FAINTEST = 0.02


@dataclass(frozen=True)
class Grid:
    """Where the tiles of a sheet are, for maps of `width` x `height` units. All results are in pixels of the sheet."""

    width: int
    height: int

    @property
    def tile(self) -> tuple[int, int]:
        """(width, height) of a tile, of which the longer side is TILE."""
        longer = max(self.width, self.height)
        return max(1, round(TILE * self.width / longer)), max(1, round(TILE * self.height / longer))

    @property
    def step(self) -> tuple[int, int]:
        """(across, down): the distance between neighbouring tiles."""
        return TILE + GAP, self.tile[1] + LABEL + BAR + GAP

    def corner(self, n: int) -> tuple[int, int]:
        """(x, y) of the upper left pixel of the n-th tile."""
        across, down = self.step
        return GAP // 2 + (n % COLUMNS) * across + (TILE - self.tile[0]) // 2, GAP // 2 + (n // COLUMNS) * down

    def tile_at(self, x: float, y: float) -> int | None:
        """The number, from 0, of the tile at pixel (x, y), its label and the gap around it included; None beside them."""
        column, row = int(x // self.step[0]), int(y // self.step[1])
        return row * COLUMNS + column if 0 <= column < COLUMNS and 0 <= row < COLUMNS else None


def page_count(channels: int) -> int:
    """How many pages so many channels fill."""
    return -(-channels // PAGE)


def page_of(order: np.ndarray, channel: int) -> int:
    """The page, from 0, that shows `channel` when the channels are in `order` (C,).

    >>> page_of(np.arange(128)[::-1], channel=127)
    0
    """
    return int(np.flatnonzero(order == channel)[0]) // PAGE


def tile_of(order: np.ndarray, page: int, grid: Grid, channel: int) -> Box | None:
    """The tile of `channel` on page `page`, in pixels; None when the channel is on another page."""
    n = int(np.flatnonzero(order == channel)[0]) - page * PAGE
    if not 0 <= n < PAGE:
        return None
    left, top = grid.corner(n)
    return left, top, left + grid.tile[0], top + grid.tile[1]


def channel_at(order: np.ndarray, page: int, grid: Grid, x: float, y: float) -> int | None:
    """The channel at pixel (x, y) of page `page`, or None beside the tiles."""
    n = grid.tile_at(x, y)
    shown = order[page * PAGE : (page + 1) * PAGE]
    return int(shown[n]) if n is not None and n < len(shown) else None


def sheet(
    features: np.ndarray,
    about: Statistics,
    order: np.ndarray,
    page: int = 0,
    scale: str = "own",
    signed: bool = False,
) -> Image.Image:
    """One page of the maps of `features` (C, H, W), in `order` (C,), on one of `SCALES`; `signed` for conv layers.

    Below each map are its channel, its peak and, as a bar, its energy (mean square) relative to the largest of the layer.
    A channel that is zero everywhere is hatched.
    """
    shown = order[page * PAGE : (page + 1) * PAGE]
    grid = Grid(features.shape[2], features.shape[1])
    width, height = grid.tile
    brightest = _brightest(features, about, signed)
    energy = about.variance + about.mean**2
    canvas = Image.new("RGB", (COLUMNS * grid.step[0], -(-len(shown) // COLUMNS) * grid.step[1]), GROUND)
    draw = ImageDraw.Draw(canvas)
    tiles, values = _resized(features[shown], width, height), []
    for n, (channel, tile) in enumerate(zip(shown, tiles, strict=True)):
        x, y = grid.corner(n)
        if about.silent[channel]:
            _hatch(draw, x, y, width, height)
        else:
            own = max(top_of(features[channel], signed), FAINTEST * brightest)
            top, curve = (own, "linear") if scale == "own" else (brightest, "root" if scale == "root" else "linear")
            canvas.paste(Image.fromarray(to_colours(tile, top, signed, curve)), (x, y))
        peak = "silent here" if about.silent[channel] else three_figures(float(about.peak[channel]))
        draw_text(canvas, (x, y + height + 1), str(channel), SMALL)
        draw_text(canvas, (x + width, y + height + 1), peak, SMALL, FAINT, "ra")
        values.append(_reading(canvas, (x, y), (width, height), about, int(channel)))
        share = float(energy[channel] / energy.max()) if energy.max() > 0 else 0.0
        bar = y + height + LABEL
        draw.rectangle((x, bar, x + width - 1, bar + BAR - 2), PADDING)
        if share:
            draw.rectangle((x, bar, x + max(1, round(share * width)) - 1, bar + BAR - 2), ACCENT)
    return read_as(canvas, *values)


def _reading(
    canvas: Image.Image, corner: tuple[int, int], tile: tuple[int, int], about: Statistics, channel: int
) -> Reading:
    """What is said of a channel: its mean, its peak, and how much of the picture it does not respond to."""
    words = f"channel {channel}: mean {three_figures(float(about.mean[channel]))}, peak {{value}}"
    words += f", zero or less at {100 * float(about.off[channel]):.0f} % of the places"
    box = corner[0] / canvas.width, corner[1] / canvas.height, tile[0] / canvas.width, tile[1] / canvas.height
    return Reading(about.peak[[channel]][None], words, box=box)


def _brightest(features: np.ndarray, about: Statistics, signed: bool) -> float:
    """The largest `top_of` of all maps. That of a map is at most its peak, so that it is computed for few maps."""
    brightest = 0.0
    for n in np.argsort(-about.peak):
        if about.peak[n] <= brightest:
            break
        brightest = max(brightest, top_of(features[n], signed))
    return brightest


def _resized(maps: np.ndarray, width: int, height: int) -> np.ndarray:
    """(N, H, W) -> (N, height, width): averages where a map is larger than its tile, blocks where it is smaller."""
    import torch
    from torch.nn import functional

    smaller = maps.shape[2] <= width and maps.shape[1] <= height
    mode = "nearest-exact" if smaller else "area"
    return functional.interpolate(torch.from_numpy(maps)[None], (height, width), mode=mode)[0].numpy()


def _hatch(draw: ImageDraw.ImageDraw, x: int, y: int, width: int, height: int) -> None:
    draw.rectangle((x, y, x + width - 1, y + height - 1), PADDING)
    for start in range(0, width + height, 8):
        ends = max(0, start - height + 1), min(start, width - 1)
        draw.line((x + ends[1], y + start - ends[1], x + ends[0], y + start - ends[0]), GROUND)
