"""Gram matrices, opened: three ways to read them, an order that shows their structure, and the maps behind one cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from nst_core.losses import gram_matrix

# mode -> in words
MODES = {
    "gram": "what the style loss matches: the average product of two channels",
    "cosine": "the same with each channel's loudness divided out",
    "correlation": "loudness and average removed: do the two fire together more than chance?",
}


def gram(features: np.ndarray) -> np.ndarray:
    """(C, H, W) -> (C, C) float32: F F^T / M, the mean product of two channels over the M = H * W places."""
    return gram_matrix(torch.from_numpy(features)[None]).numpy()


def cosine(matrix: np.ndarray) -> np.ndarray:
    """G_ij / sqrt(G_ii G_jj) of a Gram matrix (C, C): between -1 and 1, and 0 beside a silent channel."""
    return _divided(matrix, np.sqrt(np.diagonal(matrix)))


def correlation(features: np.ndarray) -> np.ndarray:
    """Pearson's r of every two channels (C, H, W) -> (C, C): (G_ij - m_i m_j) / (s_i s_j); 0 beside a constant channel."""
    matrix = covariance(features)
    deviation = np.sqrt(np.diagonal(matrix))
    # What rounding leaves of a constant map is no variation.
    deviation[deviation <= 1e-6 * np.abs(features).max(axis=(1, 2))] = 0
    return _divided(matrix, deviation)


def covariance(features: np.ndarray) -> np.ndarray:
    """(C, H, W) -> (C, C) float64: the Gram matrix of the maps less their means."""
    flat = features.reshape(len(features), -1)
    centred = flat - flat.mean(axis=1, keepdims=True, dtype=np.float64).astype(np.float32)
    return gram(centred.reshape(features.shape)).astype(np.float64)


def gram_reading(features: np.ndarray, mode: str = "gram") -> np.ndarray:
    """(C, H, W) -> (C, C) in one of `MODES`."""
    if mode == "correlation":
        return correlation(features)
    return cosine(gram(features)) if mode == "cosine" else gram(features)


def _divided(matrix: np.ndarray, scale: np.ndarray) -> np.ndarray:
    inverse = np.divide(1, scale, out=np.zeros_like(scale), where=scale > 0)
    return np.clip(matrix * inverse[:, None] * inverse, -1, 1)


def cluster_order(features: np.ndarray) -> np.ndarray:
    """(C,) channel numbers: average-linkage clusters of 1 - r, their leaves so turned that neighbours are alike.

    Gram matrices can be compared only in one order: take that of the style picture for all of them.
    """
    distance = 1 - correlation(features)
    np.fill_diagonal(distance, 0)
    pairs = squareform((distance + distance.T) / 2, checks=False)
    return leaves_list(linkage(pairs, "average", optimal_ordering=True))


def product_map(features: np.ndarray, first: int, second: int) -> np.ndarray:
    """(H, W): F_i F_j at every place. Its mean is the cell (i, j) of the Gram matrix."""
    return features[first] * features[second]


def shuffled(features: np.ndarray, seed: int) -> np.ndarray:
    """The same (C, H, W) with the places in another order, one order for all channels. The Gram matrix stays."""
    places = np.random.default_rng(seed).permutation(features[0].size)
    return features.reshape(len(features), -1)[:, places].reshape(features.shape)


def difference(matrix: np.ndarray, target: np.ndarray) -> np.ndarray:
    """(G - A) / sqrt(A_ii A_jj), (C, C): how far each cell is from the style's, loudness divided out.

    A channel that is silent in the target has no scale; its cells are 0.
    """
    scale = np.sqrt(np.diagonal(target))
    inverse = np.divide(1, scale, out=np.zeros_like(scale), where=scale > 0)
    return (matrix - target) * inverse[:, None] * inverse


@dataclass(frozen=True)
class Pair:
    """Two channels, and what the three readings say of them."""

    first: int
    second: int
    gram: float
    cosine: float
    correlation: float
    difference: float | None = None  # to the style's Gram matrix, see `difference`


def top_pairs(features: np.ndarray, by: str = "gram", count: int = 50, target: np.ndarray | None = None) -> list[Pair]:
    """The `count` pairs of different channels with the largest `by`: one of `MODES`, or "difference" (in size, with the
    Gram matrix `target` (C, C) to differ from)."""
    matrices = {mode: gram_reading(features, mode) for mode in MODES}
    away = None if target is None else difference(matrices["gram"], target)
    key = np.abs(away) if by == "difference" and away is not None else matrices.get(by, matrices["gram"])
    rows, columns = np.triu_indices(len(key), k=1)
    best = np.argsort(-key[rows, columns], kind="stable")[:count]
    found = []
    for i, j in zip(rows[best].tolist(), columns[best].tolist(), strict=True):
        readings = {mode: float(matrix[i, j]) for mode, matrix in matrices.items()}
        found.append(Pair(i, j, **readings, difference=None if away is None else float(away[i, j])))
    return found


def partners(matrix: np.ndarray, channel: int, count: int = 5) -> tuple[list[int], list[int]]:
    """The channels most and least correlated with `channel`, in `matrix` (C, C) from `correlation`; the farthest first.

    Channels whose row is all zero (silent, or constant) are nobody's partners, and have none.
    """
    if not matrix[channel].any():
        return [], []
    others = [int(n) for n in np.argsort(-matrix[channel], kind="stable") if n != channel and matrix[n].any()]
    return others[:count], others[::-1][:count]


def spectrum(features: np.ndarray) -> np.ndarray:
    """(C,) float64: the eigenvalues of the covariance, largest first. At most M - 1 of them are not zero.

    Of the covariance, because the first eigenvector of the raw Gram matrix is mostly the mean.
    """
    return np.maximum(np.linalg.eigvalsh(covariance(features))[::-1], 0)


def effective_dimension(eigenvalues: np.ndarray) -> float:
    """(sum)^2 / (sum of squares): how many equally strong directions would spread the style as much. 0 for a flat map."""
    squares = float(np.square(eigenvalues).sum())
    return float(eigenvalues.sum()) ** 2 / squares if squares else 0.0
