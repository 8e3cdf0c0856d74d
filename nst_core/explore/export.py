"""Files to keep: a layer's features and Gram matrix as NPZ, pairs of channels as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from nst_core.layers import get_layer

from .grams import Pair, gram
from .look import Look


def archive(look: Look, layer: str, order: np.ndarray) -> bytes:
    """An NPZ file with `features` (C, H, W), `gram` (C, C), the channel `order` (C,) and JSON `metadata`.

    Raises `LayerError`.
    """
    features = look.features(layer)
    about = get_layer(layer)
    metadata = {
        "layer": layer,
        "stride": about.stride,
        "receptive_field": about.receptive_field,
        "centre": about.centre,
        "picture_sha256": look.sha256,
        "width": look.picture.width,
        "height": look.picture.height,
        "weights": look.weights,
        "weights_sha256": look.weights_sha256,
        "gram": "F F^T / M, M = rows x columns of a map",
    }
    file = io.BytesIO()
    np.savez(file, features=features, gram=gram(features), order=order, metadata=np.array(json.dumps(metadata)))
    return file.getvalue()


def pairs_csv(pairs: Sequence[Pair]) -> str:
    """A CSV file with a header and one line for each pair; `difference` is empty for a pair that has none."""
    file = io.StringIO()
    writer = csv.DictWriter(
        file, ["first", "second", "gram", "cosine", "correlation", "difference"], lineterminator="\n"
    )
    writer.writeheader()
    writer.writerows(asdict(pair) for pair in pairs)
    return file.getvalue()
