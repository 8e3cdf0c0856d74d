"""A change of a Gram matrix, tried out: two small drafts, before and after, beside the matrix with its changed cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

from nst_core.gram_factors import cell_factors, cells_changed
from nst_core.layers import CONTENT_LAYERS, STYLE_LAYERS
from nst_core.settings import Settings

from .drawing import heat, side_by_side
from .palette import CHANGED, GROUND
from .scales import Scale, gram_scale

SIZE, EVALUATIONS = 128, 60  # pixels on the longer side of a draft, and the evaluations of its run
SHOWN = 3  # times as large
SIDE = 512  # pixels along the matrix; a multiple of every number of channels
OUTLINE, GAP = 2, 8  # pixels


def changed_settings(
    changes: Any = (),
    content_layers: Sequence[str] = CONTENT_LAYERS,
    style_layers: Sequence[str] = STYLE_LAYERS,
    mix: Sequence[float] = (),
) -> Settings:
    """The default settings, for a draft, with `changes` of the Gram matrices. Raises `SettingError` and `LayerError`."""
    return Settings(
        size=SIZE,
        evaluations=EVALUATIONS,
        content_layers=tuple(content_layers),
        style_layers=tuple(style_layers),
        mix=tuple(mix),
        gram_changes=changes,
    )


def changed_matrix(matrix: np.ndarray, changes: Sequence[str], layer: str) -> np.ndarray:
    """The Gram matrix (C, C) of a painting in `layer` as `changes` make it: the run's target."""
    factors = cell_factors(changes, layer, len(matrix))
    return matrix if factors is None else matrix * factors


def matrix_picture(
    matrix: np.ndarray, order: np.ndarray, changes: Sequence[str], layer: str, curve: str = "root"
) -> tuple[Image.Image, Scale]:
    """The changed matrix, its channels in `order` (C,), and the scale of the colours, which is that of `matrix` as it is.

    A square picture; the changed cells are outlined.
    """
    scale, cells = gram_scale(matrix, curve=curve), cells_changed(changes, layer, len(matrix))
    shown = heat(changed_matrix(matrix, changes, layer)[order][:, order], SIDE, scale)
    return outlined(shown, cells[order][:, order]), scale


def outlined(picture: Image.Image, cells: np.ndarray) -> Image.Image:
    """`picture` of a matrix with an outline around those of its `cells` (rows, columns) that are True."""
    shape = Image.fromarray(cells.astype(np.uint8) * 255)
    inside = shape.resize(picture.size, Image.Resampling.NEAREST)
    around = np.array(inside.filter(ImageFilter.MaxFilter(2 * OUTLINE + 1))) > np.array(inside)
    pixels = np.array(picture)
    pixels[around] = CHANGED
    return Image.fromarray(pixels)


def drafts_figure(matrix: Image.Image, drafts: Sequence[Image.Image]) -> Image.Image:
    """The changed matrix, and the drafts so far, before and after, beside each other; all equally high."""
    height = max((SHOWN * image.height for image in drafts), default=SIDE)
    large = [image.resize((SHOWN * image.width, SHOWN * image.height), Image.Resampling.BICUBIC) for image in drafts]
    small = matrix.resize((height, height), Image.Resampling.LANCZOS)
    left = side_by_side([small], ["the changed matrix"])
    if not large:
        return left
    right = side_by_side(large, ["before", "after"][: len(large)])
    canvas = Image.new("RGB", (left.width + GAP + right.width, left.height), GROUND)
    canvas.paste(left)
    canvas.paste(right, (left.width + GAP, 0))
    return canvas
