"""VGG19 as a table: every layer by the name the papers use, with its geometry.

The feature part of VGG19 (Simonyan & Zisserman 2015, configuration E) is 16 convolutions (3x3, stride 1, padding 1),
each followed by a ReLU, and 5 poolings (2x2, stride 2). No index appears anywhere else in the project.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from .errors import LayerError

BLOCKS = ((64, 2), (128, 2), (256, 4), (512, 4), (512, 4))  # (channels, convolutions) of each block


@dataclass(frozen=True)
class Layer:
    """One layer: lengths are in pixels of the input picture."""

    name: str  # "conv4_2", "relu4_2", "pool4"
    kind: str  # "conv", "relu" or "pool"
    block: int  # 1 to 5
    index: int  # position in torchvision's vgg19().features
    channels: int
    stride: int  # distance between neighbouring units
    receptive_field: int  # side of the square a unit can see
    centre: float  # where unit (0, 0) is centred, in x and in y
    parameters: int  # weights and biases of this layer alone


def _table() -> dict[str, Layer]:
    layers: dict[str, Layer] = {}
    inputs, stride, field, centre = 3, 1, 1, 0.5

    def add(name: str, kind: str, block: int, channels: int, parameters: int = 0) -> None:
        layers[name] = Layer(name, kind, block, len(layers), channels, stride, field, centre, parameters)

    for block, (channels, convolutions) in enumerate(BLOCKS, start=1):
        for i in range(1, convolutions + 1):
            field += 2 * stride
            add(f"conv{block}_{i}", "conv", block, channels, 9 * inputs * channels + channels)
            add(f"relu{block}_{i}", "relu", block, channels)
            inputs = channels
        field += stride
        centre += stride / 2
        stride *= 2
        add(f"pool{block}", "pool", block, channels)
    return layers


LAYERS: dict[str, Layer] = _table()
CONVS: tuple[str, ...] = tuple(name for name, layer in LAYERS.items() if layer.kind == "conv")

# Gatys et al. 2016, section 2: the layers of the paper's pictures (its conv4_2 is taken after the ReLU).
CONTENT_LAYERS: tuple[str, ...] = ("relu4_2",)
STYLE_LAYERS: tuple[str, ...] = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")


def get_layer(name: str) -> Layer:
    """The row of `LAYERS` called `name`; raises `LayerError` with the nearest names."""
    try:
        return LAYERS[name]
    except (KeyError, TypeError):
        given = str(name)[:40]
        near = difflib.get_close_matches(given, LAYERS, n=2, cutoff=0.5) or ["relu4_2"]
        first, *_, last = LAYERS
        raise LayerError(
            f"VGG19 has no layer {given!r}. Try {', '.join(near)}, or another of the {len(LAYERS)} from {first} to {last}."
        ) from None


def deepest(names: Iterable[str]) -> Layer:
    """The layer of `names` (at least one) that comes last in the network."""
    return max((get_layer(name) for name in names), key=lambda layer: layer.index)


def smallest_side(names: Iterable[str]) -> int:
    """The shortest picture side, in pixels, that still leaves one unit in every layer of `names`."""
    return deepest(names).stride
