"""L-BFGS with all pixels kept in [0, 1]: `ask` it for the picture to evaluate next, and `tell` it the `Evaluation`.

The letters are those of Nocedal & Wright, "Numerical Optimization", algorithm 7.4: s is a step of the picture and y the
change of the gradient along it. H, the inverse Hessian, is never stored: H times a gradient is computed from the last pairs
(s, y) and a first guess H0. For each pair, one loop subtracts alpha * y from the gradient q. Then r = H0 q, where
gamma is the scale of H0, and for each pair a second loop adds (alpha - beta) * s to r. The book's rho, 1 / (y . s), is
written out.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from .plan import halves_pairs, history_pairs


@dataclass(frozen=True)
class Evaluation:
    """The loss at `picture` (1, 3, H, W), and its gradient of the same shape."""

    picture: Tensor
    total: float
    terms: Mapping[Any, float]
    gradient: Tensor
    steepest: float  # the largest magnitude in the gradient

    @property
    def finite(self) -> bool:
        """Whether neither the total nor the gradient has a NaN or an infinite number."""
        return math.isfinite(self.total) and math.isfinite(self.steepest)

    def to(self, device: torch.device | str) -> Evaluation:
        """This evaluation with its tensors on `device`."""
        return replace(self, picture=self.picture.to(device), gradient=self.gradient.to(device))


# The first step changes the pixels by this much (root mean square, of [0, 1]); L-BFGS finds the length of the others.
FIRST_STEP = 0.02
# A step must lower the loss by this share of what the slope promises (Armijo's condition). After TRIES lengths that do
# not, the pairs are forgotten.
DECREASE = 1e-4
TRIES = 3


class LBFGS:
    """L-BFGS (Nocedal & Wright, algorithm 7.5) in the box [0, 1], with a backtracking line search.

    Three things differ from the book. The line search asks for Armijo's condition only, not Wolfe's, which would ensure
    s . y > 0: a pair without that is not kept. H0 is a filter (`smooth`). And a pixel on a bound where the negative gradient
    points out of the box is held fixed for that step (the two-metric projection of Bertsekas 1982); the others are clamped.
    """

    def __init__(self, start: Tensor) -> None:
        """Search from `start`, (1, 3, H, W) in [0, 1]."""
        pixels = start.shape[-2] * start.shape[-1]
        # One buffer for all pairs: as single tensors, kept between large ones that are soon freed, they would fragment the
        # heap. Row i holds the pair (s, y) number i, 2 x (1, 3, H, W); `_pairs` are the rows in use, each with y . s, oldest
        # first.
        dtype = torch.bfloat16 if halves_pairs(pixels) else start.dtype
        self._rows = start.new_empty(history_pairs(pixels), 2, *start.shape, dtype=dtype)
        self._pairs: list[tuple[int, float]] = []
        self._first_step = FIRST_STEP
        self._start = start
        self._here: Evaluation | None = None  # where the line search under way begins
        self._direction: Tensor | None = None  # of the line search, computed when it is needed
        self._begin_line_search()

    def ask(self) -> Tensor | None:
        """The picture to evaluate next, the same until `tell` is called; None when nothing more can be gained."""
        if self._here is None:
            return self._start
        if self._first_step <= 1e-7:
            return None
        if self._direction is None:
            free, pairs = _free(self._here), [(*self._rows[row], curvature) for row, curvature in self._pairs]
            direction = _inverse_hessian_times(self._here.gradient * free, pairs, self._first_step)
            self._direction = direction.neg_().mul_(free)
        return self._direction.mul(self._length).add_(self._here.picture).clamp_(0, 1)

    def tell(self, found: Evaluation) -> None:
        """Learn from the evaluation of the picture that `ask` returned."""
        if self._here is None:
            self._here = found
            return
        s = found.picture - self._here.picture
        y = (found.gradient - self._here.gradient).mul_(_free(self._here))
        # Both at once: a graphics card is waited for whenever a number is needed here.
        promised, curvature = torch.stack([_dot(self._here.gradient, s), _dot(y, s)]).tolist()
        if found.finite and found.total <= self._here.total + DECREASE * promised:
            self._remember(s, y, curvature)
            self._here = found
            self._begin_line_search()
        elif self._failed + 1 < TRIES:
            self._failed += 1
            self._shorten(found.total - self._here.total, promised)
        else:
            # The pairs mislead: forget them, and go on from here with a smaller first step.
            self._pairs, self._first_step = [], self._first_step * 0.3
            self._begin_line_search()

    def copied_to(self, device: torch.device | str) -> LBFGS:
        """A copy on `device` that goes on exactly as this would, whatever becomes of this."""
        other = copy.copy(self)  # of what is shared nothing is changed in place but the rows
        other._rows = self._rows.new_empty(self._rows.shape, device=device)
        for row, _ in self._pairs:
            other._rows[row] = self._rows[row]
        other._start = self._start.to(device)
        other._here = self._here and self._here.to(device)
        other._direction = None if self._direction is None else self._direction.to(device)
        return other

    def _begin_line_search(self) -> None:
        self._direction, self._length, self._failed = None, 1.0, 0

    def _shorten(self, gained: float, promised: float) -> None:
        """Choose a smaller length after one that changed the loss by `gained` where the slope promised `promised`."""
        if not math.isfinite(gained) or promised >= 0:
            self._length *= 0.1
        else:  # to the minimum of the parabola through what is known, within [0.1, 0.5] of the length
            self._length *= min(0.5, max(0.1, -promised / (2 * (gained - promised))))

    def _remember(self, s: Tensor, y: Tensor, curvature: float) -> None:
        if curvature > 0:
            most = len(self._rows)
            row = (self._pairs[-1][0] + 1) % most if self._pairs else 0
            self._rows[row, 0], self._rows[row, 1] = s, y
            self._pairs = [*self._pairs, (row, curvature)][-most:]


def _free(here: Evaluation) -> Tensor:
    """Where the picture may move: not where it is on a bound that a step against the gradient would cross."""
    return ~(((here.picture <= 0) & (here.gradient > 0)) | ((here.picture >= 1) & (here.gradient < 0)))


def _inverse_hessian_times(q: Tensor, pairs: list[tuple[Tensor, Tensor, float]], first_step: float) -> Tensor:
    """H times the gradient `q`, which is overwritten: the two-loop recursion of algorithm 7.4, with H0 = gamma * `smooth`.
    `pairs` are (s, y, y . s)."""
    alphas = []
    for s, y, curvature in reversed(pairs):
        alphas.append(_dot(s, q) / curvature)
        q.addcmul_(alphas[-1], y, value=-1)
    r = smooth(q)
    if pairs:
        _, y, curvature = pairs[-1]
        gamma = curvature / _dot(y, smooth(y.to(q.dtype)))  # eq. 7.20, for an H0 that is not the identity
    else:
        gamma = first_step / r.square().mean().sqrt().clamp_min(1e-30)
    r *= gamma
    for (s, y, curvature), alpha in zip(pairs, reversed(alphas), strict=True):
        beta = _dot(y, r) / curvature
        r.addcmul_(alpha - beta, s)
    return r


def _dot(a: Tensor, b: Tensor) -> Tensor:
    return torch.dot(a.flatten().to(b.dtype), b.flatten())


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
    return torch.fft.irfft2(torch.fft.rfft2(gradient).mul_(gain), s=(height, width))
