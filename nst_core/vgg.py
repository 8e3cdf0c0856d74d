"""VGG19 as a feature extractor: a picture in, the features of the named layers out."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from .errors import PictureError, SettingError, WeightsError
from .layers import CONVS, LAYERS, Layer, deepest, smallest_side

# Average pooling shrinks activations: the mean of four ReLU outputs is smaller than their maximum. The paper leaves it
# at that. We multiply, as crowsonkb/style-transfer-pytorch does, but by what keeps the size of relu4_2 and relu5_1 on
# photographs (its factor of 2 makes them three times as large).
AVERAGE_POOL_SCALE = 1.45

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


def choose_precision(wanted: str, device: torch.device) -> str:
    """ "auto" is bfloat16 on x86 processors with instructions for it (AVX512-BF16 or AMX), which multiply it twice as fast,
    and float32 elsewhere. Raises `SettingError` for anything but a key of `DTYPES`."""
    if wanted == "auto":
        can: dict[str, bool] = getattr(torch.cpu, "get_capabilities", dict)()  # older versions of torch cannot tell
        faster = device.type == "cpu" and (can.get("avx512_bf16") or can.get("amx_bf16"))
        return "bfloat16" if faster else "float32"
    if wanted not in DTYPES:
        raise SettingError(f"precision cannot be {wanted!r}. Choose one of: auto, {', '.join(DTYPES)}.")
    return wanted


class Encoder(nn.Module):
    """The feature part of VGG19 with frozen weights.

    `weights` maps "conv1_1.weight" (C_out, C_in, 3, 3) and "conv1_1.bias" (C_out,) to float tensors, and so on for all 16
    convolutions. A picture in [0, 1] is normalised with `(picture - mean) / std`, per RGB channel. `name` and `sha256` say
    where the weights came from; they travel with every result.
    """

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
        super().__init__()
        self.name, self.sha256 = name, sha256
        self.convs = nn.ModuleDict({conv: _frozen_conv(conv, weights) for conv in CONVS})
        self.register_buffer("mean", torch.tensor(tuple(mean)).reshape(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(tuple(std)).reshape(1, 3, 1, 1), persistent=False)
        # Convolutions run faster on channels-last data on CPUs (oneDNN) and on tensor cores.
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    @property
    def device(self) -> torch.device:
        return self.mean.device

    def with_precision(self, precision: str) -> Encoder:
        """This network computing in `precision` (see `choose_precision`), to which its weights are rounded.

        Pictures, and the features that come out, keep theirs. bfloat16 has 8 significant bits: conv1_1 stays as it is, or
        the pixels would be rounded more coarsely than in an 8-bit file.
        """
        dtype = DTYPES[choose_precision(precision, self.device)]
        later = [self.convs[name] for name in CONVS[1:]]
        if all(conv.weight.dtype == dtype for conv in later):
            return self
        # One by one: a second float32 copy of the whole network is never held.
        return copy.deepcopy(self, {id(conv): copy.deepcopy(conv).to(dtype) for conv in later})

    def forward(
        self, picture: Tensor, layers: Iterable[str], *, pooling: str = "max", padding: str = "zeros"
    ) -> dict[str, Tensor]:
        """Features {layer name: (1, C, H/stride, W/stride)} of `picture` (1, 3, H, W), RGB in [0, 1].

        `pooling` is "max" or "average" (times `AVERAGE_POOL_SCALE`). `padding="replicate"` repeats the picture's edge in
        conv1_1 instead of framing it with the mean colour. Raises `PictureError` when the deepest layer has no unit left.
        """
        return dict(self.iter_features(picture, layers, pooling=pooling, padding=padding))

    def iter_features(
        self,
        picture: Tensor,
        layers: Iterable[str],
        *,
        pooling: str = "max",
        padding: str = "zeros",
        before_conv: Callable[..., None] | None = None,
    ) -> Iterator[tuple[str, Tensor]]:
        """What `forward` returns, layer by layer in the network's order, each as soon as it is computed.

        What is made of a layer before the next one is asked for is also near it on the way back: autograd takes the
        youngest operations first, and does not hold the gradients of the early, large layers while it does the deep ones.

        `before_conv` is called before every convolution, and on the way back when the gradient has come through it:
        whatever it raises ends the work there.
        """
        wanted = set(layers)
        if not wanted:
            return
        last = deepest(wanted)
        height, width = picture.shape[-2:]
        if min(height, width) < smallest_side(wanted):
            raise PictureError(
                f"A picture of {width}x{height} pixels leaves nothing of layer {last.name}. "
                f"Use at least {smallest_side(wanted)} pixels on the shorter side, or an earlier layer."
            )
        x = ((picture - self.mean) / self.std).contiguous(memory_format=torch.channels_last)
        for layer in list(LAYERS.values())[: last.index + 1]:
            if before_conv and layer.kind == "conv":
                before_conv()
                if x.requires_grad:
                    x.register_hook(before_conv)
            x = self._run(x, layer, pooling, padding, previous_is_kept=_previous(layer) in wanted)
            if layer.name in wanted:
                yield layer.name, x.to(picture.dtype)

    def _run(self, x: Tensor, layer: Layer, pooling: str, padding: str, previous_is_kept: bool) -> Tensor:
        if layer.kind == "conv":
            conv = self.convs[layer.name]
            assert isinstance(conv, nn.Conv2d)
            if layer.name == "conv1_1" and padding == "replicate":
                x = functional.pad(x, (1, 1, 1, 1), mode="replicate")
                return functional.conv2d(x, conv.weight, conv.bias)
            return conv(x.to(conv.weight.dtype))
        if layer.kind == "relu":
            # In place saves a copy of the map, but would overwrite the features of a conv layer that was asked for.
            return functional.relu(x, inplace=not previous_is_kept)
        if pooling == "average":
            return functional.avg_pool2d(x, 2) * AVERAGE_POOL_SCALE
        return functional.max_pool2d(x, 2)


def _previous(layer: Layer) -> str:
    return list(LAYERS)[layer.index - 1]


def _frozen_conv(name: str, weights: Mapping[str, Tensor]) -> nn.Conv2d:
    try:
        weight, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
    except KeyError as missing:
        raise WeightsError(f"These weights lack {missing.args[0]!r}: they are not a whole VGG19.") from None
    conv = nn.Conv2d(weight.shape[1], weight.shape[0], 3, padding=1, device="meta")
    conv.weight = nn.Parameter(weight, requires_grad=False)
    conv.bias = nn.Parameter(bias, requires_grad=False)
    return conv
