"""Scales: which colour and which printed number stand for a value. Zero is black, or nearly white if signed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# Zero is black. The stops are those of matplotlib's "inferno" (CC0, N. Smith and S. van der Walt).
INFERNO = "000004 1b0c41 4a0c6b 781c6d a52c60 cf4446 ed6925 fb9b06 f7d13d fcffa4"
# Zero is nearly white, below it blue, above it red: ColorBrewer's "RdBu" (Apache 2.0, C. Brewer).
RED_BLUE = "053061 2166ac 4393c3 92c5de d1e5f0 f7f7f7 fddbc7 f4a582 d6604d b2182b 67001f"

CURVES = ("linear", "root", "log")
DECADES = 4  # below the top, that "log" shows
FEWEST = 20  # positive values; a percentile of fewer means little


def _table(stops: str) -> np.ndarray:
    """(256, 3) uint8 RGB, interpolated between the stops."""
    rgb = np.array([[int(stop[i : i + 2], 16) for i in (0, 2, 4)] for stop in stops.split()], float)
    at = np.linspace(0, len(rgb) - 1, 256)
    return np.stack([np.interp(at, range(len(rgb)), rgb[:, c]) for c in range(3)], axis=1).round().astype("u1")


COLOUR_TABLES = {False: _table(INFERNO), True: _table(RED_BLUE)}  # by whether values can be negative


@dataclass(frozen=True)
class Scale:
    """What the colours of a map mean: the bar in its caption shows it."""

    top: float  # the value that gets the last colour of the table
    signed: bool = False  # from -top to top instead of from 0 to top
    curve: str = "linear"  # one of `CURVES`
    unit: str = ""
    peak: float = 0.0  # the largest value of the map, where it is beyond `top`


def map_scale(values: np.ndarray, signed: bool = False) -> Scale:
    """The scale of a feature map (H, W), or of another map of values that are not negative: up to `top_of`."""
    return Scale(top_of(values, signed), signed, peak=float(np.abs(values).max(initial=0)))


def gram_scale(matrix: np.ndarray, mode: str = "gram", curve: str = "root") -> Scale:
    """The scale of a matrix (C, C) from `grams.gram_reading`: up to its largest cell, or -1 to 1 for a correlation."""
    if mode == "correlation":
        return Scale(1.0, signed=True, unit="r")
    return Scale(float(np.abs(matrix).max()), bool(matrix.min() < 0), curve, "cosine" if mode == "cosine" else "G")


def top_of(values: np.ndarray, signed: bool = False) -> float:
    """The value that gets the last colour of the table; 0 when all values are zero.

    For features after a ReLU the 99.5th percentile of the positive values, or their maximum when there are fewer than 20.
    (Over all places the percentile would be zero in deep layers, which are zero nearly everywhere.) For signed values the
    largest absolute one.
    """
    if signed:
        return float(np.abs(values).max())
    positive = values[values > 0]
    if len(positive) < FEWEST:
        return float(positive.max(initial=0))
    return float(np.percentile(positive, 99.5))


def apply_curve(values: np.ndarray, top: float, curve: str = "linear") -> np.ndarray:
    """Values -> [-1, 1]: `top` becomes 1 and zero stays zero; what lies beyond is clipped.

    "root" takes the square root; "log" shows four decades, and what is smaller becomes zero.

    >>> values = np.array([0.0, 2.0, 8.0, 32.0, -2.0])
    >>> apply_curve(values, top=8).tolist()
    [0.0, 0.25, 1.0, 1.0, -0.25]
    >>> apply_curve(values, top=8, curve="root").tolist()
    [0.0, 0.5, 1.0, 1.0, -0.5]
    """
    if top <= 0:
        return np.zeros_like(values)
    share = np.clip(values / top, -1, 1)
    if curve == "linear":
        return share
    size = np.abs(share)
    with np.errstate(divide="ignore"):
        size = np.sqrt(size) if curve == "root" else np.maximum(0, 1 + np.log10(size) / DECADES)
    return np.sign(share) * size


def to_colours(values: np.ndarray, top: float, signed: bool = False, curve: str = "linear") -> np.ndarray:
    """Values of any shape (...) -> (..., 3) uint8 RGB. Unless `signed`, negative values get the colour of zero."""
    share = apply_curve(values, top, curve)
    index = (share + 1) * 127.5 if signed else np.maximum(share, 0) * 255
    return COLOUR_TABLES[signed][np.rint(index).astype(np.intp)]


def three_figures(value: float) -> str:
    """`value` with three significant figures; whole numbers from 1,000 up to a million.

    >>> [three_figures(value) for value in (0.01234, 4.561, 1630.4, 2.31e7)]
    ['0.0123', '4.56', '1,630', '23,100,000']
    """
    return f"{value:,.0f}" if 999.5 <= abs(value) < 1e6 else _rounded(value, 3)


def six_figures(value: float) -> str:
    """`value` with six significant figures, of which float32 can hold every one.

    >>> [six_figures(value) for value in (0.5, 93057.84, 4101534.2)]
    ['0.5', '93,057.8', '4,101,530']
    """
    return _rounded(value, 6)


def _rounded(value: float, figures: int) -> str:
    """Thousands are separated; only from 10^12 on, and below 0.0001, with an exponent."""
    rounded = float(f"{value:.{figures}g}")
    return f"{rounded:,.0f}" if 10**figures <= abs(rounded) < 1e12 else f"{rounded:,.{figures}g}"
