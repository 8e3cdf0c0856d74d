"""What VGG19 made of the pictures that visitors look at, kept for their next events. Bounded in bytes, not in pictures."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Hashable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, is_dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from cachetools import LRUCache
from PIL import Image

from nst_core.errors import PictureError
from nst_core.explore import grams
from nst_core.explore.channels import Statistics, statistics
from nst_core.explore.look import Look, look, look_size
from nst_core.explore.patches import PatchIndex
from nst_core.images import load_picture, picture_sha256, resize
from nst_core.plan import fit
from nst_core.process_memory import trim_heap

from .. import examples
from ..compute.evaluation_threads import in_new_thread
from ..compute.worker import Worker
from . import labels

if TYPE_CHECKING:
    from nst_core.vgg import Encoder

    from ..paint.kept_steps import KeptSteps
    from ..paint.painted import Ended
    from .view_state import ViewState

SLOTS = ("photo", "painting", "result")  # the three pictures of a pair, and the fields of `Uploads`
LARGEST = 512  # pixels on the longer side of an uploaded picture that is kept
LOOK_BYTES = 530_000_000  # three square pictures of 384 pixels, four of 3:2
DERIVED_BYTES = 96_000_000
PATCHES = examples.ASSETS / "patches.npz"

Value = TypeVar("Value")


@dataclass(frozen=True)
class Uploads:
    """The pictures that a visitor has uploaded; None stands for the bundled one.

    `others` are paintings that were mixed with `painting`, and `shares` those of all of them, which add up to 1. `note`
    says in which colours the pictures are, where that is not as they were uploaded. `ended` is the run that painted the
    result, None for another picture. `steps` are those of the visit's last run, for the view that follows it; None until
    that view has asked for them.
    """

    photo: Image.Image | None = None
    painting: Image.Image | None = None
    result: Image.Image | None = None
    others: tuple[Image.Image, ...] = ()
    shares: tuple[float, ...] = (1.0,)
    note: str = ""
    ended: Ended | None = None
    steps: KeptSteps | None = None

    def with_picture(self, slot: str, picture: Image.Image) -> Uploads:
        """A copy with another picture in `slot`; another painting is mixed with none."""
        alone: dict[str, Any] = {"others": (), "shares": (1.0,)} if slot == "painting" else {}
        return replace(self, note="", ended=None, **alone | {slot: picture})


class FeatureCache:
    """Two caches that drop the least recently used first: of looks (`Look`: the features of one picture), and of arrays
    and pictures derived from them. Shared by all sessions; safe for threads."""

    def __init__(self, worker: Worker, look_bytes: int = LOOK_BYTES, derived_bytes: int = DERIVED_BYTES) -> None:
        """For the network of `worker`. Together the looks take at most `look_bytes`, the rest `derived_bytes`."""
        self.worker = worker
        self._looks: LRUCache[Hashable, Look] = LRUCache(look_bytes, lambda kept: kept.nbytes)
        self._derived: LRUCache[Hashable, Any] = LRUCache(derived_bytes, approximate_bytes)
        self._lock = threading.Lock()  # for the two caches
        self._forward_pass = threading.Lock()  # one at a time: each needs as much memory again as its look

    def picture(self, state: ViewState, uploads: Uploads, slot: str | None = None) -> Image.Image:
        """RGB, at most `LARGEST` pixels on the longer side: one of the three pictures, by default the chosen one.

        Raises `PictureError` where there is no result of uploaded pictures.
        """
        slot = slot or state.slot
        uploaded = getattr(uploads, slot)
        # The bundled result was painted from the bundled pictures: it is no result of uploaded ones.
        if uploaded is None and slot == "result" and (uploads.photo or uploads.painting):
            raise PictureError(labels.NO_RESULT)
        return uploaded or bundled(getattr(examples.PAIRS[state.pair], slot))

    def look(self, state: ViewState, uploads: Uploads, slot: str | None = None) -> Look:
        """The look at one of the three pictures, by default the chosen one. Raises `PictureError` like `picture`."""
        return self.look_at(self.picture(state, uploads, slot))

    def look_at(self, picture: Image.Image, size: int | None = None, encoder: Encoder | None = None) -> Look:
        """The look at `picture`, at about `size` pixels on the longer side (see `look_size`); `encoder` is by default the
        worker's."""
        encoder = encoder or self.worker.encoder
        key = (picture_sha256(picture), look_size(*picture.size, size), encoder.sha256)
        return self._get(self._looks, key, lambda: self._new_look(picture, encoder, size), self._forward_pass)

    def _new_look(self, picture: Image.Image, encoder: Encoder, size: int | None = None) -> Look:
        new = look(picture, encoder, size)
        trim_heap()  # the forward pass needed as much memory again
        return new

    def derived(self, name: str, look: Look, layer: str, make: Callable[[], Value]) -> Value:
        """The value of `make()`, kept under `name` for this look, the network's weights and `layer` ("": all layers)."""
        return self.kept((name, layer, look.sha256, look.weights_sha256), make)

    def kept(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of `make()`, kept under `key`, which names everything that it depends on."""
        return self._get(self._derived, key, make)

    def statistics(self, look: Look, layer: str) -> Statistics:
        """Mean, peak and variance of each channel, and the share of places where it is zero or below."""
        return self.derived("statistics", look, layer, lambda: statistics(look.features(layer)))

    def order(self, look: Look, layer: str) -> np.ndarray:
        """(C,) channel numbers in an order that puts channels that respond together side by side."""
        return self.derived("order", look, layer, lambda: grams.cluster_order(look.features(layer)))

    def matrix(self, look: Look, layer: str, mode: str = "gram") -> np.ndarray:
        """(C, C) float32 in the order of the channels' numbers; `mode` is one of `MODES`."""
        make = lambda: grams.gram_reading(look.features(layer), mode).astype(np.float32, copy=False)  # noqa: E731
        return self.derived(mode, look, layer, make)

    def styles(self, layers: Sequence[str]) -> dict[str, dict[str, np.ndarray]]:
        """The Gram matrices of the bundled paintings, by title: {title: {layer: (C, C)}}. Slow the first time."""
        return {labels.title(path): self._style(path, tuple(layers)) for path in paintings()}

    def _style(self, path: str, layers: tuple[str, ...]) -> dict[str, np.ndarray]:
        def make() -> dict[str, np.ndarray]:
            # The look is not kept: the looks of all paintings would push out those that visitors need.
            new = self._new_look(bundled(path), self.worker.encoder)
            return {layer: grams.gram(new.features(layer)) for layer in layers}

        return self._get(self._derived, ("style", path, layers, self.worker.encoder.sha256), make, self._forward_pass)

    def patches(self) -> PatchIndex | None:
        """The bundled index of the places where each channel responds most; None if it belongs to other weights."""
        index = _patches()
        return index if index and index.weights == self.worker.encoder.sha256 else None

    def _get(
        self,
        cache: LRUCache[Hashable, Any],
        key: Hashable,
        make: Callable[[], Value],
        making: AbstractContextManager[Any] | None = None,
    ) -> Value:
        """What `cache` holds under `key`; otherwise the value of `make()`, which is called with all processors, while
        `making` is held."""
        with self._lock:
            if key in cache:
                return cache[key]
        with making or nullcontext():
            with self._lock:
                if key in cache:  # another thread has made it while this one waited
                    return cache[key]
            # Without the lock: a new picture must not hold up the events of other sessions.
            value = in_new_thread(make)
        with self._lock:
            cache[key] = value
        return value


def approximate_bytes(value: Any) -> int:
    """The memory that arrays, pictures and files in `value` take, in bytes; small objects around them count little."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, Image.Image):
        return 3 * value.width * value.height
    if is_dataclass(value):
        return sum(map(approximate_bytes, vars(value).values()))
    if isinstance(value, dict):
        return sum(map(approximate_bytes, value.values()))
    return sum(map(approximate_bytes, value)) if isinstance(value, (list, tuple)) else sys.getsizeof(value)


def shrunk(picture: Image.Image) -> Image.Image:
    """`picture`, at most `LARGEST` pixels on the longer side: the explorer never looks at more."""
    return resize(picture, *fit(*picture.size, LARGEST)) if max(picture.size) > LARGEST else picture


@lru_cache(maxsize=32)
def bundled(path: str) -> Image.Image:
    """A bundled picture, at most `LARGEST` pixels on the longer side."""
    return shrunk(load_picture(path))


@lru_cache(maxsize=32)
def at_look_size(path: str) -> Image.Image:
    """A bundled picture at the size at which the network looks at it."""
    picture = bundled(path)
    return resize(picture, *look_size(*picture.size))


def paintings() -> list[str]:
    """Paths of the bundled paintings, each once."""
    return sorted({pair.painting for pair in examples.PAIRS})


def pictures() -> list[Path]:
    """All bundled photos and paintings, in the order in which the patch index numbers them."""
    return sorted((examples.ASSETS / "photos").iterdir()) + sorted((examples.ASSETS / "paintings").iterdir())


@lru_cache(maxsize=1)
def _patches() -> PatchIndex | None:
    return PatchIndex.read(PATCHES) if PATCHES.exists() else None
