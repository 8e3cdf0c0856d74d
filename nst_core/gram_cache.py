"""The Gram matrices of paintings, kept for the next run with the same painting."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from cachetools import LRUCache
from torch import Tensor

# One painting at four levels, each in two precisions. The Gram matrices of VGG19's default layers take 2.4 MB.
MOST = 8


class GramCache:
    """Gram matrices by what they depend on: the painting's pixels at a size, and how the network is applied to them.

    At most `MOST` of the latest are kept. Give the same one to several runs (`transfer(..., grams=)`) of one thread.
    """

    def __init__(self) -> None:
        """Empty."""
        self._known: LRUCache[Any, dict[str, Tensor]] = LRUCache(MOST)

    def get(
        self, painting: Tensor, mask: Tensor | None, how: Any, compute: Callable[[], dict[str, Tensor]]
    ) -> dict[str, Tensor]:
        """{layer: Gram matrix (C, C)} of `painting` (1, 3, H, W) where `mask` (1, 1, H, W) is not 0; None is everywhere.

        `how` is anything hashable that tells the layers and the network apart. `compute` is called when they are not known.
        """
        key = (_digest(painting), None if mask is None else _digest(mask), how)
        if key not in self._known:
            self._known[key] = compute()
        return self._known[key]


def _digest(picture: Tensor) -> tuple[tuple[int, ...], str]:
    """The shape of a tensor on the CPU, and the SHA-256 of its numbers."""
    return tuple(picture.shape), hashlib.sha256(picture.numpy().tobytes()).hexdigest()
