"""The paper's losses, as small functions of features, and the three objectives, which scale and add them up.

F are the features of the result and P those of the content picture, (1, C, H, W), with M = H * W positions; G and A are
the Gram matrices (C, C) of the result and of the style picture.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor


class Term(NamedTuple):
    """The name of one term of the loss: "content" or "style" in a layer, or "tv" (total variation) without one."""

    kind: str
    layer: str = ""

    def __str__(self) -> str:
        """The name in recipes and in JSON: "style relu1_1", "tv"."""
        return f"{self.kind} {self.layer}" if self.layer else self.kind


ALL = slice(None)
Terms = dict[Term, Tensor]  # one number each
Part = tuple[Tensor | None, Tensor, float]  # of a picture: a mask as for `gram_matrix`, its A, its share of the term


class Sums(NamedTuple):
    """What the terms of a layer are functions of. Both are sums over its units: those of two halves of a picture add up."""

    error: Tensor  # (): sum (F - P)^2
    products: tuple[tuple[Tensor, Tensor], ...]  # of every part: (m F)(m F)^T, (C, C), and sum m^2, ()

    @property
    def grams(self) -> list[Tensor]:
        """G of every part, (C, C)."""
        return [product / count for product, count in self.products]


def gram_matrix(features: Tensor, mask: Tensor | None = None) -> Tensor:
    """G = F F^T / M: (1, C, H, W) -> (C, C), the mean over all positions of every product of two channels.

    Gatys et al. 2016, eq. 3, divided by the number of positions M so that pictures of different sizes can be compared.
    With a `mask` m (1, 1, H, W) in [0, 1], (m F)(m F)^T / sum m^2: guided, Gatys et al. 2017, section 4.

    >>> gram_matrix(torch.tensor([[[[1.0, 3.0]], [[2.0, 0.0]]]]))  # channels (1, 3) and (2, 0): M = 2
    tensor([[5., 1.],
            [1., 2.]])
    """
    product, count = _product(features, mask)
    return product / count


def _product(features: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
    """(m F)(m F)^T, (C, C), and sum m^2, (); without a mask F F^T and M."""
    # (M, C) is the order of channels-last memory: as (C, M) all features would have to be copied.
    flat = features.permute(0, 2, 3, 1).reshape(-1, features.shape[1])
    count = flat.new_tensor(len(flat))
    if mask is not None:
        inside = mask.flatten().nonzero().flatten()  # units outside cost neither time nor memory
        weights = mask.reshape(-1, 1).index_select(0, inside)
        flat, count = flat.index_select(0, inside) * weights, weights.square().sum()
    # With its second F detached, the product gets that F's gradient through its transpose, which is equal: so the backward
    # pass needs one large matrix product instead of two.
    product = flat.T @ flat.detach()
    return product + product.T - product.detach(), count


def content_loss(features: Tensor, target: Tensor) -> Tensor:
    """1/2 sum (F - P)^2: Gatys et al. 2016, eq. 1.

    >>> content_loss(torch.tensor([1.0, 3.0, 2.0, 0.0]), torch.tensor([1.0, 1.0, 2.0, 3.0]))  # (0 + 4 + 0 + 9) / 2
    tensor(6.5000)
    """
    return (features - target).square().sum() / 2


def style_loss(gram: Tensor, target: Tensor) -> Tensor:
    """sum (G' - A')^2 / (4 C^2 M^2) for one layer, G' = F F^T: Gatys et al. 2016, eq. 4.

    With G = G' / M this is sum (G - A)^2 / (4 C^2): the form used here, since the two pictures need not have the same M.

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
    "balanced": Convention(lambda error, target: error / _sum_of_squares(target), relative_mismatch, mean_of_layers=True),
    # The paper: eq. 1, 4 and 5 with layer weights 1/5.
    "gatys": Convention(lambda error, target: error / 2, style_loss, mean_of_layers=True),
    # Johnson's neural-style and most tutorials: means over features, and over the cells of F F^T / (C M).
    "johnson": Convention(
        lambda error, target: error / target.numel(),
        lambda gram, target: (gram - target).square().mean() / gram.shape[0] ** 2,
        mean_of_layers=False,
    ),
}


