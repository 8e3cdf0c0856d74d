"""Which places of a painting count: its opaque ones, in the picture and in every layer."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

from .layers import get_layer


def fill_outside(picture: Tensor, mask: Tensor) -> Tensor:
    """`picture` (1, 3, H, W) with the mean colour of its places with `mask` (1, 1, H, W) = 1 in those with 0.

    Filled with any other colour, the border of the mask would show in the features beside it.
    """
    mean = (picture * mask).sum((2, 3), keepdim=True) / mask.sum().clamp_min(1e-6)
    return picture * mask + mean * (1 - mask)


def pixels_inside(picture: Tensor, mask: Tensor) -> Tensor:
    """The pixels of `picture` (1, 3, H, W) where `mask` (1, 1, H, W) is over 1/2, as (1, 3, 1, N); all, when none is."""
    inside = mask[0, 0] > 0.5
    return picture[:, :, inside].unsqueeze(2) if inside.any() else picture


def mask_for_layer(mask: Tensor, layer: str, height: int, width: int) -> Tensor:
    """`mask` (1, 1, H, W) for the `height` x `width` units of `layer`: (1, 1, height, width).

    A unit sees a square of its receptive field, in which the middle half counts most. So the mask is shrunk by a quarter of
    the receptive field, or, where nothing would be left, not at all.
    """
    reach = get_layer(layer).receptive_field // 4
    shrunk = 1 - functional.max_pool2d(1 - mask, 2 * reach + 1, stride=1, padding=reach)
    return functional.adaptive_avg_pool2d(shrunk if shrunk.max() > 0.5 else mask, (height, width))
