"""Pictures that excite channels: feature visualisation by optimisation (Olah, Mordvintsev & Schubert, Distill 2017)."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from nst_core.errors import LayerError
from nst_core.images import to_image
from nst_core.layers import convolution_of, get_layer

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from nst_core.vgg import Encoder

# Columns are directions of colour that are uncorrelated in photographs, as long as their colours vary there: light, then two
# of hue. Measured by the authors of the article, in their code (lucid 0.3).
COLOURS = ((0.26, 0.09, 0.02), (0.27, 0.00, -0.05), (0.27, -0.09, 0.03))
CONTRAST = 0.5  # from the sum of the waves to what the sigmoid brings into [0, 1]
NOISE = 0.01  # standard deviation of the coefficients at the start
RATE = 0.1  # of Adam
SHIFT = 1 / 16  # of the side: the farthest that an evaluation moves the pictures
SCALES = (0.95, 1.05)  # between which an evaluation enlarges them
DIVERSITY = 1.0  # weight of the cosines of the pictures' Gram matrices
SIZE, COUNT, EVALUATIONS = 128, 3, 32
SMALL = 0.7  # the share of the evaluations that are done at half the size, in a quarter of the time


@dataclass(frozen=True)
class Excited:
    """The pictures after some evaluations, and how strongly they excite what was asked for."""

    evaluation: int
    evaluations: int
    values: tuple[float, ...]  # of each picture: the mean over its places of the weighted channels, before the ReLU
    elapsed: float  # seconds
    batch: Tensor = field(repr=False)  # (N, 3, size, size) in [0, 1]

    @property
    def remaining(self) -> float:
        """Seconds, estimated from those so far; nan before the first evaluation."""
        done = _work(self.evaluation, self.evaluations)
        return self.elapsed * (_work(self.evaluations, self.evaluations) / done - 1) if done else math.nan

    def pictures(self) -> list[Image.Image]:
        """The N pictures, RGB."""
        return [to_image(picture[None]) for picture in self.batch]


class Spectrum:
    """Square pictures as the coefficients of waves (Fourier) in decorrelated colours.

    The amplitudes of photographs fall with frequency, and so do those of the waves: in these coordinates gradient descent
    changes large shapes as fast as fine detail (Olah et al. 2017, section "Preconditioning and Parameterization").
    """

    def __init__(self, count: int, size: int, generator: torch.Generator, device: torch.device) -> None:
        """`count` pictures of nearly even grey, with sides of `size` pixels."""
        import torch

        self.size = size
        frequency = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None])
        falling = 1 / np.maximum(size * frequency, 1)
        self.falling = torch.from_numpy(falling.astype(np.float32)).to(device)
        noise = NOISE * torch.randn((count, 3, *falling.shape, 2), generator=generator)
        self.coefficients = noise.to(device).requires_grad_()
        self.colours = (torch.tensor(COLOURS) / np.linalg.norm(COLOURS, axis=0).max()).float().to(device)

    def pictures(self, size: int) -> Tensor:
        """(N, 3, size, size) in [0, 1]; at less than the full size without the waves that are too short for it."""
        import torch

        waves = torch.view_as_complex(self.coefficients) * self.falling
        half = size // 2
        kept = torch.cat([waves[:, :, :half], waves[:, :, -half:]], dim=2)[..., : half + 1]
        plain = torch.fft.irfft2(kept, s=(size, size), norm="forward")
        return torch.sigmoid(CONTRAST * torch.einsum("nchw,dc->ndhw", plain, self.colours))


def excite(
    encoder: Encoder,
    layer: str,
    weights: Mapping[int, float],
    *,
    size: int = SIZE,
    count: int = COUNT,
    evaluations: int = EVALUATIONS,
    seed: int = 0,
    clock: Callable[[], float] = time.monotonic,
) -> Generator[Excited, None, None]:
    """Change `count` pictures so that channels of `layer` respond; yield before the first and after every evaluation.

    `weights` are {channel: weight}: one channel, a pair, or a direction of many. What grows is the mean over all places of
    the weighted sum of the channels, before the ReLU: through a ReLU that is off, no gradient comes back. Each evaluation
    shifts and scales the pictures a little, so that no detail counts that one pixel more or less would undo, and holds the
    cosines of the pictures' Gram matrices down, so that the pictures differ. `size` is even, in pixels. Raises `LayerError`.
    """
    import torch

    about = get_layer(layer)
    if not weights or not all(0 <= channel < about.channels for channel in weights):
        raise LayerError(f"{layer} has the channels 0 to {about.channels - 1}; give at least one of them.")
    generator, began = torch.Generator().manual_seed(seed), clock()
    spectrum = Spectrum(count, size, generator, encoder.device)
    adam = _Adam(spectrum.coefficients)
    for evaluation in range(evaluations + 1):
        small = evaluation < SMALL * evaluations
        seen = _varied(spectrum.pictures(size // 2 if small else size), generator)
        ((_, features),) = encoder.iter_features(seen, [convolution_of(layer)])
        features = features.float()
        along = torch.tensor([weights.get(n, 0.0) for n in range(features.shape[1])], device=features.device)
        values = torch.einsum("nchw,c->nhw", features, along).mean(dim=(1, 2))
        with torch.no_grad():
            batch = spectrum.pictures(size).cpu()
        yield Excited(evaluation, evaluations, tuple(values.tolist()), clock() - began, batch)
        if evaluation < evaluations:
            # In units of the features: the same rate suits every layer.
            loss = DIVERSITY * _likeness(features) - values.sum() / features.detach().square().mean().sqrt()
            adam.step(*torch.autograd.grad(loss, spectrum.coefficients))


def direction_at(features: np.ndarray, row: int, column: int) -> dict[int, float]:
    """{channel: weight}: what sets place (row, column) of `features` (C, H, W) apart: its features less their means.

    The direction has length 1; it is empty where the place does not differ.
    """
    apart = features[:, row, column].astype(np.float64) - features.mean(axis=(1, 2), dtype=np.float64)
    length = float(np.linalg.norm(apart))
    return {n: float(value) / length for n, value in enumerate(apart)} if length else {}


def _work(evaluation: int, evaluations: int) -> float:
    """What so many of all evaluations cost, in evaluations at full size."""
    small = min(evaluation, math.ceil(SMALL * evaluations))
    return small / 4 + evaluation - small


class _Adam:
    """Adam (Kingma & Ba 2015). Not torch's, whose first use imports torch's compiler: a second in which nothing is shown."""

    def __init__(self, changed: Tensor) -> None:
        import torch

        self.changed, self.steps = changed, 0
        self.mean, self.square = torch.zeros_like(changed), torch.zeros_like(changed)

    def step(self, gradient: Tensor) -> None:
        import torch

        self.steps += 1
        self.mean.lerp_(gradient, 0.1)
        self.square.lerp_(gradient.square(), 0.001)
        mean, square = self.mean / (1 - 0.9**self.steps), self.square / (1 - 0.999**self.steps)
        with torch.no_grad():
            self.changed -= RATE * mean / (square.sqrt() + 1e-8)


def _varied(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """The pictures shifted by up to `SHIFT` of their side, around the edges, and scaled, all of them alike."""
    import torch
    from torch.nn import functional

    side = pictures.shape[-1]
    most = round(SHIFT * side)
    shift = torch.randint(-most, most + 1, (2,), generator=generator).tolist()
    low, high = SCALES
    scaled = round(side * (low + (high - low) * float(torch.rand((), generator=generator))))
    return functional.interpolate(pictures.roll(shift, (2, 3)), (scaled, scaled), mode="bilinear", align_corners=False)


def _likeness(features: Tensor) -> Tensor:
    """The sum of the cosines of every two pictures' Gram matrices (Olah et al. 2017, section "Diversity")."""
    from torch.nn import functional

    flat = features.clamp_min(0).flatten(2)
    grams = functional.normalize((flat @ flat.transpose(1, 2)).flatten(1), dim=1)
    return (grams @ grams.T).triu(1).sum()
