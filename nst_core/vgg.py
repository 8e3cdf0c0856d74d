"""VGG19 as a feature extractor: a picture in, the features of the named layers out."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from .devices import DTYPES, choose_precision
from .errors import PictureError, WeightsError
from .layers import CONVS, Layer, deepest, get_layer, smallest_side, up_to
from .operations import max_pool

# Average pooling makes activations smaller, since the mean of four ReLU outputs is below their maximum; the paper does not
# correct that. Like crowsonkb/style-transfer-pytorch we multiply, but by the factor that keeps the values of relu4_2
# and relu5_1 at their scale on photographs (its factor of 2 makes them three times as large).
AVERAGE_POOL_SCALE = 1.45


class Encoder(nn.Module):
    """The convolutions, ReLUs and poolings of VGG19, with frozen weights."""

    mean: Tensor
    std: Tensor

    def __init__(
        self,
        weights: Mapping[str, Tensor],
        mean: Iterable[float],
        std: Iterable[float],
        *,
        name: str = "unnamed",
        sha256: str = "",
    ) -> None:
        """`weights` maps "conv1_1.weight" (C_out, C_in, 3, 3), "conv1_1.bias" (C_out,) and so on to float tensors, for all
        16 convolutions. A picture in [0, 1] is normalised with `(picture - mean) / std`, per RGB channel. `name` and
        `sha256` say where the weights came from; they are saved with every result. Raises `WeightsError`.
        """
        super().__init__()
        self.name, self.sha256 = name, sha256
        self.convs = nn.ModuleDict({conv: _frozen_conv(conv, weights) for conv in CONVS})
        self.register_buffer("mean", torch.tensor(tuple(mean)).reshape(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(tuple(std)).reshape(1, 3, 1, 1), persistent=False)
        # Convolutions run faster on channels-last data on CPUs (oneDNN) and on tensor cores.
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    @property
    def device(self) -> torch.device:
        """The device that the weights are on."""
        return self.mean.device

    @property
    def dtype(self) -> torch.dtype:
        """The number format of all convolutions but the first."""
        return self.convs[CONVS[1]].weight.dtype  # type: ignore[return-value]

    def with_precision(self, precision: str) -> Encoder:
        """This network with its weights rounded to `precision` (see `choose_precision`); itself if they already are.

        Pictures, and the features that come out, keep their own precision. conv1_1 is computed in float32, and its features
        are rounded: bfloat16 has 8 significant bits, which would round the pixels more coarsely than an 8-bit file does.
        """
        dtype = DTYPES[choose_precision(precision, self.device)]
        later = [self.convs[name] for name in CONVS[1:]]
        if all(conv.weight.dtype == dtype for conv in later):
            return self
        # One layer at a time, so that memory never holds a second float32 copy of the whole network.
        return copy.deepcopy(self, {id(conv): copy.deepcopy(conv).to(dtype) for conv in later})

    def forward(
        self, picture: Tensor, layers: Iterable[str], *, pooling: str = "max", padding: str = "zeros"
    ) -> dict[str, Tensor]:
        """Features {layer name: (1, C, H/stride, W/stride)} of `picture` (1, 3, H, W), RGB in [0, 1].

        Sides are rounded down. `pooling` is "max" or "average" (times `AVERAGE_POOL_SCALE`). `padding` is what conv1_1
        sees around the normalised picture: "zeros", the mean colour, or "replicate", the picture's edge. Later layers
        always see zeros.

        Raises `PictureError` when the deepest layer has no unit left.
        """
        features = self.iter_features(picture, layers, pooling=pooling, padding=padding)
        return {name: value.to(picture.dtype) for name, value in features}

    def iter_features(
        self,
        picture: Tensor,
        layers: Iterable[str],
        *,
        pooling: str = "max",
        padding: str = "zeros",
        before_conv: Callable[..., None] | None = None,
        after: str | None = None,
    ) -> Iterator[tuple[str, Tensor]]:
        """The items of what `forward` returns, in order, each as soon as it is computed, in the number format of its layer.

        Computing each layer's loss before asking for the next layer saves memory: autograd goes back through the youngest
        operations first, so the gradients of the early, large layers are not held while it does the deep ones.

        `before_conv` is called before every convolution, and again on the way back, when its input's gradient has been
        computed. An exception that it raises ends the evaluation there. With `after`, the name of a pooling, `picture` is
        the output of that layer.
        """
        wanted = set(layers)
        if not wanted:
            return
        last, needed = deepest(wanted), smallest_side(wanted)
        height, width = (side * (get_layer(after).stride if after else 1) for side in picture.shape[-2:])
        if min(height, width) < needed:
            raise PictureError(
                f"A picture of {width}x{height} pixels is too small for layer {last.name}. "
                f"Use at least {needed} pixels on the shorter side, or an earlier layer."
            )
        x = picture if after else (picture - self.mean) / self.std
        x = x.contiguous(memory_format=torch.channels_last)
        handed_out = False  # whether `x` was yielded: then it must not be overwritten
        run = up_to(last.name)[len(up_to(after)) if after else 0 :]
        late = _after_pooling(run, wanted) if pooling == "max" else set[str]()
        for layer in run:
            if layer.name in late:
                continue
            if before_conv and layer.kind == "conv":
                before_conv()
                if x.requires_grad:
                    x.register_hook(before_conv)
            x = self._run(layer, x, pooling, padding, in_place=not handed_out)
            if layer.kind == "pool" and late:  # where a ReLU came before the pooling as well, this one changes nothing
                x = functional.relu(x)
            handed_out = layer.name in wanted
            if handed_out:
                yield layer.name, x

    def _run(self, layer: Layer, x: Tensor, pooling: str, padding: str, in_place: bool) -> Tensor:
        """The output of `layer` for its input `x`. In place, a ReLU overwrites `x`, which saves a copy of it."""
        if layer.kind == "conv":
            conv = self.convs[layer.name]
            assert isinstance(conv, nn.Conv2d)
            if layer.name == "conv1_1" and padding == "replicate":
                x = functional.pad(x, (1, 1, 1, 1), mode="replicate")
                return functional.conv2d(x, conv.weight, conv.bias).to(self.dtype)
            return conv(x.to(conv.weight.dtype)).to(self.dtype)
        if layer.kind == "relu":
            return functional.relu(x, inplace=in_place)
        if pooling == "average":
            return functional.avg_pool2d(x, 2) * AVERAGE_POOL_SCALE
        return max_pool(x)


def _after_pooling(layers: Sequence[Layer], wanted: Collection[str]) -> set[str]:
    """The ReLUs of `layers` before a pooling that are not `wanted`: they can as well follow a max pooling, with a quarter of
    the work, since the largest of four values stays the largest when all are clamped at 0."""
    return {
        layer.name
        for layer, following in pairwise(layers)
        if layer.kind == "relu" and following.kind == "pool" and layer.name not in wanted
    }


def _frozen_conv(name: str, weights: Mapping[str, Tensor]) -> nn.Conv2d:
    try:
        weight, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
    except KeyError as missing:
        raise WeightsError(f"These weights lack {missing.args[0]!r}: they are not a whole VGG19.") from None
    conv = nn.Conv2d(weight.shape[1], weight.shape[0], 3, padding=1, device="meta")
    conv.weight = nn.Parameter(weight, requires_grad=False)
    conv.bias = nn.Parameter(bias, requires_grad=False)
    return conv
