"""From numbers to colours, honestly: zero keeps one colour, the top is said, and nothing is stretched to fill the range."""

from __future__ import annotations

import numpy as np

# Zero is black. The stops are those of matplotlib's "inferno" (CC0, N. Smith and S. van der Walt).
INFERNO = "000004 1b0c41 4a0c6b 781c6d a52c60 cf4446 ed6925 fb9b06 f7d13d fcffa4"
# Zero is nearly white, below it blue, above it red: ColorBrewer's "RdBu" (Apache 2.0, C. Brewer).
RED_BLUE = "053061 2166ac 4393c3 92c5de d1e5f0 f7f7f7 fddbc7 f4a582 d6604d b2182b 67001f"

CURVES = ("linear", "root", "log")
DECADES = 4  # that "log" shows below the top
FEW = 20  # positive values, below which a percentile says nothing


def _table(stops: str) -> np.ndarray:
    """Colours between the given ones, (256, 3) uint8."""
    colours = np.array([[int(stop[i : i + 2], 16) for i in (0, 2, 4)] for stop in stops.split()], float)
    at = np.linspace(0, len(colours) - 1, 256)
    return np.stack([np.interp(at, range(len(colours)), colours[:, c]) for c in range(3)], axis=1).round().astype("u1")


TABLES = {False: _table(INFERNO), True: _table(RED_BLUE)}


def top_of(values: np.ndarray, signed: bool = False) -> float:
    """The value that gets the brightest colour.

    Features after a ReLU: the 99.5th percentile of the positive values, or their maximum when there are fewer than 20 (in
    deep layers nearly all places are zero, and a percentile over all of them would be zero too). Signed ones: the largest
    in size. 0 when all is zero.
    """
    if signed:
        return float(np.abs(values).max())
    positive = values[values > 0]
    if len(positive) < FEW:
        return float(positive.max(initial=0))
    return float(np.percentile(positive, 99.5))


def apply_curve(values: np.ndarray, top: float, curve: str = "linear") -> np.ndarray:
    """Values -> [-1, 1], `top` becoming 1: linear, with the square root, or over four decades. Zero stays zero."""
    if top <= 0:
        return np.zeros_like(values)
    share = np.clip(values / top, -1, 1)
    if curve == "linear":
        return share
    size = np.abs(share)
    with np.errstate(divide="ignore"):
        size = np.sqrt(size) if curve == "root" else np.maximum(0, 1 + np.log10(size) / DECADES)
    return np.sign(share) * size


def colours(values: np.ndarray, top: float, signed: bool = False, curve: str = "linear") -> np.ndarray:
    """(...) -> (..., 3) uint8 RGB."""
    share = apply_curve(values, top, curve)
    index = (share + 1) * 127.5 if signed else np.maximum(share, 0) * 255
    return TABLES[signed][np.rint(index).astype(np.intp)]
