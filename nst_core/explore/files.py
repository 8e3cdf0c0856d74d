"""A layer's figures and numbers as files: channel sheets, Gram matrix, one channel over the picture, NPZ and CSV."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from nst_core.errors import SettingError
from nst_core.layers import get_layer

from .channels import SORTS, sort_channels, statistics
from .drawing import heat, overlay
from .export import archive, pairs_csv
from .grams import MODES, cluster_order, gram_reading, top_pairs
from .look import Look
from .print_size import printed
from .scales import gram_scale, map_scale
from .sheet import SCALES, page_count, sheet

HEAT_SIDE = 1024  # pixels


@dataclass(frozen=True)
class Shown:
    """What the files show of a picture: a layer, the order and the brightness of its sheet, how its Gram matrix is read.

    `channel` is one that is also drawn over the picture. Raises `LayerError` for a layer and `SettingError` for anything
    else that there is not.
    """

    layer: str = "relu4_1"
    sort: str = "mean"
    scale: str = "own"
    mode: str = "gram"
    channel: int | None = None

    def __post_init__(self) -> None:
        """Check every value."""
        layer = get_layer(self.layer if isinstance(self.layer, str) else str(self.layer)[:40])
        for name, known in (("sort", SORTS), ("scale", SCALES), ("mode", MODES)):
            _check_known(name, getattr(self, name), known)
        if self.channel is None:
            return
        if isinstance(self.channel, bool) or self.channel not in range(layer.channels):
            given = str(self.channel)[:40]
            raise SettingError(f"{layer.name} has no channel {given}; choose 0 to {layer.channels - 1}.")
        object.__setattr__(self, "channel", int(self.channel))  # a program may have sent 3.0


def layer_files(view: Look, shown: Shown, name: str, other: Look | None = None) -> dict[str, bytes]:
    """{file name: contents} of what `shown` says of `view`; all names begin with `name`.

    The Gram matrix has the channels in the order of the clusters of `other`, by default of `view`, and the sort "difference"
    compares the two pictures. Raises `SettingError` when it has no `other`.
    """
    if shown.sort == "difference" and other is None:
        raise SettingError("The order by difference needs another picture to compare with. Choose another order.")
    features = view.features(shown.layer)
    others = other.features(shown.layer) if other else None
    order = cluster_order(features if others is None else others)
    files = {f"{name}.npz": archive(view, shown.layer, order)}
    pairs = pairs_csv(top_pairs(features, shown.mode))
    files[f"{name}-pairs{_unless(shown.mode, 'gram')}.csv"] = pairs.encode()
    files[f"{name}-{shown.mode}.png"] = _gram_png(view, shown, order)
    if shown.channel is not None:
        files[f"{name}-channel-{shown.channel}.png"] = _channel_png(view, shown.layer, shown.channel)
    return files | _sheets(view, shown, order, name, others)


def _check_known(name: str, value: object, known: Collection[str]) -> None:
    if not isinstance(value, str) or value not in known:
        raise SettingError(f"{name} cannot be {str(value)[:40]!r}. Choose one of: {', '.join(known)}.")


def _unless(choice: str, default: str) -> str:
    """The part of a file's name for `choice`; none for the default."""
    return "" if choice == default else f"-{choice}"


def _gram_png(view: Look, shown: Shown, order: np.ndarray) -> bytes:
    matrix = gram_reading(view.features(shown.layer), shown.mode)[order][:, order]
    scale = gram_scale(matrix, shown.mode)
    words = [f"{shown.mode} matrix of {view.words(shown.layer)}", "channels in the order of their clusters"]
    return printed(heat(matrix, HEAT_SIDE, scale), words, scale)


def _channel_png(view: Look, layer: str, channel: int) -> bytes:
    """The map of one channel over the picture."""
    values, signed = view.features(layer)[channel], get_layer(layer).kind == "conv"
    scale = map_scale(values, signed)
    words = [f"channel {channel} of {view.words(layer)}"]
    return printed(overlay(view.picture, values, scale), words, scale)


def _sheets(view: Look, shown: Shown, order: np.ndarray, name: str, others: np.ndarray | None) -> dict[str, bytes]:
    """File name -> PNG of every page. `others` (C, H, W) are the features of the picture to compare with."""
    features, signed = view.features(shown.layer), get_layer(shown.layer).kind == "conv"
    about = statistics(features)
    channels = sort_channels(shown.sort, about, None if others is None else statistics(others), order)
    pages = {}
    chosen = _unless(shown.sort, "mean") + _unless(shown.scale, "own")
    for page in range(page_count(len(channels))):
        words = [view.words(shown.layer), f"page {page + 1} of {page_count(len(channels))}, sorted by {shown.sort}"]
        words.append(f"brightness: {SCALES[shown.scale]}")
        image = sheet(features, about, channels, page, shown.scale, signed)
        pages[f"{name}-sheet{chosen}-{page + 1}.png"] = printed(image, words)
    return pages
