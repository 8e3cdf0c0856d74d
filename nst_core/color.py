"""Colour statistics: one picture with the colours of others, or with the brightness of another."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

# Added to every variance. Without it the covariance of a grey picture has no inverse, and the noise of a nearly grey
# one would be amplified to strong colours.
FLOOR = 1e-3


# The luminance Y of Rec. 601, the Y of YIQ: its weights of red, green and blue.
LUMINANCE = (0.299, 0.587, 0.114)


def match_colors(
    picture: Tensor, references: Sequence[Tensor], shares: Sequence[float] = (1.0,), counted: Tensor | None = None
) -> Tensor:
    """`picture` (1, 3, H, W) with the RGB mean and covariance of `references`, clamped to [0, 1].

    `references` are (1, 3, H', W') of any sizes; each counts by its share, and the shares add up to 1. Of the picture count
    the colours in `counted` (1, 3, H, W) of any size, by default all.
    The linear map of least change between two Gaussians, T = S^-1/2 (S^1/2 R S^1/2)^1/2 S^-1/2 (Pitie & Kokaram 2007).
    S and R are the covariances of `picture` and of `references`, with `FLOOR` added to the variances.

    >>> photo, painting = torch.rand(1, 3, 30, 40), 0.5 * torch.rand(1, 3, 25, 20)
    >>> matched = match_colors(photo, [painting])
    >>> matched.shape
    torch.Size([1, 3, 30, 40])
    >>> torch.allclose(matched.mean((2, 3)), painting.mean((2, 3)), atol=0.02)
    True
    """
    colors = picture.flatten(2)[0].double().cpu()
    mean, spread = _statistics(picture if counted is None else counted)
    new_mean, new_spread = _mixed([_statistics(reference) for reference in references], shares)
    root, inverse = _power(spread, 0.5), _power(spread, -0.5)
    transform = inverse @ _power(root @ new_spread @ root, 0.5) @ inverse
    moved = transform @ (colors - mean) + new_mean
    return moved.reshape(picture.shape).to(picture.dtype).clamp(0, 1)


def luminance(picture: Tensor) -> Tensor:
    """(1, 3, H, W) -> (1, 1, H, W): the brightness of every pixel, as `LUMINANCE` weighs the colours."""
    return (picture * picture.new_tensor(LUMINANCE).reshape(1, 3, 1, 1)).sum(1, keepdim=True)


def _mixed(statistics: Sequence[tuple[Tensor, Tensor]], shares: Sequence[float]) -> tuple[Tensor, Tensor]:
    """Mean and covariance of a mixture, from those of its parts and their shares."""
    if len(statistics) == 1:
        return statistics[0]
    mean = sum(share * part for share, (part, _) in zip(shares, statistics, strict=True))
    second = sum(share * (spread + part @ part.T) for share, (part, spread) in zip(shares, statistics, strict=True))
    assert isinstance(mean, Tensor) and isinstance(second, Tensor)
    return mean, second - mean @ mean.T


def _statistics(picture: Tensor) -> tuple[Tensor, Tensor]:
    colors = picture.flatten(2)[0].double().cpu()
    mean = colors.mean(1, keepdim=True)
    centred = colors - mean
    return mean, centred @ centred.T / colors.shape[1] + FLOOR * torch.eye(3, dtype=torch.float64)


def _power(matrix: Tensor, exponent: float) -> Tensor:
    values, vectors = torch.linalg.eigh(matrix)
    return vectors @ torch.diag(values.clamp_min(FLOOR**2).pow(exponent)) @ vectors.T
