"""The nine places in a set of pictures at which each channel responds most, and the patches around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image

from .look import Look
from .palette import PADDING
from .receptive_fields import receptive_field

COUNT = 9  # places for each channel
# A picture is cut into 3 x 3 parts, and each part gives one place at most: nine neighbours would all show the same thing.
PARTS = 3
SMALLEST_PATCH = 32  # pixels; an early layer sees less, but a patch of 3 x 3 pixels shows nothing


def top_activations(looks: Sequence[Look], layer: str, count: int = COUNT) -> np.ndarray:
    """(C, count, 3) int16: (picture, row, column) of the units of `layer` with the largest features, the largest first.

    At most one unit comes from each of the 3 x 3 parts of a picture. `picture` is the number of the look in `looks`.
    All three numbers are -1 where fewer than `count` units are above zero. Raises `LayerError`.
    """
    values, places = [], []
    for number, look in enumerate(looks):
        features = look.features(layer)
        for row, rows in _parts(features.shape[1]):
            for column, columns in _parts(features.shape[2]):
                part = features[:, rows, columns]
                best = part.reshape(len(part), -1).argmax(axis=1)
                down, across = np.divmod(best, part.shape[2])
                values.append(part[np.arange(len(part)), down, across])
                places.append(np.stack([np.full_like(best, number), row + down, column + across], axis=1))
    ranked = np.argsort(-np.stack(values, axis=1), axis=1, kind="stable")[:, :count]
    found = np.take_along_axis(np.stack(places, axis=1), ranked[..., None], axis=1)
    found[np.take_along_axis(np.stack(values, axis=1), ranked, axis=1) <= 0] = -1
    missing = max(0, count - found.shape[1])  # small maps have fewer parts than places are asked for
    return np.pad(found, ((0, 0), (0, missing), (0, 0)), constant_values=-1).astype(np.int16)


def _parts(length: int) -> list[tuple[int, slice]]:
    """A side of `length` units cut into `PARTS` (fewer if it is shorter): the first unit of each part, and its slice."""
    edges = np.linspace(0, length, min(PARTS, length) + 1).round().astype(int)
    return [(int(low), slice(int(low), int(high))) for low, high in pairwise(edges)]


def crop_patch(picture: Image.Image, layer: str, row: int, column: int, side: int = 96) -> Image.Image:
    """What unit (row, column) of `layer` sees of `picture`, resized to side x side pixels; padding is grey.

    `picture` has the size that the network saw. Where the receptive field is smaller than 32 pixels the patch shows 32
    (31 for a field of 3 or 5), with the field in the middle. Raises `LayerError`.
    """
    left, top, right, bottom = receptive_field(layer, row, column)
    more = max(0, SMALLEST_PATCH - (right - left)) // 2
    left, top, right, bottom = left - more, top - more, right + more, bottom + more
    canvas = Image.new("RGB", (right - left, bottom - top), PADDING)
    canvas.paste(picture, (-left, -top))
    return canvas.resize((side, side), Image.Resampling.BICUBIC)


@dataclass(frozen=True)
class PatchIndex:
    """The `top_activations` of many layers, with the pictures and the weights that they were computed from."""

    weights: str  # SHA-256
    pictures: tuple[str, ...]  # names, in the order that `places` numbers them
    places: Mapping[str, np.ndarray]  # layer -> (C, COUNT, 3)

    def write(self, path: Path) -> None:
        """Write an NPZ file of plain arrays, compressed to less than half their size."""
        np.savez_compressed(path, **self.places, weights=np.array(self.weights), pictures=np.array(self.pictures))  # type: ignore[arg-type]

    @staticmethod
    def read(path: Path) -> PatchIndex:
        """Read what `write` wrote; pickled objects, which could run code, are refused."""
        with np.load(path, allow_pickle=False) as stored:
            places = {name: stored[name] for name in stored.files if name not in ("weights", "pictures")}
            return PatchIndex(str(stored["weights"]), tuple(str(name) for name in stored["pictures"]), places)
