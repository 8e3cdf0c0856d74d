"""Where a number comes from: the kernels of a convolution, and the sum with which one unit gets its value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nst_core.images import to_tensor
from nst_core.layers import CONVS, convolution_of, get_layer, up_to

from .look import Look

if TYPE_CHECKING:
    from nst_core.vgg import Encoder


def kernels(encoder: Encoder, layer: str) -> tuple[np.ndarray, np.ndarray]:
    """(C_out, C_in, 3, 3) and (C_out,) float32: the weights and the biases of the convolution that computes `layer`.

    The inputs of conv1_1 are red, green and blue, those of any other convolution the channels of the layer before it.
    Raises `LayerError`.
    """
    from torch import nn

    conv = encoder.convs[convolution_of(layer)]
    assert isinstance(conv, nn.Conv2d) and conv.bias is not None
    weight, bias = (tensor.detach().float().cpu().contiguous().numpy() for tensor in (conv.weight, conv.bias))
    return weight, bias


def strongest_inputs(weights: np.ndarray, count: int = 16) -> np.ndarray:
    """The numbers of the `count` input channels whose kernels in `weights` (C_in, 3, 3) are longest, the longest first."""
    lengths = np.linalg.norm(weights.reshape(len(weights), -1), axis=1)
    return np.argsort(-lengths, kind="stable")[:count]


def shown_kernels(encoder: Encoder, layer: str, channel: int, count: int = 16) -> tuple[np.ndarray, np.ndarray]:
    """The numbers (N,) and the kernels that show what `channel` of `layer` is made of. Raises `LayerError`.

    For conv1_1 those of all its filters, (N, 3, 3, 3); for a later convolution the channel's `count` strongest inputs and
    its weights for them, (N, 3, 3).
    """
    weights, _ = kernels(encoder, layer)
    if convolution_of(layer) == CONVS[0]:
        return np.arange(len(weights)), weights
    inputs = strongest_inputs(weights[channel], count)
    return inputs, weights[channel][inputs]


@dataclass(frozen=True)
class UnitSum:
    """The arithmetic of one unit: bias + the sum of patch * weights over the inputs and 3 x 3 places (a cross-correlation,
    which networks call convolution)."""

    conv: str
    inputs: str  # the layer before, "picture" for conv1_1
    row: int  # of the unit in the maps of `conv`
    column: int
    patch: np.ndarray  # (C_in, 3, 3) float32: what the unit sees of the layer before; 0 where it is padding
    weights: np.ndarray  # (C_in, 3, 3) float32
    bias: float

    @property
    def parts(self) -> np.ndarray:
        """(C_in,) float64: what every input channel adds to the sum."""
        return (self.patch.astype(np.float64) * self.weights).sum(axis=(1, 2))

    @property
    def value(self) -> float:
        """The unit's value before the ReLU, in the units of the features."""
        return float(self.parts.sum()) + self.bias

    @property
    def active(self) -> float:
        """The unit's value after the ReLU: the value, or 0 where it is negative."""
        return max(0.0, self.value)


def unit_sum(look: Look, encoder: Encoder, layer: str, channel: int, unit: tuple[int, int] | None = None) -> UnitSum:
    """How a unit (row, column) of `channel` in `layer` gets its value from the picture of `look`.

    Without `unit`, the one whose value is farthest from zero.
    A ReLU has the sum of its convolution; a pooling passes on the largest of four units, whose sum is returned. Raises
    `LayerError`.
    """
    conv = convolution_of(layer)
    values = look.features(layer)[channel]
    row, column = divmod(int(np.abs(values).argmax()), values.shape[1]) if unit is None else unit
    if get_layer(layer).kind == "pool":
        four = look.features(conv)[channel, 2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
        down, across = np.unravel_index(int(four.argmax()), four.shape)
        row, column = 2 * row + int(down), 2 * column + int(across)
    before = [other.name for other in up_to(conv)][:-1]
    seen = look.features(before[-1]) if before else _normalised(look, encoder)
    padded = np.pad(seen, ((0, 0), (1, 1), (1, 1)))
    weights, biases = kernels(encoder, conv)
    patch = padded[:, row : row + 3, column : column + 3]
    return UnitSum(
        conv, before[-1] if before else "picture", row, column, patch, weights[channel], float(biases[channel])
    )


def _normalised(look: Look, encoder: Encoder) -> np.ndarray:
    """(3, H, W): the picture as conv1_1 sees it, (picture - mean) / std per colour."""
    import torch

    with torch.no_grad():
        picture = to_tensor(look.picture).to(encoder.device)
        return ((picture - encoder.mean) / encoder.std)[0].cpu().numpy()
