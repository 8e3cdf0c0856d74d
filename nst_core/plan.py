"""What a run will do and cost, known before it starts: the levels' sizes, their evaluations and the arithmetic."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from .errors import PictureError
from .layers import deepest, smallest_side, up_to
from .settings import FIELDS, Settings

# Below this many pixels on the longer side, a level has too few units in relu5_1 for a Gram matrix of style.
COARSEST = 96
# From so many pixels on, a picture is computed in tiles (`tiles`), and below whole. On a graphics card the
# evaluations in tiles took a third longer, with 40 % of the memory (4096x2560, float32).
LARGE, LARGE_ON_CARD = 600_000, 2048**2
# So many pairs (s, y) L-BFGS remembers, fewer when in float32 they would take more than HISTORY_BYTES, but at least
# FEWEST_PAIRS.
HISTORY_PAIRS = 50
HISTORY_BYTES = 160e6
FEWEST_PAIRS = 3
PAIR_BYTES = 24  # a pixel, in float32


@dataclass(frozen=True)
class Level:
    """One level of the coarse-to-fine pyramid: its size in pixels, and how many evaluations are spent on it."""

    width: int
    height: int
    evaluations: int

    @property
    def size(self) -> tuple[int, int]:
        """(width, height)."""
        return self.width, self.height


def fit(width: int, height: int, size: int) -> tuple[int, int]:
    """(width, height) scaled so that the longer side is `size`; both sides rounded to whole pixels, at least 1.

    >>> fit(4032, 3024, size=512)
    (512, 384)
    """
    scale = size / max(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def plan_levels(settings: Settings, width: int, height: int, start: tuple[int, int] | None = None) -> list[Level]:
    """The levels for a photo of width x height pixels, coarsest first. Their evaluations add up to `settings.evaluations`.

    Each level has half the size of the next. There are `settings.levels` of them; for 0 as many as are not below `COARSEST`,
    so that a large picture begins as a small one does and has its strokes. There are fewer where a chosen layer would have
    no unit left, or where evaluations are fewer. `start` is the (width, height) of a picture to start with. The levels that
    are smaller have no evaluations then: what it shows need not be painted again.

    Raises `PictureError` when the photo is so narrow that the deepest chosen layer has no unit left, and for a start of
    other proportions than the photo's.

    >>> for level in plan_levels(Settings(size=512, evaluations=120), 4032, 3024):
    ...     print(level)
    Level(width=128, height=96, evaluations=40)
    Level(width=256, height=192, evaluations=40)
    Level(width=512, height=384, evaluations=40)
    """
    needed = smallest_side(settings.layers_used)
    full = fit(width, height, settings.size)
    if min(full) < needed:
        raise PictureError(
            f"A picture of {width}x{height} becomes {full[0]}x{full[1]} at size {settings.size}, too narrow for "
            f"{deepest(settings.layers_used).name}, which needs {needed} pixels. "
            "Crop it closer to a square, or choose a larger size or earlier layers."
        )
    if start:
        _check_proportions(start, width, height)
    sizes = [full]
    while not settings.levels or len(sizes) < settings.levels:
        smaller = fit(width, height, round(settings.size / 2 ** len(sizes)))
        if min(smaller) < needed or (not settings.levels and max(smaller) < COARSEST):
            break
        sizes.append(smaller)
    painted = [size for size in sizes if not start or max(size) >= max(start)] or sizes[:1]
    shares = _shares(min(len(painted), settings.evaluations), settings.evaluations)[::-1]
    sizes = sizes if start else sizes[: len(shares)]
    shares += [0] * (len(sizes) - len(shares))
    return [Level(w, h, share) for (w, h), share in zip(sizes, shares, strict=True)][::-1]


def _check_proportions(start: tuple[int, int], width: int, height: int) -> None:
    """Raise `PictureError` unless `start` has the proportions of width x height, up to a pixel or 2 %."""
    expected = fit(width, height, max(start))
    if any(abs(side - other) > max(1, 0.02 * other) for side, other in zip(start, expected, strict=True)):
        raise PictureError(
            f"The picture to start from has {start[0]}x{start[1]} pixels and the photo {width}x{height}, which is another "
            "shape. Crop one of them, or choose the photo that the picture was painted from."
        )


def painting_size(settings: Settings, width: int, height: int, level: Level) -> tuple[int, int]:
    """(width, height) of a style picture of width x height pixels at `level`: its longer side is `style_scale` times the
    level's.

    A very long and narrow painting is kept larger, so that its shorter side leaves a unit in every style layer.
    """
    needed = smallest_side(settings.style_used) if settings.style_used else 1
    narrowest = math.ceil(needed * max(width, height) / min(width, height))
    return fit(width, height, max(round(settings.style_scale * max(level.size)), narrowest))


def sides_needed(settings: Settings, size_of_photo: bool = False) -> tuple[int, int]:
    """Pixels on the longer side that a run needs of the photo and of a painting.

    `size_of_photo`: the result gets the photo's size, which is not known before it is read: as large as it may be.
    """
    size = FIELDS["size"].metadata["high"] if size_of_photo else settings.size
    return size, round(settings.style_scale * size)


def _shares(count: int, evaluations: int) -> list[int]:
    """`evaluations` in `count` equal whole numbers; the remainder goes to the coarsest level, where it costs least."""
    share, rest = divmod(evaluations, count)
    return [share + rest] + [share] * (count - 1)


def history_pairs(pixels: int) -> int:
    """How many pairs L-BFGS remembers for a picture of so many pixels; each is two pictures of three numbers a pixel.

    >>> history_pairs(1024 * 640)
    10
    """
    return max(FEWEST_PAIRS, min(HISTORY_PAIRS, int(HISTORY_BYTES / (PAIR_BYTES * pixels))))


def halves_pairs(pixels: int) -> bool:
    """Whether L-BFGS keeps the pairs of a picture of so many pixels in bfloat16, which takes half the memory.

    At 1024 px the final loss was 1 and 2 % lower so. In smaller pictures, of which more pairs are kept, the conversions
    would take time: 12 ms an evaluation at 512 px.
    """
    return pixels >= LARGE


def history_bytes(pixels: int) -> int:
    """How many bytes the pairs take that L-BFGS remembers for a picture of so many pixels."""
    return history_pairs(pixels) * PAIR_BYTES * pixels // (2 if halves_pairs(pixels) else 1)


def flops_per_evaluation(width: int, height: int, layers: Iterable[str]) -> float:
    """Floating point operations of the convolutions in one evaluation, forward and backward; a multiply-add counts as 2.

    The backward pass to the pixels costs as much as the forward pass: the weights are frozen and get no gradient.
    """
    total, inputs = 0.0, 3
    for layer in up_to(deepest(layers).name):
        if layer.kind == "conv":
            positions = (width // layer.stride) * (height // layer.stride)
            total += 9 * inputs * layer.channels * positions
            inputs = layer.channels
    return 4 * total
