"""One forward pass of a picture, kept: the features of any of the 37 layers, as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from nst_core.images import picture_sha256, resize, to_tensor
from nst_core.layers import CONVS, convolution_of, get_layer
from nst_core.plan import fit

if TYPE_CHECKING:
    from torch import Tensor

    from nst_core.vgg import Encoder

SIZE = 384  # pixels of the longer side, by default; a smaller picture is not enlarged
# Sides are multiples of this: then the maps of every layer but pool5 cover the picture exactly, to the last row.
MULTIPLE = 16
SMALLEST = 32  # the stride of pool5


@dataclass(frozen=True, eq=False)
class Look:
    """The features of one picture in every layer of VGG19.

    Only the outputs of the convolutions are stored, before the ReLU. The relu and pool layers are computed from them when
    they are asked for: a ReLU is a clamp and a pooling a maximum.
    """

    picture: Image.Image  # RGB, at the size that the network saw
    weights: str  # name of the network's weights
    weights_sha256: str
    sha256: str  # of `picture`
    convs: Mapping[str, Tensor] = field(repr=False)  # "conv1_1" -> (1, C, H, W)

    def features(self, layer: str) -> np.ndarray:
        """(C, H, W) float32: the features of any layer, as a copy. Raises `LayerError`."""
        about = get_layer(layer)
        if about.kind == "conv":
            maps = self.convs[layer].clone()
        else:
            maps = self.convs[convolution_of(layer)].clamp_min(0)
            if about.kind == "pool":
                from torch.nn import functional

                maps = functional.max_pool2d(maps, 2)
        return maps[0].numpy()

    def map_size(self, layer: str) -> tuple[int, int]:
        """(width, height) of the layer's maps, in units. Raises `LayerError`."""
        stride = get_layer(layer).stride
        return self.picture.width // stride, self.picture.height // stride

    def words(self, layer: str) -> str:
        """ "relu4_1 · 512 maps of 48 × 32 · picture 384 × 256 px · VGG19 (oxford)", for captions. Raises `LayerError`."""
        width, height = self.map_size(layer)
        return (
            f"{layer} · {get_layer(layer).channels} maps of {width} × {height} · "
            f"picture {self.picture.width} × {self.picture.height} px · VGG19 ({self.weights})"
        )

    @property
    def nbytes(self) -> int:
        """The memory that the stored features take, in bytes."""
        return sum(maps.nbytes for maps in self.convs.values())


def look(picture: Image.Image, encoder: Encoder, size: int | None = None) -> Look:
    """Run `picture` (RGB) through the network once, with about `size` pixels on the longer side (see `look_size`)."""
    import torch

    resized = resize(picture, *look_size(*picture.size, size))
    with torch.no_grad():
        features = encoder(to_tensor(resized).to(encoder.device), CONVS)
    # In one block of memory: many long-lived tensors between short-lived ones would fragment the heap.
    block = torch.empty(sum(maps.numel() for maps in features.values()))
    parts = block.split([maps.numel() for maps in features.values()])
    convs = {
        conv: part.reshape(features[conv].shape).copy_(features[conv]) for conv, part in zip(CONVS, parts, strict=True)
    }
    return Look(resized, encoder.name, encoder.sha256, picture_sha256(resized), convs)


def layer_features(
    picture: Image.Image,
    encoder: Encoder,
    layer: str,
    size: int | None = None,
    pooling: str = "max",
    padding: str = "zeros",
) -> np.ndarray:
    """(C, H, W) float32: the features of one layer, computed no further than to there.

    `picture` has `size` pixels on the longer side, by default its own size; each side at least 32. `pooling` and `padding`
    are those of `Settings`. Raises `LayerError`.
    """
    import torch

    across, down = (max(SMALLEST, side) for side in (fit(*picture.size, size) if size else picture.size))
    with torch.no_grad():
        shown = to_tensor(resize(picture, across, down)).to(encoder.device)
        return encoder(shown, [layer], pooling=pooling, padding=padding)[layer][0].cpu().numpy()


def look_size(width: int, height: int, size: int | None = None) -> tuple[int, int]:
    """(width, height) in pixels at which `look` shows a picture of width x height pixels to the network.

    The longer side is about `size`, by default 384 or, of a smaller picture, its own: enlarged it would be another picture
    to the network. Both sides are multiples of 16, and at least 32.
    """
    size = size or min(SIZE, max(width, height))
    across, down = (max(SMALLEST, round(side / MULTIPLE) * MULTIPLE) for side in fit(width, height, size))
    return across, down
