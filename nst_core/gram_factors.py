"""What changes of the paintings' Gram matrices multiply the cells of one layer by: see `gram_changes`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .gram_changes import parsed


def cell_factors(changes: Sequence[str], layer: str, channels: int) -> np.ndarray | None:
    """(C, C) float32: what `changes` multiply every cell of the Gram matrix of `layer` by; None if they do not name it.

    C is `channels`, those that the network has in this layer. The factors of several changes of one cell are multiplied.

    >>> cell_factors(["relu1_1:0x2"], "relu1_1", 3).tolist()  # the channel's own energy is squared, so it grows fourfold
    [[4.0, 2.0, 2.0], [2.0, 1.0, 1.0], [2.0, 1.0, 1.0]]
    >>> cell_factors(["relu1_1:0:2x0"], "relu1_1", 3).tolist()
    [[1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 1.0]]
    """
    own = [change for change in map(parsed, changes) if change.layer == layer]
    if not own:
        return None
    factors = np.ones((channels, channels), np.float32)
    for change in own:
        rows = np.isin(np.arange(channels), change.rows or range(channels))
        if change.columns:
            cells = np.outer(rows, np.isin(np.arange(channels), change.columns))
            factors[cells | cells.T] *= change.factor
        else:
            strength = np.where(rows, change.factor, 1)
            factors *= np.outer(strength, strength)
    return factors
