"""Which places of a picture count: masks, in the picture and in every layer."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

from .layers import get_layer

FEWEST = 4  # units of a layer: fewer do not say which features occur together


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
    shrunk = _shrunk(mask, get_layer(layer).receptive_field // 4)
    return functional.adaptive_avg_pool2d(shrunk if shrunk.max() > 0.5 else mask, (height, width))


def part_for_layer(mask: Tensor, layer: str) -> Tensor | None:
    """`mask` (1, 1, H, W) of a part beside others for the units of `layer` in a picture of H x W pixels.

    It is shrunk by a sixteenth of the receptive field: shrunk by more, parts had borders without any style in the results,
    and no style was seen to reach over the border. None where fewer than `FEWEST` units are left.
    """
    stride, field = get_layer(layer).stride, get_layer(layer).receptive_field
    shrunk = functional.adaptive_avg_pool2d(
        _shrunk(mask, field // 16), (mask.shape[-2] // stride, mask.shape[-1] // stride)
    )
    return shrunk if shrunk.sum() >= FEWEST else None


def grown(mask: Tensor, reach: int) -> Tensor:
    """`mask` (1, 1, H, W): at every pixel the largest value within `reach` pixels across and down."""
    side = 2 * reach + 1  # a square's maximum is that of its columns' maxima
    columns = functional.max_pool2d(mask, (side, 1), stride=1, padding=(reach, 0))
    return functional.max_pool2d(columns, (1, side), stride=1, padding=(0, reach))


def _shrunk(mask: Tensor, reach: int) -> Tensor:
    return 1 - grown(1 - mask, reach)
