"""What one channel does in one picture: its statistics, and the orders in which channels can be shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

# by what channels can be sorted -> in words
SORTS = {
    "mean": "the average of the map, largest first",
    "peak": "the largest value of the map, largest first",
    "variance": "how much the map varies, most first",
    "sparsity": "the share of places where the channel is off, fewest active places first",
    "difference": "how far the average is from the other picture's, farthest first",
    "cluster": "channels that fire together stand together, as in the Gram matrix",
    "index": "the number of the channel in the network",
}


@dataclass(frozen=True)
class Statistics:
    """Of every channel of a layer, each (C,) float32, in the units of the features (except `off`)."""

    mean: np.ndarray
    peak: np.ndarray  # the value farthest from zero, without its sign
    variance: np.ndarray
    off: np.ndarray  # share of positions, 0 to 1, at which the channel is zero or below

    @property
    def silent(self) -> np.ndarray:
        """(C,) bool: zero everywhere. For this picture: no channel of VGG19 is known to be silent for every picture."""
        return self.peak == 0


def statistics(features: np.ndarray) -> Statistics:
    """Of features (C, H, W)."""
    flat = torch.from_numpy(features).flatten(1)
    variance, mean = torch.var_mean(flat, dim=1, correction=0)
    peak = torch.maximum(flat.amax(dim=1), -flat.amin(dim=1)) + 0.0  # no minus zero
    off = (flat <= 0).float().mean(dim=1)
    return Statistics(mean.numpy(), peak.numpy(), variance.numpy(), off.numpy())


def sort_channels(
    by: str, own: Statistics, other: Statistics | None = None, clusters: np.ndarray | None = None
) -> np.ndarray:
    """(C,) channel numbers in the order `by`, a key of `SORTS`.

    "difference" needs the same layer's statistics of another picture, "cluster" the order from `grams.cluster_order`;
    without them the order is that of "mean".
    """
    if by == "index":
        return np.arange(len(own.mean))
    if by == "cluster" and clusters is not None:
        return clusters
    if by == "difference" and other is not None:
        key = np.abs(own.mean - other.mean)
    else:
        key = {"peak": own.peak, "variance": own.variance, "sparsity": own.off}.get(by, own.mean)
    # Silent channels come last, whatever the order; equals stay in the order of their numbers.
    return np.lexsort((-key, own.silent))
