"""The article's losses, as small functions of features, and the three conventions for adding them up.

F are the features of the result and P those of the content picture, (1, C, H, W), M = H * W; G and A are the Gram matrices
(C, C) of the result and of the style picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

Terms = dict[str, Tensor]  # "content relu4_2", "style relu1_1", ..., "tv" -> one number each

# A layer in which the target is exactly zero (a black picture) would divide by zero.
TINY = 1e-12


def gram_matrix(features: Tensor) -> Tensor:
    """(1, C, H, W) -> (C, C): F F^T / M, the mean over positions of every product of two channels.

    Gatys et al. 2016, eq. 3, divided by the number of positions M so that pictures of different sizes can be compared.
    """
    # Positions by channels: how channels-last features lie in memory. The other way round would be a copy of them all.
    flat = features.permute(0, 2, 3, 1).reshape(-1, features.shape[1])
    # The gradient passes through one factor, and by symmetry through the other: one large product less on the way back.
    gram = flat.T @ flat.detach() / len(flat)
    return gram + gram.T - gram.detach()


def content_loss(features: Tensor, target: Tensor) -> Tensor:
    """1/2 sum (F - P)^2: Gatys et al. 2016, eq. 1."""
    return (features - target).square().sum() / 2


def style_loss(gram: Tensor, target: Tensor) -> Tensor:
    """sum (G' - A')^2 / (4 C^2 M^2) for one layer, G' = F F^T: Gatys et al. 2016, eq. 4.

    With G = G' / M this is sum (G - A)^2 / (4 C^2): the form used here, since the two pictures need not have the same M.
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
    """||value - target||^2 / ||target||^2: 0 is perfect, 1 is as wrong as all zeros."""
    return (value - target).square().sum() / target.square().sum().clamp_min(TINY)


@dataclass(frozen=True)
class Convention:
    """One way to weigh the terms. `content(F, P)` and `style(G, A)` make one layer's term; `mean_of_layers` averages the
    layers of each kind, otherwise they are summed."""

    content: Callable[[Tensor, Tensor], Tensor]
    style: Callable[[Tensor, Tensor], Tensor]
    mean_of_layers: bool


OBJECTIVES: dict[str, Convention] = {
    # Ours: every term is a relative mismatch, so that the weights mean the same for any picture, size and layer.
    "balanced": Convention(relative_mismatch, relative_mismatch, mean_of_layers=True),
    # The paper: eq. 1, 4 and 5 with layer weights 1/5.
    "gatys": Convention(content_loss, style_loss, mean_of_layers=True),
    # Johnson's neural-style and most tutorials: means over features, and over the cells of F F^T / (C M).
    "johnson": Convention(
        lambda features, target: (features - target).square().mean(),
        lambda gram, target: (gram - target).square().mean() / gram.shape[0] ** 2,
        mean_of_layers=False,
    ),
}


@dataclass(frozen=True)
class Targets:
    """What the result should match: content features P and style Gram matrices A, by layer name."""

    content: Mapping[str, Tensor]
    style: Mapping[str, Tensor]


def loss_terms(
    features: Iterable[tuple[str, Tensor]],
    targets: Targets,
    objective: str = "balanced",
    style_layer_weights: Sequence[float] = (),
) -> Terms:
    """Every content and style term of one picture by name, before content_weight and style_weight.

    `features` are pairs of a layer's name and its (1, C, H, W), such as `Encoder.walk` gives them. The content terms add up
    to the content loss and the style terms to the style loss (eq. 5). `style_layer_weights` are relative weights in the
    order of `targets.style`; equal when empty.
    """
    convention = OBJECTIVES[objective]
    content_share = 1 / len(targets.content) if convention.mean_of_layers and targets.content else 1.0
    weights = style_layer_weights or (1.0,) * len(targets.style)
    whole = sum(weights) if convention.mean_of_layers else sum(weights) / max(1, len(weights))
    style_shares = {name: weight / whole for name, weight in zip(targets.style, weights, strict=True)}
    terms: Terms = {}
    for name, value in features:
        if name in targets.content:
            terms[f"content {name}"] = content_share * convention.content(value, targets.content[name])
        if name in targets.style:
            terms[f"style {name}"] = style_shares[name] * convention.style(gram_matrix(value), targets.style[name])
    names = [f"content {name}" for name in targets.content] + [f"style {name}" for name in targets.style]
    return {name: terms[name] for name in names}


def weighted_sum(terms: Terms, content_weight: float, style_weight: float, tv_weight: float) -> Tensor:
    """alpha * content + beta * style + tv_weight * total variation: Gatys et al. 2016, eq. 7, with the smoothness term."""
    weights = {"content": content_weight, "style": style_weight, "tv": tv_weight}
    return torch.stack([weights[name.split()[0]] * term for name, term in terms.items()]).sum()
