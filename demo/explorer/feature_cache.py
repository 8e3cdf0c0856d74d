"""What the network made of the pictures at hand, kept for the next click: bounded in bytes, not in pictures."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, is_dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from cachetools import LRUCache
from PIL import Image

from nst_core.errors import PictureError
from nst_core.explore import grams
from nst_core.explore.channels import Statistics, statistics
from nst_core.explore.look import SIZE, Look, look, look_size
from nst_core.explore.patches import PatchIndex
from nst_core.images import load_picture, picture_sha256, resize
from nst_core.plan import fit
from nst_core.process_memory import trim_heap

from .. import examples
from ..compute.worker import Worker
from . import labels
from .view_state import ViewState

LARGEST = 512  # pixels on the longer side of a picture that is kept
LESSON_SIZE = 256  # small enough that every change answers at once
LOOKS_BYTES = 530_000_000  # three square pictures of 384 pixels, four of 3:2
MADE_BYTES = 96_000_000
PATCHES = examples.ASSETS / "patches.npz"

Kept = TypeVar("Kept")


@dataclass(frozen=True)
class Uploads:
    """The pictures a visitor has brought; None stands for the bundled one."""

    photo: Image.Image | None = None
    painting: Image.Image | None = None
    result: Image.Image | None = None


class FeatureCache:
    """Shared by all visitors of a machine; safe for several threads."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self._lock, self._looking = threading.Lock(), threading.Lock()
        self._looks: LRUCache[Any, Look] = LRUCache(LOOKS_BYTES, lambda kept: kept.nbytes)
        self._made: LRUCache[Any, Any] = LRUCache(MADE_BYTES, _size)

    def picture(self, state: ViewState, uploads: Uploads, slot: str | None = None) -> Image.Image:
        """RGB, at most LARGEST pixels. Raises `PictureError` for a pair without a result."""
        slot = slot or state.slot
        brought = getattr(uploads, slot)
        # What was painted from a bundled pair is no result of somebody's own pictures.
        if brought is None and slot == "result" and (uploads.photo or uploads.painting):
            raise PictureError(labels.NO_RESULT)
        return brought or bundled(getattr(examples.PAIRS[state.pair], slot))

    def look(self, state: ViewState, uploads: Uploads, slot: str | None = None) -> Look:
        """The look at one of the three pictures (default: the chosen one)."""
        return self.look_at(self.picture(state, uploads, slot))

    def look_at(self, picture: Image.Image, size: int = SIZE) -> Look:
        key = (picture_sha256(picture), size, self.worker.encoder.sha256)
        return self._keep(self._looks, key, lambda: self._look(picture, size), self._looking)

    def _look(self, picture: Image.Image, size: int = SIZE) -> Look:
        view = look(picture, self.worker.encoder, size)
        trim_heap()  # as much again was needed on the way
        return view

    def cached(self, what: str, view: Look, layer: str, make: Callable[[], Kept]) -> Kept:
        """What `make` makes of a layer, or of all ("") of them, kept under the name `what`."""
        return self._keep(self._made, (what, layer, view.sha256, view.weights_sha256), make)

    def statistics(self, view: Look, layer: str) -> Statistics:
        return self.cached("statistics", view, layer, lambda: statistics(view.features(layer)))

    def order(self, view: Look, layer: str) -> np.ndarray:
        """Channels by clusters, in the picture of `view`."""
        return self.cached("order", view, layer, lambda: grams.cluster_order(view.features(layer)))

    def matrix(self, view: Look, layer: str, mode: str = "gram") -> np.ndarray:
        """(C, C) float32, in the channels' own order."""
        make = lambda: grams.gram_reading(view.features(layer), mode).astype(np.float32, copy=False)  # noqa: E731
        return self.cached(mode, view, layer, make)

    def styles(self, layers: Sequence[str]) -> dict[str, dict[str, np.ndarray]]:
        """The Gram matrices of the bundled paintings, by title: {title: {layer: (C, C)}}. Slow the first time."""
        return {labels.title(path): self._style(path, tuple(layers)) for path in paintings()}

    def _style(self, path: str, layers: tuple[str, ...]) -> dict[str, np.ndarray]:
        def make() -> dict[str, np.ndarray]:
            view = self._look(bundled(path))  # not kept: six paintings would push out what visitors look at
            return {layer: grams.gram(view.features(layer)) for layer in layers}

        return self._keep(self._made, ("style", path, layers, self.worker.encoder.sha256), make, self._looking)

    def patches(self) -> PatchIndex | None:
        """The bundled index, if it was made with these weights."""
        index = _patches()
        return index if index and index.weights == self.worker.encoder.sha256 else None

    def _keep(
        self,
        cache: LRUCache[Any, Any],
        key: Any,
        make: Callable[[], Kept],
        turn: AbstractContextManager[Any] | None = None,
    ) -> Kept:
        """What is kept under `key`; otherwise it is made, in `turn` if it takes much memory."""
        with self._lock:
            if key in cache:
                return cache[key]
        with turn or nullcontext():
            with self._lock:
                if key in cache:  # somebody else has made it meanwhile
                    return cache[key]
            made = make()  # not inside the lock: one visitor's new picture must not hold up another's click
        with self._lock:
            cache[key] = made
        return made


def _size(kept: Any) -> int:
    """Bytes, nearly."""
    if isinstance(kept, np.ndarray):
        return kept.nbytes
    if isinstance(kept, Image.Image):
        return 3 * kept.width * kept.height
    if is_dataclass(kept):
        return sum(map(_size, vars(kept).values()))
    if isinstance(kept, dict):
        return sum(map(_size, kept.values()))
    return sum(map(_size, kept)) if isinstance(kept, (list, tuple)) else sys.getsizeof(kept)


def small(picture: Image.Image) -> Image.Image:
    """A copy worth keeping for a visitor: no larger than is ever looked at."""
    return resize(picture, *fit(*picture.size, LARGEST)) if max(picture.size) > LARGEST else picture


@lru_cache(maxsize=32)
def bundled(path: str) -> Image.Image:
    return small(load_picture(path))


@lru_cache(maxsize=32)
def seen(path: str) -> Image.Image:
    """A bundled picture at the size at which it is looked at."""
    picture = bundled(path)
    return resize(picture, *look_size(*picture.size))


def paintings() -> list[str]:
    """Paths of the bundled paintings, each once."""
    return sorted({pair.painting for pair in examples.PAIRS})


def pictures() -> list[Path]:
    """All bundled photos and paintings, in the order that the patch index numbers them."""
    return sorted((examples.ASSETS / "photos").iterdir()) + sorted((examples.ASSETS / "paintings").iterdir())


@lru_cache(maxsize=1)
def _patches() -> PatchIndex | None:
    return PatchIndex.read(PATCHES) if PATCHES.exists() else None
