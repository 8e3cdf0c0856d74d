"""Operations that torch has as well, in a fraction of its time on a processor."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

# So many positions of features in bfloat16 are multiplied at once, before the products are added up in float32.
POSITIONS = 1024


def max_pool(x: Tensor) -> Tensor:
    """The largest of every 2x2 values of `x` (N, C, H, W): (N, C, H // 2, W // 2).

    On a processor, torch goes back through the pooling of one picture in a single thread, and shares many pictures among
    all. In channels-last memory every two rows are a picture of their own, without a copy.
    """
    count, channels, height, width = x.shape
    even = functional.pad(x, (0, 0, 0, -1)) if height % 2 else x  # not a slice, whose gradient would lose that order
    pairs = even.permute(0, 2, 3, 1).reshape(-1, 2, width, channels)
    found = functional.max_pool2d(pairs.permute(0, 3, 1, 2), 2)
    return found.permute(0, 2, 3, 1).reshape(count, height // 2, width // 2, channels).permute(0, 3, 1, 2)


def channel_products(flat: Tensor) -> Tensor:
    """F F^T, the sum over all positions of every product of two channels: (M, C) -> (C, C), at least in float32."""
    return _ChannelProducts.apply(flat)


def products_gradient(features: Tensor, gradient: Tensor) -> Tensor:
    """The gradient of the loss by the features, (..., C), when `gradient` D is that by their F F^T: (D + D^T) F.

    Autograd would compute D F + D^T F, in two large products.
    """
    return features @ (gradient + gradient.T).to(features.dtype)


class _ChannelProducts(torch.autograd.Function):
    """`channel_products`, with its gradient in one product."""

    @staticmethod
    def forward(ctx: Any, flat: Tensor) -> Tensor:
        ctx.save_for_backward(flat)
        return _summed_products(flat) if flat.dtype.itemsize < 4 else flat.T @ flat

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        (flat,) = ctx.saved_tensors
        return products_gradient(flat, gradient)


def _summed_products(flat: Tensor) -> Tensor:
    """F F^T in float32, (C, C), of `flat` (M, C) in bfloat16.

    A product in bfloat16 takes a fraction of the time of one in float32, but is rounded to bfloat16 at its end. So there is
    one for every `POSITIONS` positions; in their sum, which is in float32, the errors cancel each other out.
    """
    whole = len(flat) // POSITIONS * POSITIONS
    parts, rest = flat[:whole].view(-1, POSITIONS, flat.shape[1]), flat[whole:]
    return torch.bmm(parts.transpose(1, 2), parts).sum(0, dtype=torch.float32) + (rest.T @ rest).float()
