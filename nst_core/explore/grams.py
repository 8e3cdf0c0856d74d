"""Gram matrices: three ways to read them, an order that shows their structure, and the maps behind one cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

# Ways to read a Gram matrix, and what each cell then is.
MODES = {
    "gram": "mean product of two channels, which the style loss compares",
    "cosine": "mean product, divided by the root mean squares of both channels",
    "correlation": "Pearson's r: means subtracted, then divided by both standard deviations",
}


def gram(features: np.ndarray) -> np.ndarray:
    """(C, H, W) -> (C, C) float32: F F^T / M, the mean product of two channels over the M = H * W places.

    >>> features = np.array([[[3, 4]], [[5, 0]]], np.float32)  # two channels, each a map of 1 x 2
    >>> gram(features).tolist()  # 3 * 3 + 4 * 4 = 25, 3 * 5 + 4 * 0 = 15, 5 * 5 = 25; divided by 2
    [[12.5, 7.5], [7.5, 12.5]]
    """
    import torch

    from nst_core.losses import gram_matrix

    return gram_matrix(torch.from_numpy(features)[None]).numpy()


def cosine(matrix: np.ndarray) -> np.ndarray:
    """G_ij / sqrt(G_ii G_jj) of a Gram matrix (C, C): between -1 and 1, and 0 where a channel is zero everywhere.

    >>> cosine(np.array([[12.5, 7.5], [7.5, 12.5]])).round(6).tolist()
    [[1.0, 0.6], [0.6, 1.0]]
    """
    return _divided(matrix, np.sqrt(np.diagonal(matrix)))


def correlation(features: np.ndarray) -> np.ndarray:
    """Pearson's r of every two channels, (C, H, W) -> (C, C): (G_ij - m_i m_j) / (s_i s_j), with means m and standard
    deviations s. 0 where a channel is constant."""
    return _correlation(covariance(features), np.abs(features).max(axis=(1, 2)))


def _correlation(covariance: np.ndarray, largest: np.ndarray) -> np.ndarray:
    """The correlation of a covariance (C, C) of maps whose `largest` absolute values are (C,)."""
    deviation = np.sqrt(np.diagonal(covariance))
    deviation[deviation <= 1e-6 * largest] = 0  # a constant map may keep a tiny deviation from rounding
    return _divided(covariance, deviation)


def covariance(features: np.ndarray) -> np.ndarray:
    """(C, H, W) -> (C, C) float64: the Gram matrix of the maps less their means."""
    flat = features.reshape(len(features), -1)
    centred = flat - flat.mean(axis=1, keepdims=True, dtype=np.float64).astype(np.float32)
    return gram(centred.reshape(features.shape)).astype(np.float64)


def gram_reading(features: np.ndarray, mode: str = "gram") -> np.ndarray:
    """(C, H, W) -> (C, C): the matrix of one of `MODES`."""
    if mode == "correlation":
        return correlation(features)
    return cosine(gram(features)) if mode == "cosine" else gram(features)


def _divided(matrix: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """(C, C) divided by scale_i scale_j and clipped to [-1, 1]; 0 where a scale is 0."""
    inverse = np.divide(1, scale, out=np.zeros_like(scale), where=scale > 0)
    return np.clip(matrix * inverse[:, None] * inverse, -1, 1)


def cluster_order(features: np.ndarray) -> np.ndarray:
    """(C,) channel numbers in an order that puts correlated channels side by side.

    Average-linkage clusters of the distance 1 - r (r: `correlation`), the leaves ordered so that neighbours are alike
    (optimal leaf ordering, Bar-Joseph et al. 2001). To compare Gram matrices of several pictures, show all of them in
    one order, for instance that of the style picture.
    """
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    distance = 1 - correlation(features)
    np.fill_diagonal(distance, 0)
    pairs = squareform((distance + distance.T) / 2, checks=False)
    return leaves_list(linkage(pairs, "average", optimal_ordering=True))


def product_map(features: np.ndarray, first: int, second: int) -> np.ndarray:
    """(H, W): F_i F_j at every place. Its mean is the cell (i, j) of the Gram matrix."""
    return features[first] * features[second]


def shuffled(features: np.ndarray, seed: int) -> np.ndarray:
    """`features` (C, H, W) with the places permuted, all channels alike. The Gram matrix does not change."""
    places = np.random.default_rng(seed).permutation(features[0].size)
    return features.reshape(len(features), -1)[:, places].reshape(features.shape)


def difference(matrix: np.ndarray, target: np.ndarray) -> np.ndarray:
    """(G - A) / sqrt(A_ii A_jj), (C, C): the difference from the style's Gram matrix A, in units of its channels' root mean
    squares. 0 where a channel is zero everywhere in the style picture."""
    scale = np.sqrt(np.diagonal(target))
    inverse = np.divide(1, scale, out=np.zeros_like(scale), where=scale > 0)
    return (matrix - target) * inverse[:, None] * inverse


@dataclass(frozen=True)
class Pair:
    """Two channels and their cells in the three readings of the Gram matrix."""

    first: int
    second: int
    gram: float
    cosine: float
    correlation: float
    difference: float | None = None  # from the style's Gram matrix, see `difference`


def top_pairs(features: np.ndarray, by: str = "gram", count: int = 50, target: np.ndarray | None = None) -> list[Pair]:
    """The `count` pairs of different channels of `features` (C, H, W) with the largest `by`, the largest first.

    `by` is one of `MODES`, or "difference": the largest absolute `difference` from the Gram matrix `target` (C, C);
    without `target` that is "gram".
    """
    return largest_pairs({mode: gram_reading(features, mode) for mode in MODES}, by, count, target)


def largest_pairs(
    matrices: Mapping[str, np.ndarray], by: str = "gram", count: int = 50, target: np.ndarray | None = None
) -> list[Pair]:
    """`top_pairs` of matrices (C, C), one for each of `MODES`."""
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
    """The `count` channels most correlated with `channel` and the `count` least, in `matrix` (C, C) from `correlation`.

    The first list begins with the most correlated channel, the second with the least. A channel whose row is all zero
    (silent or constant) is in no list, and its own two lists are empty.
    """
    if not matrix[channel].any():
        return [], []
    others = [int(n) for n in np.argsort(-matrix[channel], kind="stable") if n != channel and matrix[n].any()]
    return others[:count], others[::-1][:count]


def spectrum(features: np.ndarray) -> np.ndarray:
    """(C, H, W) -> (C,) float64: the eigenvalues of the covariance, largest first.

    At most M - 1 of them are not zero, for M = H * W places.

    Not of the Gram matrix, because its first eigenvector is mostly the mean.
    """
    return eigenvalues(covariance(features))


def eigenvalues(matrix: np.ndarray) -> np.ndarray:
    """(C, C) covariance -> (C,) float64: its eigenvalues, largest first; none below 0."""
    return np.maximum(np.linalg.eigvalsh(matrix)[::-1], 0)


def mixed_covariance(features: Sequence[np.ndarray], shares: Sequence[float]) -> np.ndarray:
    """Covariance of the places of several pictures together, (C, C) float64: each picture k counts with its share w_k.

    sum w_k (S_k + m_k m_k^T) - m m^T, with the pictures' covariances S_k and means m_k, and m = sum w_k m_k. `features` are
    (C, H, W) each, and the shares add up to 1.
    """
    means = [maps.mean(axis=(1, 2), dtype=np.float64) for maps in features]
    moments = [covariance(maps) + np.outer(mean, mean) for maps, mean in zip(features, means, strict=True)]
    mean = np.average(means, axis=0, weights=shares)
    return np.average(moments, axis=0, weights=shares) - np.outer(mean, mean)


def mixed_correlation(features: Sequence[np.ndarray], shares: Sequence[float]) -> np.ndarray:
    """`correlation` over the places of several pictures together, (C, C); as `mixed_covariance`."""
    largest = np.max([np.abs(maps).max(axis=(1, 2)) for maps in features], axis=0)
    return _correlation(mixed_covariance(features, shares), largest)


def effective_dimension(eigenvalues: np.ndarray) -> float:
    """(sum)^2 / (sum of squares), the participation ratio: how many equal eigenvalues would be as spread out. 0 if all
    are 0."""
    squares = float(np.square(eigenvalues).sum())
    return float(eigenvalues.sum()) ** 2 / squares if squares else 0.0
