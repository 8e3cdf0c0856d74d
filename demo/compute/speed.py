"""How fast this machine computes the network, measured before the first run."""

from __future__ import annotations

import time

import torch

from nst_core.settings import Settings
from nst_core.vgg import Encoder

from .cost import PROBE, flops


def measured_speed(encoder: Encoder) -> float:
    """FLOP a second of one evaluation of a picture of `PROBE` pixels, the fastest of three.

    Not of one alone, since the first evaluation of a size also sets up its convolutions.
    """
    settings = Settings()
    return flops(settings, *PROBE) / min(_probe(encoder, settings) for _ in range(3))


def _probe(encoder: Encoder, settings: Settings) -> float:
    width, height = PROBE
    began = time.perf_counter()
    with torch.enable_grad():
        picture = torch.full((1, 3, height, width), 0.5, device=encoder.device, requires_grad=True)
        torch.stack([f.square().mean() for f in encoder(picture, settings.layers_used).values()]).sum().backward()
    return time.perf_counter() - began
