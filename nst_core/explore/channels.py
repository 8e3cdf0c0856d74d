"""Statistics of the channels of a layer in one picture, and the orders in which channels can be shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# What channels can be sorted by, and what that means.
SORTS = {
    "mean": "mean of the map, largest first",
    "peak": "value of the map that is farthest from zero, largest first",
    "variance": "variance of the map, largest first",
    "sparsity": "share of places where the channel is zero or below, largest first",
    "difference": "distance between the channel's means in two pictures, largest first",
    "cluster": "clusters of correlated channels, the order of the Gram matrix",
    "index": "number of the channel in the network",
}


@dataclass(frozen=True)
class Statistics:
    """Statistics of every channel of a layer, each (C,) float32; mean and peak in the units of the features."""

    mean: np.ndarray
    peak: np.ndarray  # the value farthest from zero, without its sign
    variance: np.ndarray
    off: np.ndarray  # share of places, 0 to 1, at which the channel is zero or below

    @property
    def silent(self) -> np.ndarray:
        """(C,) bool: zero everywhere in this picture. No channel of VGG19 is known to be silent in every picture."""
        return self.peak == 0


def statistics(features: np.ndarray) -> Statistics:
    """The statistics of every channel of `features` (C, H, W)."""
    import torch

    flat = torch.from_numpy(features).flatten(1)
    variance, mean = torch.var_mean(flat, dim=1, correction=0)
    peak = torch.maximum(flat.amax(dim=1), -flat.amin(dim=1)) + 0.0  # no minus zero
    off = (flat <= 0).float().mean(dim=1)
    return Statistics(mean.numpy(), peak.numpy(), variance.numpy(), off.numpy())


def sort_channels(
    by: str, own: Statistics, other: Statistics | None = None, clusters: np.ndarray | None = None
) -> np.ndarray:
    """(C,) channel numbers in the order `by`, a key of `SORTS`.

    "difference" needs `other`, the same layer's statistics in another picture, and "cluster" needs `clusters`, the order
    from `grams.cluster_order`; without them the order is that of "mean". Silent channels come last, except with "index"
    and "cluster".
    """
    if by == "index":
        return np.arange(len(own.mean))
    if by == "cluster" and clusters is not None:
        return clusters
    if by == "difference" and other is not None:
        key = np.abs(own.mean - other.mean)
    else:
        key = {"peak": own.peak, "variance": own.variance, "sparsity": own.off}.get(by, own.mean)
    # A stable sort: equal channels stay in the order of their numbers.
    return np.lexsort((-key, own.silent))
