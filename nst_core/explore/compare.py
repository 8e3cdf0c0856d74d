"""Pictures against one another: where the content and the style differ, which layer is the loss, whose style is nearest."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch

from nst_core.losses import OBJECTIVES, relative_mismatch

from .grams import gram

Grams = Mapping[str, np.ndarray]  # layer -> (C, C)


def mismatch(value: np.ndarray, target: np.ndarray) -> float:
    """||value - target||^2 / ||target||^2 of features or of Gram matrices: 0 is equal, 1 as wrong as all zeros."""
    return float(relative_mismatch(torch.from_numpy(value), torch.from_numpy(target)))


def content_error(features: np.ndarray, target: np.ndarray) -> np.ndarray:
    """(H, W): at every place the squared difference of the features, summed over channels. Its sum is twice the content
    loss of Gatys et al. 2016, eq. 1."""
    return np.square(features - target).sum(axis=0)


def style_error(features: np.ndarray, target: np.ndarray) -> np.ndarray:
    """(H, W): at every place the length of the style loss's gradient to the features, ||(G - A) F|| / (C^2 M).

    Gatys et al. 2016, eq. 6, for Gram matrices divided by M; `target` is A, (C, C). It says where the picture would have
    to change for its style to come nearer.
    """
    channels, height, width = features.shape
    flat = features.reshape(channels, -1)
    gradient = (gram(features) - target) @ flat / (channels**2 * flat.shape[1])
    return np.linalg.norm(gradient, axis=0).reshape(height, width)


def layer_shares(grams: Grams, target: Grams) -> dict[str, dict[str, float]]:
    """{objective: {layer: share of the style loss}}, the shares of an objective adding up to 1 (or all 0).

    With equal layer weights, as in `losses.OBJECTIVES`: "gatys" and "johnson" show which layer they are nearly made of.
    """
    pairs = {layer: (torch.from_numpy(grams[layer]), torch.from_numpy(matrix)) for layer, matrix in target.items()}
    shares = {}
    for name, convention in OBJECTIVES.items():
        values = {layer: float(convention.style(*pair)) for layer, pair in pairs.items()}
        whole = sum(values.values())
        shares[name] = {layer: value / whole if whole else 0.0 for layer, value in values.items()}
    return shares


def nearest_styles(grams: Grams, library: Mapping[str, Grams]) -> list[tuple[str, float, dict[str, float]]]:
    """(name, mean cosine, {layer: cosine}) of every picture of `library`, the nearest first.

    The cosine of two Gram matrices of a layer, as long vectors; averaged over layers, so that none outweighs the others
    (raw distances would be those of one layer). Only layers that both have are compared;
    a picture without any is left out.
    """
    found = []
    for name, others in library.items():
        by_layer = {layer: _cosine(grams[layer], others[layer]) for layer in grams if layer in others}
        if by_layer:
            found.append((name, float(np.mean(list(by_layer.values()))), by_layer))
    return sorted(found, key=lambda row: -row[1])


def _cosine(first: np.ndarray, second: np.ndarray) -> float:
    lengths = float(np.linalg.norm(first)) * float(np.linalg.norm(second))
    return float(np.vdot(first, second)) / lengths if lengths else 0.0
