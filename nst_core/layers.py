"""VGG19 as a table: every layer by the name the papers use, with its size, stride and receptive field; its weights' names.

The feature part of VGG19 (Simonyan & Zisserman 2015, configuration E) is 16 convolutions (3x3, stride 1, padding 1),
each followed by a ReLU, and 5 poolings (2x2, stride 2). Elsewhere in the project no layer is called by a number.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from .errors import LayerError

SOURCES = ("oxford", "torchvision", "untrained")  # of the weights, besides files
# (mean, std) per RGB channel of pictures in [0, 1]. The Oxford network saw BGR pictures in 0-255 minus these means.
OXFORD_NORM = ((123.68 / 255, 116.779 / 255, 103.939 / 255), (1 / 255,) * 3)
TORCHVISION_NORM = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
NORMS = {"oxford": OXFORD_NORM, "torchvision": TORCHVISION_NORM}

BLOCKS = ((64, 2), (128, 2), (256, 4), (512, 4), (512, 4))  # (channels, convolutions) of each block


@dataclass(frozen=True)
class Layer:
    """One layer of VGG19. Lengths are in pixels of the input picture."""

    name: str  # "conv4_2", "relu4_2", "pool4"
    kind: str  # "conv", "relu" or "pool"
    block: int  # 1 to 5
    index: int  # position in torchvision's vgg19().features
    channels: int
    stride: int  # distance between two neighbouring units
    receptive_field: int  # side of the square of pixels that a unit depends on
    centre: float  # x and y of the centre of that square for unit (0, 0); the first pixel reaches from 0 to 1
    parameters: int  # number of weights and biases of this layer


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

# The layers of the pictures in Gatys et al. 2016 (section 3); what it calls conv4_2 is the output of the ReLU.
CONTENT_LAYERS: tuple[str, ...] = ("relu4_2",)
STYLE_LAYERS: tuple[str, ...] = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")


def get_layer(name: str) -> Layer:
    """The row of `LAYERS` called `name`. Raises `LayerError` with the nearest names.

    >>> get_layer("relu4_2").channels, get_layer("relu4_2").stride, get_layer("relu4_2").receptive_field
    (512, 8, 84)
    >>> get_layer("pool6")
    Traceback (most recent call last):
    nst_core.errors.LayerError: VGG19 has no layer 'pool6'. Try pool5, pool4, or another of the 37 from conv1_1 to pool5.
    """
    try:
        return LAYERS[name]
    except (KeyError, TypeError):
        given = str(name)[:40]
        near = difflib.get_close_matches(given, LAYERS, n=2, cutoff=0.5) or ["relu4_2"]
        first, *_, last = LAYERS
        raise LayerError(
            f"VGG19 has no layer {given!r}. Try {', '.join(near)}, or another of the {len(LAYERS)} from {first} to {last}."
        ) from None


def up_to(name: str) -> tuple[Layer, ...]:
    """The layers of the network from conv1_1 to the one called `name`, which is included.

    >>> [layer.name for layer in up_to("pool1")]
    ['conv1_1', 'relu1_1', 'conv1_2', 'relu1_2', 'pool1']
    """
    return tuple(LAYERS.values())[: get_layer(name).index + 1]


def convolution_of(name: str) -> str:
    """The convolution that computes a layer's maps: itself, or the last one before a ReLU or a pooling. Raises `LayerError`.

    >>> convolution_of("pool2"), convolution_of("conv4_1")
    ('conv2_2', 'conv4_1')
    """
    return [layer.name for layer in up_to(name) if layer.kind == "conv"][-1]


def deepest(names: Iterable[str]) -> Layer:
    """The layer of `names` (at least one) that comes last in the network.

    >>> deepest(["relu3_1", "pool3", "conv1_2"]).name
    'pool3'
    """
    return max((get_layer(name) for name in names), key=lambda layer: layer.index)


def smallest_side(names: Iterable[str]) -> int:
    """The shortest picture side, in pixels, that still leaves one unit in every layer of `names`."""
    return deepest(names).stride