@dataclass(frozen=True)
class Targets:
    """What the result should match: content features P and style Gram matrices A, by layer name. `parts` replace the A of
    a layer; `inside` (H, W) are the units of a layer in which content is compared, by default all."""

    content: Mapping[str, Tensor]
    style: Mapping[str, Tensor]
    parts: Mapping[str, Sequence[Part]] = field(default_factory=dict)
    inside: Mapping[str, Tensor] = field(default_factory=dict)


    def parts_of(self, layer: str) -> Sequence[Part]:
        """The parts of a style layer; none of another."""
        return self.parts.get(layer) or [(None, gram, 1.0) for name, gram in self.style.items() if name == layer]


def layer_sums(layer: str, features: Tensor, targets: Targets, rows: slice = ALL) -> Sums:
    """The sums of `layer` over `features` (1, C, n, W), which are the `rows` of a picture that `targets` are for."""
    features, parts = features.to(torch.promote_types(features.dtype, torch.float32)), targets.parts_of(layer)
    error = features.new_zeros(())
    if layer in targets.content:
        inside = targets.inside[layer][rows] if layer in targets.inside else ALL
        error = (features - targets.content[layer][:, :, rows])[..., inside].square().sum()
    return Sums(error, tuple(_product(features, mask if mask is None else mask[:, :, rows]) for mask, _, _ in parts))


def loss_terms(
    features: Iterable[tuple[str, Tensor | Sums]],
    targets: Targets,
    objective: str = "balanced",
    style_layer_weights: Sequence[float] = (),
) -> Terms:
    """Every content and style term of one picture, before content_weight and style_weight.

    `features` are pairs of a layer's name and its features, as from `Encoder.iter_features`, or their `layer_sums`. The
    content terms add up to the content loss, the style terms to the style loss (eq. 5). `style_layer_weights` are in the
    order of `targets.style`.
    """
    convention = OBJECTIVES[objective]
    content_shares = _layer_shares(targets.content, (), convention.mean_of_layers)
    style_shares = _layer_shares(targets.style, style_layer_weights, convention.mean_of_layers)
    terms: Terms = {}
    for layer, value in features:
        sums = value if isinstance(value, Sums) else layer_sums(layer, value, targets)
        if layer in targets.content:
            target = targets.content[layer][..., targets.inside.get(layer, ALL)]
            terms[Term("content", layer)] = content_shares[layer] * convention.content(sums.error, target)
        if layer in targets.style:
            parts = zip(sums.grams, targets.parts_of(layer), strict=True)
            compared = [share * convention.style(gram, target) for gram, (_, target, share) in parts]
            terms[Term("style", layer)] = style_shares[layer] * torch.stack(compared).sum()
    order = [Term("content", layer) for layer in targets.content] + [Term("style", layer) for layer in targets.style]
    return {term: terms[term] for term in order}


def _layer_shares(layers: Collection[str], weights: Sequence[float], mean_of_layers: bool) -> dict[str, float]:
    """Factors of the layers' terms from relative `weights` (empty: equal), scaled to the sum 1 for a mean of layers,
    and to the mean 1 for a sum of layers."""
    weights = weights or (1.0,) * len(layers)
    whole = sum(weights) if mean_of_layers else sum(weights) / max(1, len(weights))
    return {layer: weight / whole for layer, weight in zip(layers, weights, strict=True)}


def weighted_sum(terms: Terms, content_weight: float, style_weight: float, tv_weight: float) -> Tensor:
    """alpha * content + beta * style + tv_weight * total variation: Gatys et al. 2016, eq. 7, with the smoothness term."""
    weights = {"content": content_weight, "style": style_weight, "tv": tv_weight}
    return torch.stack([weights[term.kind] * value for term, value in terms.items()]).sum()
