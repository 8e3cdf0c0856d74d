"""The terms of a picture's loss: from the features of its layers, or from sums over parts of the picture."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor

from .losses import OBJECTIVES, gram_product


class Term(NamedTuple):
    """The name of one term of the loss: "content" or "style" in a layer, or "tv" (total variation) without one."""

    kind: str
    layer: str = ""

    def __str__(self) -> str:
        """The name in recipes and in JSON: "style relu1_1", "tv"."""
        return f"{self.kind} {self.layer}" if self.layer else self.kind


ALL = slice(None)
Where = tuple[slice, slice]  # rows and columns of a layer's units
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


@dataclass(frozen=True)
class Targets:
    """What the result should match: content features P and style Gram matrices A, by layer name. `parts` replace the A of
    a layer; `inside` (H, W) are the units of a layer in which content is compared, by default all. `factors` (C, C) multiply
    every A of a layer, by default 1."""

    content: Mapping[str, Tensor]
    style: Mapping[str, Tensor]
    parts: Mapping[str, Sequence[Part]] = field(default_factory=dict)
    inside: Mapping[str, Tensor] = field(default_factory=dict)
    factors: Mapping[str, Tensor] = field(default_factory=dict)

    def parts_of(self, layer: str) -> Sequence[Part]:
        """The parts of a style layer; none of another."""
        return self.parts.get(layer) or [(None, gram, 1.0) for name, gram in self.style.items() if name == layer]


def layer_sums(layer: str, features: Tensor, targets: Targets, where: Where = (ALL, ALL)) -> Sums:
    """The sums of `layer` over `features` (1, C, h, w), which are the units `where` of a picture that `targets` are for."""
    error = features.new_zeros((), dtype=torch.promote_types(features.dtype, torch.float32))
    if layer in targets.content:
        inside = targets.inside[layer][where] if layer in targets.inside else ALL
        error = (features - targets.content[layer][(..., *where)])[..., inside].square().sum()
    masks = [mask if mask is None else mask[(..., *where)] for mask, _, _ in targets.parts_of(layer)]
    return Sums(error, tuple(gram_product(features, mask) for mask in masks))


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
            # G - f A is (G + (1 - f) A) - A. So a term stays in the unit of A itself: to mute a layer does not divide by 0.
            added = 1 - targets.factors[layer] if layer in targets.factors else 0
            compared = [share * convention.style(gram + added * target, target) for gram, (_, target, share) in parts]
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
