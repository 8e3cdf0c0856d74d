"""Colour statistics: one picture with the colours of another."""

from __future__ import annotations

import torch
from torch import Tensor

# Added to every variance. Without it the covariance of a grey picture has no inverse, and the noise of a nearly grey
# one would be amplified to strong colours.
FLOOR = 1e-3


def match_colors(picture: Tensor, reference: Tensor) -> Tensor:
    """`picture` (1, 3, H, W) with the RGB mean and covariance of `reference` (1, 3, H', W'), clamped to [0, 1].

    The linear map of least change between two Gaussians, T = S^-1/2 (S^1/2 R S^1/2)^1/2 S^-1/2 (Pitie & Kokaram 2007).
    S and R are the covariances of `picture` and of `reference`, with `FLOOR` added to the variances.

    >>> photo, painting = torch.rand(1, 3, 30, 40), 0.5 * torch.rand(1, 3, 25, 20)
    >>> matched = match_colors(photo, painting)
    >>> matched.shape
    torch.Size([1, 3, 30, 40])
    >>> torch.allclose(matched.mean((2, 3)), painting.mean((2, 3)), atol=0.02)
    True
    """
    colors, mean, spread = _statistics(picture)
    _, new_mean, new_spread = _statistics(reference)
    root, inverse = _power(spread, 0.5), _power(spread, -0.5)
    transform = inverse @ _power(root @ new_spread @ root, 0.5) @ inverse
    moved = transform @ (colors - mean) + new_mean
    return moved.reshape(picture.shape).to(picture.dtype).clamp(0, 1)


def _statistics(picture: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    colors = picture.flatten(2)[0].double().cpu()
    mean = colors.mean(1, keepdim=True)
    centred = colors - mean
    return colors, mean, centred @ centred.T / colors.shape[1] + FLOOR * torch.eye(3, dtype=torch.float64)


def _power(matrix: Tensor, exponent: float) -> Tensor:
    values, vectors = torch.linalg.eigh(matrix)
    return vectors @ torch.diag(values.clamp_min(FLOOR**2).pow(exponent)) @ vectors.T
