"""The network of the tests in a browser: as wide as VGG19, nearly no work, and slow when it is asked to be."""

import time
from collections.abc import Iterable, Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional

from nst_core.layers import CONVS, LAYERS, get_layer
from nst_core.vgg import Encoder
from nst_core.weights import TORCHVISION_NORM

# Longer side, in pixels, of a picture that `Wide` takes its time with: a run of this size lasts until it is stopped.
LASTING = 208


class Wide(Encoder):
    """As many channels in every layer as VGG19 has, for the numbers of channels in the explorer's tour and links; and yet
    hardly more work than the four channels of the tiny encoder, of which they are mixtures. For a picture of the size
    `LASTING` it takes as long as a real network would, but waits instead of computing."""

    def __init__(self, tiny: Encoder) -> None:
        """Made of the tiny encoder."""
        super().__init__(tiny.convs.state_dict(), *TORCHVISION_NORM, name="wide", sha256="1" * 64)
        self.four = tiny
        self.convs.update(_kernels_without_memory())  # for who looks at the weights; `iter_features` does not use them
        generator = torch.Generator().manual_seed(0)
        self.mixtures = {name: torch.randn(get_layer(name).channels, 4, generator=generator) for name in CONVS}

    def iter_features(self, picture: Tensor, layers: Iterable[str], **options: str) -> Iterator[tuple[str, Tensor]]:
        if max(picture.shape[2:]) == LASTING:
            time.sleep(0.1)
        wanted = set(layers)
        needed = {
            _conv_of(name): [n for n in LAYERS if n in wanted and _conv_of(n) == _conv_of(name)] for name in wanted
        }
        for conv, four in self.four.iter_features(picture, needed, **options):
            x = torch.einsum("cf,nfhw->nchw", self.mixtures[conv], four)
            for name in needed[conv]:
                kind = get_layer(name).kind
                yield name, x if kind == "conv" else x.relu() if kind == "relu" else functional.max_pool2d(x.relu(), 2)


def _conv_of(name: str) -> str:
    """The convolution whose outputs a layer shows: "conv4_1" for relu4_1."""
    return [conv for conv in CONVS if get_layer(conv).index <= get_layer(name).index][-1]


def _kernels_without_memory() -> Iterator[tuple[str, nn.Conv2d]]:
    """Convolutions as wide as VGG19's. All weights are one number in memory."""
    inputs = 3
    for name in CONVS:
        outputs = get_layer(name).channels
        conv = nn.Conv2d(inputs, outputs, 3, padding=1, device="meta")
        conv.weight = nn.Parameter(torch.tensor(0.01).expand(outputs, inputs, 3, 3), requires_grad=False)
        conv.bias = nn.Parameter(torch.zeros(outputs), requires_grad=False)
        yield name, conv
        inputs = outputs
