"""The nine places in a set of pictures at which each channel fires most, and cut-outs of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image

from .drawing import PADDING
from .look import Look
from .receptive_fields import receptive_field

COUNT = 9
PARTS = (
    3  # a picture is cut into 3 x 3 parts, of which each gives at most one place: nine neighbours show one thing only
)
SMALLEST_CUT = 32  # pixels; an early layer sees less, but a patch of 3 x 3 pixels shows nothing


def top_activations(looks: Sequence[Look], layer: str, count: int = COUNT) -> np.ndarray:
    """(C, count, 3) int16: picture, row and column of the units of `layer` that are strongest, the strongest first.

    Picture -1 where fewer units than `count` fire at all.
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
    missing = max(0, count - found.shape[1])  # of pictures so small that they have fewer parts
    return np.pad(found, ((0, 0), (0, missing), (0, 0)), constant_values=-1).astype(np.int16)


def _parts(length: int) -> list[tuple[int, slice]]:
    edges = np.linspace(0, length, min(PARTS, length) + 1).round().astype(int)
    return [(int(low), slice(int(low), int(high))) for low, high in pairwise(edges)]


def crop_patch(picture: Image.Image, layer: str, row: int, column: int, side: int = 96) -> Image.Image:
    """What unit (row, column) of `layer` sees of `picture`, at side x side pixels; the padding outside it is grey.

    Early layers see a few pixels only; their cut-out shows 32, with the receptive field in the middle.
    """
    left, top, right, bottom = receptive_field(layer, row, column)
    more = max(0, SMALLEST_CUT - (right - left)) // 2
    left, top, right, bottom = left - more, top - more, right + more, bottom + more
    canvas = Image.new("RGB", (right - left, bottom - top), PADDING)
    canvas.paste(picture, (-left, -top))
    return canvas.resize((side, side), Image.Resampling.BICUBIC)


@dataclass(frozen=True)
class PatchIndex:
    """`top_activations` for many layers, kept in a file: which pictures, and the weights they were shown to."""

    weights: str  # SHA-256
    pictures: tuple[str, ...]
    places: Mapping[str, np.ndarray]  # layer -> (C, COUNT, 3)

    def write(self, path: Path) -> None:
        # No compression would make a megabyte of it; the arrays are all that is stored, nothing that could run.
        np.savez_compressed(path, **self.places, weights=np.array(self.weights), pictures=np.array(self.pictures))  # type: ignore[arg-type]

    @staticmethod
    def read(path: Path) -> PatchIndex:
        with np.load(path, allow_pickle=False) as stored:
            places = {name: stored[name] for name in stored.files if name not in ("weights", "pictures")}
            return PatchIndex(str(stored["weights"]), tuple(str(name) for name in stored["pictures"]), places)
