"""What changes of the paintings' Gram matrices multiply the cells of one layer by: see `gram_changes`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .gram_changes import GramChange, parsed


def cell_factors(changes: Sequence[str], layer: str, channels: int) -> np.ndarray | None:
    """(C, C) float32: what `changes` multiply every cell of the Gram matrix of `layer` by; None if they do not name it.

    C is `channels`, those that the network has in this layer. The factors of several changes of one cell are multiplied.

    >>> cell_factors(["relu1_1:0x2"], "relu1_1", 3).tolist()  # the channel's own energy is squared, so it grows fourfold
    [[4.0, 2.0, 2.0], [2.0, 1.0, 1.0], [2.0, 1.0, 1.0]]
    >>> cell_factors(["relu1_1:0:2x0"], "relu1_1", 3).tolist()
    [[1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 1.0]]
    """
    own = _of_layer(changes, layer)
    if not own:
        return None
    factors = np.ones((channels, channels), np.float32)
    for change in own:
        if change.columns:
            factors[_cells(change, channels)] *= change.factor
        else:
            strength = np.where(_member(change.rows, channels), change.factor, 1)
            factors *= np.outer(strength, strength)
    return factors


def cells_changed(changes: Sequence[str], layer: str, channels: int) -> np.ndarray:
    """(C, C) of bool: the cells of the Gram matrix of `layer` that `changes` multiply, if only by 1; as `cell_factors`."""
    cells = np.zeros((channels, channels), bool)
    for change in _of_layer(changes, layer):
        cells |= _cells(change, channels)
    return cells


def _of_layer(changes: Sequence[str], layer: str) -> list[GramChange]:
    return [change for change in map(parsed, changes) if change.layer == layer]


def _cells(change: GramChange, channels: int) -> np.ndarray:
    rows = _member(change.rows, channels)
    cells = np.outer(rows, _member(change.columns, channels) if change.columns else np.ones(channels, bool))
    return cells | cells.T


def _member(numbers: Sequence[int], channels: int) -> np.ndarray:
    """(C,) of bool: the channels among `numbers`, which are empty for all."""
    return np.isin(np.arange(channels), numbers) if numbers else np.ones(channels, bool)
