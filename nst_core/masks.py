"""Which places of a picture count: masks, in the picture and in every layer."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

from .layers import get_layer

FEWEST = 4  # units of a layer: fewer do not say which features occur together


def fill_outside(picture: Tensor, mask: Tensor) -> Tensor:
    """`picture` (1, 3, H, W) where `mask` (1, 1, H, W) is 1, and the mean colour of these pixels where it is 0.

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

    The middle half of its receptive field has the most influence on a unit. So the mask is eroded by a quarter of the
    receptive field, to leave out units that depend on pixels outside; or not at all, where nothing would be left.
    """
    shrunk = _shrunk(mask, get_layer(layer).receptive_field // 4)
    return functional.adaptive_avg_pool2d(shrunk if shrunk.max() > 0.5 else mask, (height, width))


def part_for_layer(mask: Tensor, layer: str) -> Tensor | None:
    """`mask` (1, 1, H, W) of one of several regions for the units of `layer`: (1, 1, H // stride, W // stride).

    It is eroded by only a sixteenth of the receptive field: with more, the borders of regions stayed without style in the
    results, and with this no style was seen beyond a border. None when its values add up to less than `FEWEST` units.
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
