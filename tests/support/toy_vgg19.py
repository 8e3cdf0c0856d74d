"""Two VGG19s whose weights are written out by hand, so that every answer can be worked out on paper.

Both are real encoders with all 37 layers. Mean 0 and std 1: what conv1_1 sees are the pixels, in [0, 1], and its zero
padding is black.
"""

from __future__ import annotations

import torch
from PIL import Image
from torch import Tensor

from nst_core.layers import CONVS
from nst_core.vgg import Encoder

COPY = torch.zeros(3, 3)
COPY[1, 1] = 1
SUM = torch.ones(3, 3)

Channel = dict[int, Tensor]  # input channel -> its 3 x 3 kernel; the other inputs have weight 0

RED, GREEN, BLUE = 0, 1, 2

# conv -> its output channels. Every conv that is not named here copies its inputs.
TOY: dict[str, list[Channel]] = {
    # Channel 0 is red. Channel 1 is green less blue: negative, hence off after the ReLU, where there is only blue.
    "conv1_1": [{RED: COPY}, {GREEN: COPY, BLUE: -COPY}],
    # Channels 0 and 1 are copied. Channel 2 is their sum less 1/2: negative where both are off.
    "conv2_1": [{0: COPY}, {1: COPY}, {0: COPY, 1: COPY}],
    # The one channel is the sum of channel 2 over 3 x 3 places.
    "conv3_1": [{2: SUM}],
}
BIASES = {"conv2_1": [0.0, 0.0, -0.5]}


def toy() -> Encoder:
    """A VGG19 with two channels in block 1, three in block 2 and one in blocks 3 to 5: see `TOY`."""
    weights: dict[str, Tensor] = {}
    inputs = 3
    for conv in CONVS:
        channels = TOY.get(conv, [{n: COPY} for n in range(inputs)])
        weight = torch.zeros(len(channels), inputs, 3, 3)
        for n, kernels in enumerate(channels):
            for source, kernel in kernels.items():
                weight[n, source] = kernel
        weights[f"{conv}.weight"] = weight
        weights[f"{conv}.bias"] = torch.tensor(BIASES.get(conv, [0.0] * len(channels)))
        inputs = len(channels)
    return Encoder(weights, (0, 0, 0), (1, 1, 1), name="toy", sha256="1" * 64)


def all_ones() -> Encoder:
    """A VGG19 with one channel a layer, every weight 1 and every bias 0.

    On a black picture with one lit pixel, a unit is above zero exactly when the pixel is in its receptive field.
    """
    weights: dict[str, Tensor] = {}
    for conv in CONVS:
        weights[f"{conv}.weight"] = torch.ones(1, 3 if conv == "conv1_1" else 1, 3, 3)
        weights[f"{conv}.bias"] = torch.zeros(1)
    return Encoder(weights, (0, 0, 0), (1, 1, 1), name="all ones")


COLOURS = {
    ".": (0, 0, 0),
    "R": (255, 0, 0),
    "G": (0, 255, 0),
    "B": (0, 0, 255),
    "Y": (255, 255, 0),
}


def painted(*rows: str) -> Image.Image:
    """An RGB picture from one letter a pixel: R, G, B, Y (yellow: red and green), or "." for black."""
    picture = Image.new("RGB", (len(rows[0]), len(rows)))
    for y, row in enumerate(rows):
        for x, letter in enumerate(row):
            picture.putpixel((x, y), COLOURS[letter])
    return picture


def black_but_for(width: int, height: int, pixels: dict[tuple[int, int], tuple[int, int, int]]) -> Image.Image:
    """A black RGB picture of width x height pixels but for {(row, column): colour}."""
    picture = Image.new("RGB", (width, height))
    for (row, column), colour in pixels.items():
        picture.putpixel((column, row), colour)
    return picture
