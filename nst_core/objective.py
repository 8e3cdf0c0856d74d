"""The loss of one level: its targets from photo and painting, and its terms for a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from . import tiles
from .gram_cache import GramCache
from .gram_factors import cell_factors
from .images import is_grey, opacity, resize, to_tensor
from .layers import get_layer
from .losses import total_variation
from .masks import fill_outside, mask_for_layer
from .places import Places, mixed_gram
from .plan import Level, painting_size
from .progress import never
from .settings import Settings
from .terms import ALL, Part, Sums, Targets, Term, Terms, layer_sums, loss_terms, weighted_sum
from .vgg import Encoder


class Interrupted(Exception):
    """Ends an evaluation before it is complete."""


class Objective:
    """The loss of one level, as `minimize` takes it: alpha * content + beta * style + tv_weight * total variation."""

    def __init__(
        self,
        content: Image.Image,
        styles: Sequence[Image.Image],
        settings: Settings,
        level: Level,
        encoder: Encoder,
        interrupted: Callable[[], bool] = never,
        places: Places | None = None,
        known: GramCache | None = None,
    ) -> None:
        """Compute the targets: the content features of the photo and the style Gram matrices of the paintings.

        `content` and `styles` are the pictures as the run uses them; `places` are the regions and the kept pixels at this
        level, None without any; Gram matrices in `known` are not computed again. This and a call raise `Interrupted` once
        `interrupted`, which is called before every convolution, returns True.
        """
        self.settings, self.encoder, self.interrupted = settings, encoder, interrupted
        self._options: dict[str, Any] = {
            "pooling": settings.pooling,
            "padding": settings.padding,
            "before_conv": self._check_interrupted,
        }
        known = known or GramCache()
        self.grey = all(map(is_grey, (content, *styles)))
        self.places = places and places.to(encoder.device)
        with torch.no_grad():
            photo, grams = to_tensor(resize(content, *level.size)), self._grams(styles, level, known)
            shares = settings.shares(len(styles))
            style = {name: mixed_gram(name, grams, shares) for name in settings.style_used}
            features = {name: value.float() for name, value in self._features(photo, settings.content_used)}
            self.targets = Targets(features, style, *self._targets_of_places(grams, features))
            # The terms of features that are all zeros: the units of the relative terms.
            zeros = [(layer, self._sums_of_zeros(layer)) for layer in {**features, **style}]
            self.units = {term: float(value) for term, value in self._layer_terms(zeros).items()}
            self.targets = replace(
                self.targets, factors=self._factors()
            )  # the units are those of the paintings as they are

    def __call__(self, picture: Tensor) -> tuple[Tensor, Terms]:
        """The total and the unweighted terms of `picture` (1, 3, H, W)."""
        if self.grey:  # then all channels get the same gradient, and a grey picture stays grey
            picture = picture.mean(1, keepdim=True).expand(picture.shape)
        picture = self.painted(picture)
        terms = self._layer_terms(self._sums(picture, self.targets))
        if self.settings.tv_weight:
            terms[Term("tv")] = total_variation(picture)
        weights = (self.settings.content_weight, self.settings.style_weight_used, self.settings.tv_weight)
        return weighted_sum(terms, *weights), terms

    def relative(self, terms: Mapping[Term, float]) -> dict[Term, float]:
        """Every layer's term over that of all-zero features: 0 is equal, 1 as far off as zeros, whatever the objective."""
        return {term: terms[term] / unit if unit else 0.0 for term, unit in self.units.items()}

    def painted(self, picture: Tensor) -> Tensor:
        """The picture that is evaluated for `picture` (1, 3, H, W): with the photo in the places that are held."""
        return picture if self.places is None else self.places.hold(picture)

    def _grams(self, styles: Sequence[Image.Image], level: Level, known: GramCache) -> list[dict[str, Tensor]]:
        """{style layer: Gram matrix} of every painting; empty for one that is used nowhere."""
        used = [
            self.settings.shares(len(styles)),
            *(part.shares for part in (self.places.parts if self.places else ())),
        ]
        found: list[dict[str, Tensor]] = []
        for style, shares in zip(styles, zip(*used, strict=True), strict=True):
            painting, mask = painting_at(style, self.settings, level)
            layers = self.settings.style_used if any(shares) else ()
            dtype = [weight.dtype for weight in self.encoder.parameters()][-1]  # the first ones are float32 in any case
            network = (self.encoder.name, self.encoder.sha256, dtype, self.encoder.device)
            how = (layers, self.settings.pooling, self.settings.padding, network)
            found.append(known.get(painting, mask, how, partial(self._grams_of, painting, mask, layers)))
        return found

    def _grams_of(self, painting: Tensor, mask: Tensor | None, layers: Iterable[str]) -> dict[str, Tensor]:
        """{layer: Gram matrix} of one painting (1, 3, H, W) where `mask` (1, 1, H, W) says, by default everywhere."""
        parts = {name: [(self._units(mask, name), painting, 1.0)] for name in layers}
        sums = self._sums(painting, Targets({}, dict.fromkeys(layers, painting), parts))
        return {name: of_layer.grams[0] for name, of_layer in sums if name in parts}

    def _factors(self) -> dict[str, Tensor]:
        """{style layer: (C, C), what the cells of its Gram matrices are multiplied by}, of the layers that are changed."""
        changes, style = self.settings.gram_changes, self.targets.style
        found = {layer: cell_factors(changes, layer, len(gram)) for layer, gram in style.items()}
        return {layer: style[layer].new_tensor(each) for layer, each in found.items() if each is not None}

    def _units(self, mask: Tensor | None, layer: str) -> Tensor | None:
        """The `mask` of a painting, for the units of `layer`."""
        if mask is None:
            return None
        stride = get_layer(layer).stride
        return mask_for_layer(mask, layer, *(side // stride for side in mask.shape[2:])).to(self.encoder.device)

    def _sums_of_zeros(self, layer: str) -> Sums:
        """The sums of `layer` for features that are all zeros."""
        targets, error = self.targets, torch.zeros((), device=self.encoder.device)
        if layer in targets.content:
            error = targets.content[layer][..., targets.inside.get(layer, ALL)].square().sum()
        return Sums(error, tuple((torch.zeros_like(gram), gram.new_ones(())) for _, gram, _ in targets.parts_of(layer)))

    def _targets_of_places(
        self, grams: Sequence[Mapping[str, Tensor]], content: Mapping[str, Tensor]
    ) -> tuple[dict[str, list[Part]], dict[str, Tensor]]:
        """`parts` and `inside` of the targets."""
        if self.places is None:
            return {}, {}
        parts = {name: self.places.style_parts(name, grams) for name in self.settings.style_used}
        units = {name: self.places.content_units(*features.shape[2:]) for name, features in content.items()}
        return parts, {name: inside.to(self.encoder.device) for name, inside in units.items() if inside is not None}

    def _layer_terms(self, sums: Iterable[tuple[str, Sums]]) -> Terms:
        return loss_terms(sums, self.targets, self.settings.objective, self.settings.style_used_weights)

    def _sums(self, picture: Tensor, targets: Targets) -> Iterator[tuple[str, Sums]]:
        """The sums for the terms of every layer of `targets`."""
        picture = picture.to(self.encoder.device)
        if tiles.is_large(picture):
            return tiles.iter_sums(self.encoder, picture, targets, **self._options)
        layers = {**targets.content, **targets.style}
        return ((layer, layer_sums(layer, value, targets)) for layer, value in self._features(picture, layers))

    def _features(self, picture: Tensor, layers: Iterable[str]) -> Iterator[tuple[str, Tensor]]:
        """The features of `layers`."""
        picture = picture.to(self.encoder.device)
        if tiles.is_large(picture):
            return tiles.iter_features(self.encoder, picture, layers, **self._options)
        return self.encoder.iter_features(picture, layers, **self._options)

    def _check_interrupted(self, _: Tensor | None = None) -> None:
        if self.interrupted():
            raise Interrupted


def painting_at(style: Image.Image, settings: Settings, level: Level) -> tuple[Tensor, Tensor | None]:
    """The painting at the size that it has for `level`, (1, 3, H, W), and where it is opaque, (1, 1, H, W).

    Transparent pixels have the mean colour of the others. The mask is None when the painting is opaque everywhere.
    """
    size = painting_size(settings, *style.size, level)
    painting, mask = to_tensor(resize(style, *size)), opacity(style, *size)
    return (painting if mask is None else fill_outside(painting, mask)), mask
