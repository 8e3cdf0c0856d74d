"""A sheet of small drafts: how many style layers are used, against the weight of the style or the size of the brush.

After the figure of Gatys et al. 2016 that compares the layers and alpha/beta (figure 3 of the CVPR paper is of this kind).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Generator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw

from nst_core.layers import STYLE_LAYERS
from nst_core.progress import never
from nst_core.settings import Settings
from nst_core.step import Step
from nst_core.transfer import transfer

from .captions import NORMAL, draw_text
from .palette import GROUND, PADDING

if TYPE_CHECKING:
    from nst_core.vgg import Encoder

SIZE, EVALUATIONS = 128, 40  # pixels on the longer side of a draft, and its evaluations
ROWS = len(STYLE_LAYERS)  # row 0 uses the first style layer alone, the last row all of them
# What the columns change -> the setting, and its value in each column.
COLUMNS: dict[str, tuple[str, tuple[float, ...]]] = {
    "weight": ("style_weight", (3.0, 30.0, 300.0, 3000.0)),
    "brush": ("style_scale", (0.5, 1.0, 1.5, 3.0)),
}
ENLARGED = 2  # times, as a draft is shown
LEFT, TOP, GAP = 100, 24, 6  # pixels: for the names of the rows, for those of the columns, and between drafts

Cell = tuple[int, int]  # (row, column), from 0


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One cell of the sheet while it is painted; over when `step.done`."""

    cell: Cell
    settings: Settings  # of the draft; with another `size` those of a large picture
    step: Step
    evaluation: int  # of the whole sheet
    evaluations: int
    elapsed: float  # seconds, of the whole sheet
    remaining: float  # seconds, estimated; nan before the first evaluation


def cells(by: str) -> list[Cell]:
    """All cells of a sheet, row by row. `by` is one of `COLUMNS`."""
    return [(row, column) for row in range(ROWS) for column in range(len(COLUMNS[by][1]))]


def row_words(row: int) -> str:
    """ "up to relu3_1": the style layers of a row."""
    return f"up to {STYLE_LAYERS[row]}" if row else f"{STYLE_LAYERS[0]} only"


def column_words(by: str, column: int) -> str:
    """ "alpha/beta 1/30" or "brush size 1.5": what is special about a column. The content has the weight 1."""
    value = COLUMNS[by][1][column]
    return f"alpha/beta 1/{value:g}" if by == "weight" else f"brush size {value:g}"


def draft_settings(by: str, cell: Cell, **others: Any) -> Settings:
    """The settings of one cell, without the size of a draft: the defaults, `others`, the layers of its row and the value of
    its column.

    >>> found = draft_settings("brush", (1, 0))
    >>> found.style_layers, found.style_scale
    (('relu1_1', 'relu2_1'), 0.5)
    """
    name, values = COLUMNS[by]
    return Settings(**others | {"style_layers": STYLE_LAYERS[: cell[0] + 1], name: values[cell[1]]})


def drafts(
    content: Any,
    style: Any,
    by: str,
    encoder: Encoder,
    interrupted: Callable[[], bool] = never,
    *,
    size: int = SIZE,
    evaluations: int = EVALUATIONS,
    painted: Collection[Cell] = (),
    **others: Any,
) -> Generator[Draft, None, None]:
    """Paint the cells that are not in `painted`, one after the other; yield before the first and after every evaluation.

    `content`, `style`, `encoder` and `interrupted` are those of `transfer`, and so are the errors; `others` are settings.
    """
    missing = [cell for cell in cells(by) if cell not in painted]
    whole, before = evaluations * len(missing), 0
    elapsed = 0.0
    for cell in missing:
        settings = draft_settings(by, cell, size=size, evaluations=evaluations, **others)
        step = None
        for step in transfer(content, style, settings, encoder, interrupted):
            done, seconds = before + step.evaluation, elapsed + step.elapsed
            remaining = seconds / done * (whole - done) if done else math.nan
            yield Draft(
                cell=cell,
                settings=settings,
                step=step,
                evaluation=done,
                evaluations=whole,
                elapsed=seconds,
                remaining=remaining,
            )
        if step is None or not step.done:  # interrupted
            return
        before, elapsed = before + evaluations, elapsed + step.elapsed


def grid_figure(pictures: Mapping[Cell, Image.Image], by: str, tile: tuple[int, int] | None = None) -> Image.Image:
    """The drafts in their places with the layers beside the rows and the values above the columns, each `tile` (width,
    height) in pixels, by default twice as large as the first; places whose draft is not there are empty."""
    if tile is None:
        first = next(iter(pictures.values()))
        tile = ENLARGED * first.width, ENLARGED * first.height
    columns = len(COLUMNS[by][1])
    right, bottom = _corner((ROWS, columns), tile)
    canvas = Image.new("RGB", (right - GAP, bottom - GAP), GROUND)
    draw = ImageDraw.Draw(canvas)
    for row in range(ROWS):
        y = _corner((row, 0), tile)[1]
        draw_text(canvas, (8, y + 2), row_words(row), NORMAL)
    for column in range(columns):
        draw_text(canvas, (_corner((0, column), tile)[0], 4), column_words(by, column), NORMAL)
    for cell in cells(by):
        x, y = _corner(cell, tile)
        if cell in pictures:
            canvas.paste(pictures[cell].resize(tile, Image.Resampling.BICUBIC), (x, y))
        else:
            draw.rectangle((x, y, x + tile[0] - 1, y + tile[1] - 1), PADDING)
    return canvas


def cell_at(by: str, tile: tuple[int, int], x: float, y: float) -> Cell | None:
    """The cell at pixel (x, y) of `grid_figure`; None beside them."""
    column, row = math.floor((x - LEFT) / (tile[0] + GAP)), math.floor((y - TOP) / (tile[1] + GAP))
    return (row, column) if 0 <= row < ROWS and 0 <= column < len(COLUMNS[by][1]) else None


def _corner(cell: Cell, tile: tuple[int, int]) -> tuple[int, int]:
    """(x, y) of the upper left pixel of a cell."""
    return LEFT + cell[1] * (tile[0] + GAP), TOP + cell[0] * (tile[1] + GAP)
