"""The style of a painting arrives in a picture, step by step: which steps to keep, and what one layer makes of a step."""

from __future__ import annotations

import numpy as np
from PIL import Image

from nst_core.images import resize
from nst_core.plan import Level, fit, painting_size
from nst_core.settings import Settings

from .drawing import WIDEST, ordered_heat, overlay, side_by_side
from .grams import difference
from .scales import Scale, gram_scale, top_of

MOST = 24  # steps that are kept of a run
TITLES = (
    *("the picture", "one channel in it", "the same channel in the painting"),
    *("the picture's Gram matrix", "the painting's", "their difference"),
)
SIDE = 256  # pixels on the longer side of a kept step, of each picture of the figure, and along a Gram matrix
# Below the figure.
ABOUT = (
    "Order and scales are the painting's; the difference is relative to its channels: red is too much, blue too little, "
    f"full colour at {WIDEST}."
)


def steps_to_keep(evaluations: int, most: int = MOST) -> list[int]:
    """At most `most` of the evaluations 0 to `evaluations` (1 or more) of a run, the first and the last among them.

    Each is about the same factor larger than the one before, since most of a picture changes early.

    >>> steps_to_keep(120, most=8)
    [0, 1, 2, 5, 11, 24, 54, 120]
    """
    return [0, *dict.fromkeys(np.geomspace(1, evaluations, most - 1).round().astype(int).tolist())]


def painting_as_compared(painting: Image.Image, settings: Settings, size: tuple[int, int]) -> Image.Image:
    """`painting` at the size at which a run with `settings` compares it with a picture of `size`, (width, height)."""
    return resize(painting, *painting_size(settings, *painting.size, Level(*size, evaluations=1)))


def step_figure(
    pictures: tuple[Image.Image, Image.Image],
    maps: tuple[np.ndarray, np.ndarray],
    grams: tuple[np.ndarray, np.ndarray],
    order: np.ndarray,
) -> Image.Image:
    """Six pictures: a step, one channel in it and in the painting; the Gram matrices of both, and their difference.

    Of each two values the first is of the step, the second of the painting: `pictures`, the `maps` of one channel, (H, W)
    each, and the `grams` of a layer, (C, C) each, to be drawn in this `order` (C,) of the channels. The scales are the
    painting's.
    """
    step, painting = (resize(picture, *fit(*picture.size, SIDE)) for picture in pictures)
    signed = any(bool(values.min() < 0) for values in maps)
    scale = Scale(top_of(maps[1], signed) or top_of(maps[0], signed), signed)
    scales = gram_scale(grams[1]), gram_scale(grams[1]), Scale(WIDEST, signed=True)
    matrices = zip((*grams, difference(*grams)), scales, strict=True)
    heats = [ordered_heat(matrix, order, SIDE, of_matrix) for matrix, of_matrix in matrices]
    shown = [step, overlay(step, maps[0], scale), overlay(painting, maps[1], scale), *heats]
    return side_by_side(shown, TITLES, columns=3)
