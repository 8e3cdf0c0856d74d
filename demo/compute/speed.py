"""How fast this machine computes the network, measured by evaluations of two sizes."""

from __future__ import annotations

import time
from statistics import mean

import torch

from nst_core.losses import gram_matrix
from nst_core.settings import Settings
from nst_core.vgg import Encoder

from .cost import Pace, evaluation

# (width, height) of the two pictures, whose times tell the fixed part of an evaluation from that of its size. On a
# processor the larger one is large enough for convolutions at their usual speed, and small enough for a second in all; on
# a card nothing up to 512 px takes longer than starting its kernels.
ON_PROCESSOR = ((128, 80), (256, 176))
ON_CARD = ((256, 176), (1024, 704))
# Of each size, in turns, of which the mean is taken: on a machine that does other work, too, the fastest one would tell how
# fast it were without.
ROUNDS = 3
MOST = 2.0  # seconds, after which no other round begins: a visitor waits for the estimate


def measured_pace(encoder: Encoder) -> Pace:
    """The pace of evaluations with `encoder`: a straight line through the mean times of two sizes."""
    sizes = ON_PROCESSOR if encoder.device.type == "cpu" else ON_CARD
    for size in sizes:
        _probe(encoder, *size)  # the first evaluation of a size also sets up its convolutions
    rounds = [[_probe(encoder, *size) for size in sizes]]
    while len(rounds) < ROUNDS and sum(map(sum, rounds)) < MOST:
        rounds.append([_probe(encoder, *size) for size in sizes])
    small, large = map(mean, zip(*rounds, strict=True))
    fewer, more = (evaluation(Settings(), *size, Pace(0.0, 1.0)) for size in sizes)
    # Neither part can be negative, even if one of the sizes was disturbed.
    flop = max((large - small) / (more - fewer), large / more / 2)
    return Pace(max(0.0, large - flop * more), flop)


def _probe(encoder: Encoder, width: int, height: int) -> float:
    """Seconds of the forward and the backward pass of one evaluation, with the Gram matrices."""
    began = time.perf_counter()
    with torch.enable_grad():
        picture = torch.full((1, 3, height, width), 0.5, device=encoder.device, requires_grad=True)
        features = encoder(picture, Settings().layers_used).values()
        torch.stack([gram_matrix(maps).float().square().mean() for maps in features]).sum().backward()
    assert picture.grad is not None
    picture.grad.sum().item()  # a card has only begun until a number is read
    return time.perf_counter() - began
