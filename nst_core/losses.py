"""The paper's losses, as small functions of features, and the three objectives, which scale them.

F are the features of the result and P those of the content picture, (1, C, H, W), with M = H * W positions; G and A are
the Gram matrices (C, C) of the result and of the style picture.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from .operations import channel_products


def gram_matrix(features: Tensor, mask: Tensor | None = None) -> Tensor:
    """G = F F^T / M: (1, C, H, W) -> (C, C), the mean over all positions of every product of two channels.

    Gatys et al. 2016, eq. 3, divided by the number of positions M so that pictures of different sizes can be compared.
    With a `mask` m (1, 1, H, W) in [0, 1], (m F)(m F)^T / sum m^2: guided, Gatys et al. 2017, section 4.

    >>> import torch
    >>> gram_matrix(torch.tensor([[[[1.0, 3.0]], [[2.0, 0.0]]]]))  # channels (1, 3) and (2, 0): M = 2
    tensor([[5., 1.],
            [1., 2.]])
    """
    product, count = gram_product(features, mask)
    return product / count


def gram_product(features: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
    """(m F)(m F)^T, (C, C), and sum m^2, (); without a mask F F^T and M."""
    # (M, C) is the order of channels-last memory: as (C, M) all features would have to be copied.
    flat = features.permute(0, 2, 3, 1).reshape(-1, features.shape[1])
    if mask is None:
        product = channel_products(flat)
        return product, product.new_full((), len(flat))  # in bfloat16 256 + 1 is 256
    inside = mask.flatten().nonzero().flatten()  # units outside cost neither time nor memory
    weights = mask.reshape(-1, 1).index_select(0, inside)
    return channel_products(flat.index_select(0, inside) * weights), weights.square().sum()


def content_loss(features: Tensor, target: Tensor) -> Tensor:
    """1/2 sum (F - P)^2: Gatys et al. 2016, eq. 1.

    >>> import torch
    >>> content_loss(torch.tensor([1.0, 3.0, 2.0, 0.0]), torch.tensor([1.0, 1.0, 2.0, 3.0]))  # (0 + 4 + 0 + 9) / 2
    tensor(6.5000)
    """
    return (features - target).square().sum() / 2


def style_loss(gram: Tensor, target: Tensor) -> Tensor:
    """sum (G' - A')^2 / (4 C^2 M^2) for one layer, G' = F F^T: Gatys et al. 2016, eq. 4.

    With G = G' / M this is sum (G - A)^2 / (4 C^2): the form used here, since the two pictures need not have the same M.

    >>> import torch
    >>> style_loss(torch.tensor([[5.0, 1.0], [1.0, 2.0]]), torch.tensor([[1.0, 1.0], [1.0, 6.0]]))  # 32 / (4 * 4)
    tensor(2.)
    """
    return (gram - target).square().sum() / (4 * gram.shape[0] ** 2)


def total_variation(picture: Tensor) -> Tensor:
    """Mean squared difference of neighbouring pixels, across plus down; `picture` (1, 3, H, W) in [0, 1].

    The smoothness prior of Mahendran & Vedaldi 2015 with exponent 2; not in Gatys' paper.
    """
    across = (picture[..., :, 1:] - picture[..., :, :-1]).square().mean()
    down = (picture[..., 1:, :] - picture[..., :-1, :]).square().mean()
    return across + down


def relative_mismatch(value: Tensor, target: Tensor) -> Tensor:
    """||value - target||^2 / ||target||^2 of two tensors of one shape: 0 is equal, 1 is as far off as all zeros."""
    return (value - target).square().sum() / _sum_of_squares(target)


def _sum_of_squares(target: Tensor) -> Tensor:
    """||target||^2, at least 1e-12, to divide by: the features of a black picture can be zero everywhere."""
    return target.square().sum().clamp_min(1e-12)


@dataclass(frozen=True)
class Convention:
    """An objective: a layer's term, `content(sum (F - P)^2, P)` or `style(G, A)`; whether terms are averaged or summed."""

    content: Callable[[Tensor, Tensor], Tensor]
    style: Callable[[Tensor, Tensor], Tensor]
    mean_of_layers: bool


OBJECTIVES: dict[str, Convention] = {
    # Ours: every term is a relative mismatch, so that the weights mean the same for any picture, size and layer.
    "balanced": Convention(
        lambda error, target: error / _sum_of_squares(target), relative_mismatch, mean_of_layers=True
    ),
    # The paper: eq. 1, 4 and 5 with layer weights 1/5.
    "gatys": Convention(lambda error, target: error / 2, style_loss, mean_of_layers=True),
    # Johnson's neural-style and most tutorials: means over features, and over the cells of F F^T / (C M).
    "johnson": Convention(
        lambda error, target: error / target.numel(),
        lambda gram, target: (gram - target).square().mean() / gram.shape[0] ** 2,
        mean_of_layers=False,
    ),
}
