"""Comparing pictures: where content and style differ, each layer's share of the style loss, and the nearest style."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .grams import gram

Grams = Mapping[str, np.ndarray]  # layer -> (C, C)


def mismatch(value: np.ndarray, target: np.ndarray) -> float:
    """||value - target||^2 / ||target||^2 of features or of Gram matrices: 0 if equal, 1 for a value of all zeros."""
    import torch

    from nst_core.losses import relative_mismatch

    return float(relative_mismatch(torch.from_numpy(value), torch.from_numpy(target)))


def content_error(features: np.ndarray, target: np.ndarray) -> np.ndarray:
    """(C, H, W) -> (H, W): at every place the squared difference of the features, summed over channels.

    The sum over the places is twice the content loss of Gatys et al. 2016, eq. 1.
    """
    return np.square(features - target).sum(axis=0)


def style_error(features: np.ndarray, target: np.ndarray) -> np.ndarray:
    """(C, H, W) -> (H, W): at every place the length of the style loss's gradient, ||(G - A) F|| / (C^2 M).

    Gatys et al. 2016, eq. 6, for Gram matrices divided by M; `target` is A, (C, C). Large where a change of the features
    would lower the style loss most.
    """
    channels, height, width = features.shape
    flat = features.reshape(channels, -1)
    gradient = (gram(features) - target) @ flat / (channels**2 * flat.shape[1])
    return np.linalg.norm(gradient, axis=0).reshape(height, width)


def layer_shares(grams: Grams, target: Grams) -> dict[str, dict[str, float]]:
    """{objective: {layer: its share of the style loss}} for every key of `losses.OBJECTIVES`, with equal layer weights.

    The shares of one objective add up to 1, or are all 0 when there is no loss.
    """
    import torch

    from nst_core.losses import OBJECTIVES

    pairs = {layer: (torch.from_numpy(grams[layer]), torch.from_numpy(matrix)) for layer, matrix in target.items()}
    shares = {}
    for name, convention in OBJECTIVES.items():
        values = {layer: float(convention.style(*pair)) for layer, pair in pairs.items()}
        total = sum(values.values())
        shares[name] = {layer: value / total if total else 0.0 for layer, value in values.items()}
    return shares


def nearest_styles(grams: Grams, library: Mapping[str, Grams]) -> list[tuple[str, float, dict[str, float]]]:
    """(name, mean cosine, {layer: cosine}) of every picture of `library`, the nearest first.

    The cosine is that of a layer's two Gram matrices, taken as long vectors. Its mean gives every layer the same weight; a
    sum of distances would be nearly that of a single layer. Only layers that both pictures have are compared, and a picture
    without any is left out.
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
