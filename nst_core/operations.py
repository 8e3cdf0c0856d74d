"""Operations that torch has as well, in a fraction of its time on a processor."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

# So many positions of features in bfloat16 are multiplied at once, before the products are added up in float32.
POSITIONS = 1024

_INTEGERS = {2: torch.int16, 4: torch.int32, 8: torch.int64}  # by their bytes


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


def max_pool_choices(x: Tensor, pooled: Tensor) -> Tensor:
    """Which of the 2x2 values of `x` (N, C, H, W) is the largest, the first of equals: 2 bits each, four to a byte.

    `pooled` (N, C, H // 2, W // 2) are the largest, or 0 where all are negative; there the choice is the last. The result is
    (N, C / 4, H // 2, W // 2), rounded up. Torch keeps positions in 64 bits. Numbers are compared as whole numbers of the
    same bits, in a fraction of the time that torch takes for bfloat16.
    """
    bits = _INTEGERS[x.dtype.itemsize]
    # Different numbers have different bits, the sign among them if only one is negative; and the last bit of -1 is 1.
    differ = [(pooled.view(bits) ^ values.view(bits)).clamp_(-1, 1).bitwise_and_(1) for values in _windows(x)[:3]]
    choices = (differ[0] * (differ[1] * (differ[2] + 1) + 1)).to(torch.uint8)
    quarters = choices.split(-(-choices.shape[1] // 4), dim=1)
    packed = quarters[0].clone()
    for number, quarter in enumerate(quarters[1:], start=1):
        packed[:, : quarter.shape[1]] |= quarter << 2 * number
    return packed


def max_pool_gradient(gradient: Tensor, choices: Tensor, out: Tensor) -> None:
    """Write the gradient of `max_pool` by its input into `out` (N, C, H, W), except where a row or column is in no window.

    `gradient` (N, C, H // 2, W // 2) is that by its result, and `choices` are those of `max_pool_choices`.
    """
    bits = _INTEGERS[gradient.dtype.itemsize]
    unpacked = torch.cat([choices >> shift & 3 for shift in (0, 2, 4, 6)], dim=1)[:, : gradient.shape[1]].to(bits)
    # 1 where a later value than the first was chosen, than the second, than the third; else 0.
    later = [unpacked.clamp(max=1), (unpacked - 1).clamp_(0, 1), (unpacked - 2).clamp_(min=0)]
    # -1, which has all bits, for the value that was chosen, and 0 for the others.
    masks = [later[0] - 1, later[1] - later[0], later[2] - later[1], -later[2]]
    for values, mask in zip(_windows(out), masks, strict=True):
        torch.bitwise_and(gradient.view(bits), mask, out=values.view(bits))


def _windows(x: Tensor) -> list[Tensor]:
    """The four values of every 2x2 values of `x` (N, C, H, W), row by row: (N, C, H // 2, W // 2) each, without a copy."""
    height, width = (side // 2 * 2 for side in x.shape[2:])
    return [x[:, :, row:height:2, column:width:2] for row in (0, 1) for column in (0, 1)]


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
