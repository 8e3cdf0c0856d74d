"""The channel sheet: 64 maps of a layer in one picture, and the way back from a click to the channel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch.nn import functional

from .channels import Statistics
from .drawing import ACCENT, FAINT, GROUND, INK, PADDING, SMALL, font, number
from .receptive_fields import Box
from .scales import colours, top_of

COLUMNS = 8
PAGE = COLUMNS * COLUMNS
TILE = 96  # pixels; a whole number of them for every unit of a map 384 pixels wide
GAP, LABEL, BAR = 8, 15, 3

# scale -> in words
SCALES = {
    "own": "each map to its own brightest places; its peak is printed below it",
    "shared": "all maps to the loudest one",
    "root": "all maps to the loudest one, square root",
}
# A channel that hardly speaks is not turned up to full: its brightest colour stands for at least this share of the
# layer's loudest.
FAINTEST = 0.02


@dataclass(frozen=True)
class Grid:
    """Where the tiles of a sheet lie, for maps of `width` x `height` units."""

    width: int
    height: int

    @property
    def tile(self) -> tuple[int, int]:
        """(width, height) in pixels: the longer side is TILE."""
        longer = max(self.width, self.height)
        return max(1, round(TILE * self.width / longer)), max(1, round(TILE * self.height / longer))

    @property
    def step(self) -> tuple[int, int]:
        return TILE + GAP, self.tile[1] + LABEL + BAR + GAP

    def corner(self, n: int) -> tuple[int, int]:
        """Upper left pixel of the n-th tile."""
        across, down = self.step
        return GAP // 2 + (n % COLUMNS) * across + (TILE - self.tile[0]) // 2, GAP // 2 + (n // COLUMNS) * down

    def at(self, x: float, y: float) -> int | None:
        """The place, 0 to 63, of the tile (its label and the gap around it included) at a pixel of the sheet."""
        column, line = int(x // self.step[0]), int(y // self.step[1])
        return line * COLUMNS + column if 0 <= column < COLUMNS and 0 <= line < COLUMNS else None


def page_count(channels: int) -> int:
    return -(-channels // PAGE)


def page_of(order: np.ndarray, channel: int) -> int:
    """The page, from 0, on which `channel` stands."""
    return int(np.flatnonzero(order == channel)[0]) // PAGE


def tile_of(order: np.ndarray, page: int, grid: Grid, channel: int) -> Box | None:
    """Where `channel` is on page `page`; None when it is on another one."""
    place = int(np.flatnonzero(order == channel)[0]) - page * PAGE
    if not 0 <= place < PAGE:
        return None
    left, top = grid.corner(place)
    return left, top, left + grid.tile[0], top + grid.tile[1]


def clicked(order: np.ndarray, page: int, grid: Grid, x: float, y: float) -> int | None:
    """The channel at pixel (x, y) of page `page`, or None beside the tiles."""
    place = grid.at(x, y)
    shown = order[page * PAGE : (page + 1) * PAGE]
    return int(shown[place]) if place is not None and place < len(shown) else None


def sheet(
    features: np.ndarray,
    about: Statistics,
    order: np.ndarray,
    page: int = 0,
    scale: str = "own",
    signed: bool = False,
) -> Image.Image:
    """One page of the maps of `features` (C, H, W), in `order` (C,): each with its number, its peak and, as a bar, its share
    of the layer's energy compared with the loudest channel's. `signed` for conv layers."""
    shown = order[page * PAGE : (page + 1) * PAGE]
    grid = Grid(features.shape[2], features.shape[1])
    loudest = _loudest(features, about, signed)
    energy = about.variance + about.mean**2
    canvas = Image.new("RGB", (COLUMNS * grid.step[0], -(-len(shown) // COLUMNS) * grid.step[1]), GROUND)
    draw = ImageDraw.Draw(canvas)
    tiles = _fitted(features[shown], *grid.tile)
    for n, (channel, tile) in enumerate(zip(shown, tiles, strict=True)):
        x, y = grid.corner(n)
        width, height = grid.tile
        if about.silent[channel]:
            _hatch(draw, x, y, width, height)
        else:
            own = max(top_of(features[channel], signed), FAINTEST * loudest)
            top, curve = (own, "linear") if scale == "own" else (loudest, "root" if scale == "root" else "linear")
            canvas.paste(Image.fromarray(colours(tile, top, signed, curve)), (x, y))
        words = "silent here" if about.silent[channel] else number(float(about.peak[channel]))
        draw.text((x, y + height + 1), str(channel), INK, font(SMALL))
        draw.text((x + width, y + height + 1), words, FAINT, font(SMALL), anchor="ra")
        share = float(energy[channel] / energy.max()) if energy.max() > 0 else 0.0
        bottom = y + height + LABEL
        draw.rectangle((x, bottom, x + width - 1, bottom + BAR - 2), PADDING)
        if share:
            draw.rectangle((x, bottom, x + max(1, round(share * width)) - 1, bottom + BAR - 2), ACCENT)
    return canvas


def _loudest(features: np.ndarray, about: Statistics, signed: bool) -> float:
    """The largest `top_of` of all maps. A map's is at most its peak, so that few maps must be looked at."""
    loudest = 0.0
    for n in np.argsort(-about.peak):
        if about.peak[n] <= loudest:
            break
        loudest = max(loudest, top_of(features[n], signed))
    return loudest


def _fitted(maps: np.ndarray, width: int, height: int) -> np.ndarray:
    """(N, H, W) -> (N, height, width): averages where a map is larger than its tile, blocks where it is smaller."""
    smaller = maps.shape[2] <= width and maps.shape[1] <= height
    mode = "nearest-exact" if smaller else "area"
    return functional.interpolate(torch.from_numpy(maps)[None], (height, width), mode=mode)[0].numpy()


def _hatch(draw: ImageDraw.ImageDraw, x: int, y: int, width: int, height: int) -> None:
    draw.rectangle((x, y, x + width - 1, y + height - 1), PADDING)
    for start in range(0, width + height, 8):
        ends = max(0, start - height + 1), min(start, width - 1)
        draw.line((x + ends[1], y + start - ends[1], x + ends[0], y + start - ends[0]), GROUND)
