"""One forward pass of a picture, kept: the features of any of the 37 layers, as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

from nst_core.images import picture_sha256, resize, to_tensor
from nst_core.layers import CONVS, get_layer, up_to
from nst_core.plan import fit
from nst_core.vgg import Encoder

SIZE = 384
# Sides are multiples of this: then every map down to pool4 covers the picture exactly, and none loses its last row.
MULTIPLE = 16
SMALLEST = 32  # the stride of pool5


@dataclass(frozen=True, eq=False)
class Look:
    """What VGG19 makes of one picture. Only the outputs of the convolutions are kept, before the ReLU: a ReLU is a clamp
    and a pooling a maximum, so that one store serves all layers. `sha256` is that of `picture`."""

    picture: Image.Image  # RGB, at the size looked at
    weights: str  # name of the network's weights
    weights_sha256: str
    sha256: str
    convs: Mapping[str, Tensor] = field(repr=False)  # "conv1_1" -> (1, C, H, W)

    def features(self, layer: str) -> np.ndarray:
        """(C, H, W) float32 of any layer, a copy. Raises `LayerError` for a name that VGG19 does not have."""
        about = get_layer(layer)
        if about.kind == "conv":
            maps = self.convs[layer].clone()
        else:
            last = [before.name for before in up_to(layer) if before.kind == "conv"][-1]
            maps = self.convs[last].clamp_min(0)
            if about.kind == "pool":
                maps = functional.max_pool2d(maps, 2)
        return maps[0].numpy()

    def map_size(self, layer: str) -> tuple[int, int]:
        """(width, height) of the layer's maps."""
        stride = get_layer(layer).stride
        return self.picture.width // stride, self.picture.height // stride

    def words(self, layer: str) -> str:
        """ "relu4_1 · 512 maps of 48 × 32 · picture 384 × 256 px · VGG19 (oxford)", for captions."""
        width, height = self.map_size(layer)
        return (
            f"{layer} · {get_layer(layer).channels} maps of {width} × {height} · "
            f"picture {self.picture.width} × {self.picture.height} px · VGG19 ({self.weights})"
        )

    @property
    def nbytes(self) -> int:
        return sum(maps.nbytes for maps in self.convs.values())


def look(picture: Image.Image, encoder: Encoder, size: int = SIZE) -> Look:
    """Show `picture` (RGB) to the network once, with about `size` pixels on the longer side."""
    resized = resize(picture, *look_size(*picture.size, size))
    with torch.no_grad():
        features = encoder(to_tensor(resized).to(encoder.device), CONVS)
    # In one block: what is kept in many pieces, between others that come and go, leaves gaps in memory.
    block = torch.empty(sum(maps.numel() for maps in features.values()))
    parts = block.split([maps.numel() for maps in features.values()])
    convs = {
        conv: part.reshape(features[conv].shape).copy_(features[conv]) for conv, part in zip(CONVS, parts, strict=True)
    }
    return Look(resized, encoder.name, encoder.sha256, picture_sha256(resized), convs)


def look_size(width: int, height: int, size: int = SIZE) -> tuple[int, int]:
    """The (width, height) at which a picture of width x height pixels is looked at: multiples of 16, at least 32."""
    across, down = (max(SMALLEST, round(side / MULTIPLE) * MULTIPLE) for side in fit(width, height, size))
    return across, down
