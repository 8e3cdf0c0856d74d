"""L-BFGS with all pixels kept in [0, 1]: yields the picture to evaluate next and is sent its `Evaluation`.

The letters are those of Nocedal & Wright, "Numerical Optimization", algorithm 7.4: s is a step of the picture and y the
change of the gradient along it. H, the inverse Hessian, is never stored: H times a gradient is computed from the last pairs
(s, y) and a first guess H0. For each pair, one loop subtracts alpha * y from the gradient q. Then r = H0 q, where
gamma is the scale of H0, and for each pair a second loop adds (alpha - beta) * s to r. The book's rho, 1 / (y . s), is
written out.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True)
class Evaluation:
    """The loss at `picture` (1, 3, H, W), and its gradient of the same shape."""

    picture: Tensor
    total: float
    terms: Mapping[Any, float]
    gradient: Tensor

    @property
    def finite(self) -> bool:
        """Whether neither the total nor the gradient has a NaN or an infinite number."""
        return math.isfinite(self.total) and bool(torch.isfinite(self.gradient).all())


# An optimizer yields the picture to evaluate next and is sent the evaluation. It returns when it can lower nothing more.
Search = Generator[Tensor, Evaluation, None]

# So many pairs (s, y) are remembered, fewer when they would take more than HISTORY_BYTES.
HISTORY_PAIRS = 50
HISTORY_BYTES = 200e6
# The first step changes the pixels by this much (root mean square, of [0, 1]); L-BFGS finds the length of the others.
FIRST_STEP = 0.02
# A step must lower the loss by this share of what the slope promises (Armijo's condition). After TRIES lengths that do
# not, the pairs are forgotten.
DECREASE = 1e-4
TRIES = 3


def lbfgs(start: Tensor) -> Search:
    """L-BFGS (Nocedal & Wright, algorithm 7.5) in the box [0, 1], with a backtracking line search.

    Three things differ from the book. The line search asks for Armijo's condition only, not Wolfe's, so that a pair is
    kept only if s . y > 0. H0 is a filter (`smooth`). And a pixel on a bound whose step would leave the box is held
    fixed for that step (the two-metric projection of Bertsekas 1982); the rest of the step is clamped.
    """
    pairs: list[Tensor] = []  # (2, 1, 3, H, W): s and y
    most = max(3, min(HISTORY_PAIRS, int(HISTORY_BYTES / (8 * start.numel()))))
    # One buffer for all pairs: as single tensors, kept between large ones that are soon freed, they would fragment the heap.
    slots = cycle(start.new_empty(most, 2, *start.shape))
    first_step = FIRST_STEP
    here = yield start
    while first_step > 1e-7:
        free = ~(((here.picture <= 0) & (here.gradient > 0)) | ((here.picture >= 1) & (here.gradient < 0)))
        direction = -_inverse_hessian_times(here.gradient * free, pairs, first_step) * free
        found = yield from _line_search(here, direction)
        if found is None:
            # The pairs mislead: forget them, and go on from here with a smaller first step.
            pairs, first_step = [], first_step * 0.3
            continue
        s, y = found.picture - here.picture, (found.gradient - here.gradient) * free
        if float(_dot(s, y)) > 0:
            pairs = [*pairs, torch.stack((s, y), out=next(slots))][-most:]
        here = found


def _line_search(here: Evaluation, direction: Tensor) -> Generator[Tensor, Evaluation, Evaluation | None]:
    """The first evaluation along `direction` that lowers the loss enough; None when all `TRIES` fail."""
    length = 1.0
    for _ in range(TRIES):
        tried = yield (here.picture + length * direction).clamp(0, 1)
        promised = float(_dot(here.gradient, tried.picture - here.picture))
        if tried.finite and tried.total <= here.total + DECREASE * promised:
            return tried
        if not math.isfinite(tried.total) or promised >= 0:
            length *= 0.1
        else:  # to the minimum of the parabola through what is known, within [0.1, 0.5] of the length
            length *= min(0.5, max(0.1, -promised / (2 * (tried.total - here.total - promised))))
    return None


def _inverse_hessian_times(gradient: Tensor, pairs: list[Tensor], first_step: float) -> Tensor:
    """H times `gradient`: the two-loop recursion of algorithm 7.4, with H0 = gamma * `smooth`."""
    q, alphas = gradient, []
    for s, y in reversed(pairs):
        alphas.append(_dot(s, q) / _dot(y, s))
        q = q - alphas[-1] * y
    r = smooth(q)
    if pairs:
        s, y = pairs[-1]
        gamma = _dot(s, y) / _dot(y, smooth(y))  # eq. 7.20, for an H0 that is not the identity
    else:
        gamma = first_step / r.square().mean().sqrt().clamp_min(1e-30)
    r = gamma * r
    for (s, y), alpha in zip(pairs, reversed(alphas), strict=True):
        beta = _dot(y, r) / _dot(y, s)
        r = r + s * (alpha - beta)
    return r


def _dot(a: Tensor, b: Tensor) -> Tensor:
    return (a * b).sum()


def smooth(gradient: Tensor) -> Tensor:
    """`gradient` (1, 3, H, W) with each frequency f (cycles over the longer side) multiplied by f^-0.8.

    The mean (f = 0) counts as f = 1. As H0 of L-BFGS it moves large shapes and colours first, as if the variables were
    the picture's spectrum times f^0.4 ("Differentiable Image Parameterizations", Mordvintsev et al., Distill 2018).
    """
    height, width = gradient.shape[-2:]
    longer = max(height, width)
    down = torch.fft.fftfreq(height, 1 / longer, device=gradient.device)[:, None]
    across = torch.fft.rfftfreq(width, 1 / longer, device=gradient.device)[None]
    gain = (down.square() + across.square()).sqrt().clamp_min(1).pow(-0.8)
    return torch.fft.irfft2(torch.fft.rfft2(gradient) * gain, s=(height, width))
