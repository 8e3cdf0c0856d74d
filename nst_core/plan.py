"""What a run will do and cost, worked out before it starts: sizes, levels, shares of the evaluations, arithmetic."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from .errors import PictureError
from .layers import LAYERS, deepest, smallest_side
from .settings import Settings

# Below this many pixels on the longer side a level has too few units in relu5_1 to hold a style.
COARSEST = 96


@dataclass(frozen=True)
class Level:
    """One level of the pyramid: the size it paints at, in pixels, and its share of the evaluations."""

    width: int
    height: int
    evaluations: int

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height


def fit(width: int, height: int, size: int) -> tuple[int, int]:
    """(width, height) scaled so that the longer side is `size`, each side rounded to a whole pixel, at least 1."""
    scale = size / max(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def plan_levels(settings: Settings, width: int, height: int) -> list[Level]:
    """The levels for a photo of width x height pixels, coarsest first. Together they spend `settings.evaluations`.

    Raises `PictureError` when the photo is so narrow that the deepest chosen layer has no unit left.
    """
    needed = smallest_side(settings.layers_used)
    full = fit(width, height, settings.size)
    if min(full) < needed:
        raise PictureError(
            f"A picture of {width}x{height} becomes {full[0]}x{full[1]} at size {settings.size}, too narrow for "
            f"{deepest(settings.layers_used).name}, which needs {needed} pixels. "
            "Crop it closer to a square, or choose a larger size or earlier layers."
        )
    sizes = [full]
    while len(sizes) < (settings.levels or 4):
        smaller = fit(width, height, round(settings.size / 2 ** len(sizes)))
        if min(smaller) < needed or (not settings.levels and max(smaller) < COARSEST):
            break
        sizes.append(smaller)
    sizes = sizes[: settings.evaluations][::-1]
    return [Level(w, h, share) for (w, h), share in zip(sizes, _shares(len(sizes), settings.evaluations), strict=True)]


def painting_size(settings: Settings, width: int, height: int, level: Level) -> tuple[int, int]:
    """The style picture's (width, height) at `level`: its longer side is the level's longer side.

    A very long and narrow painting is kept larger, so that its shorter side leaves a unit in every style layer.
    """
    needed = smallest_side(settings.style_used) if settings.style_used else 1
    narrowest = math.ceil(needed * max(width, height) / min(width, height))
    return fit(width, height, max(*level.size, narrowest))


def _shares(count: int, evaluations: int) -> list[int]:
    """Equal whole shares that add up to `evaluations`; what is left over goes to the coarsest level, where it is cheap."""
    share, rest = divmod(evaluations, count)
    return [share + rest] + [share] * (count - 1)


def flops_per_evaluation(width: int, height: int, layers: Iterable[str]) -> float:
    """Convolution arithmetic of one evaluation (forward, and back to the pixels), 2 FLOP a multiply-add.

    The backward pass costs what the forward pass costs, since the weights are frozen.
    """
    total, inputs = 0.0, 3
    for layer in list(LAYERS.values())[: deepest(layers).index + 1]:
        if layer.kind == "conv":
            positions = (width // layer.stride) * (height // layer.stride)
            total += 9 * inputs * layer.channels * positions
            inputs = layer.channels
    return 4 * total
