"""Random features, and the papers' formulas for them written out with loops."""

import torch
from torch import Tensor


def random_features(channels: int, height: int, width: int, seed: int) -> Tensor:
    """(1, channels, height, width) float64 in [0, 1]."""
    return torch.rand(1, channels, height, width, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def products(features: Tensor) -> list[list[float]]:
    """G' = F F^T with loops: Gatys et al. 2016, eq. 3."""
    rows = features[0].flatten(1).tolist()
    return [[sum(a * b for a, b in zip(first, second, strict=True)) for second in rows] for first in rows]


def cells(g: list[list[float]], a: list[list[float]]) -> list[tuple[float, float]]:
    """The pairs of corresponding cells of two square matrices."""
    return [(g[i][j], a[i][j]) for i in range(len(g)) for j in range(len(g))]
