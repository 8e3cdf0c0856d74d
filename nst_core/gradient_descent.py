"""Gradient descent with all pixels in [0, 1]: `ask` it for the picture to evaluate next, and `tell` it the `Evaluation`."""

from __future__ import annotations

import copy

import torch
from torch import Tensor

from .lbfgs import Evaluation

RATE = 1.0  # by how much the first step changes a pixel at most; it is halved until the loss falls


class GradientDescent:
    """Plain gradient descent, x <- x - rate * gradient, clamped to [0, 1] after every step: to compare the others with.

    It has no memory and no line search. A step that does not lower the loss is taken back, and the rate halved.
    """

    def __init__(self, start: Tensor) -> None:
        """Search from `start`, (1, 3, H, W) in [0, 1]."""
        self._start, self._rate = start, RATE
        self._here: Evaluation | None = None

    def ask(self) -> Tensor | None:
        """The picture to evaluate next, the same until `tell` is called; None when nothing more can be gained."""
        if self._here is None:
            return self._start
        if self._rate <= 1e-6:
            return None
        return (self._here.picture - self._rate * self._here.gradient).clamp(0, 1)

    def tell(self, found: Evaluation) -> None:
        """Learn from the evaluation of the picture that `ask` returned."""
        if self._here is None or (found.finite and found.total < self._here.total):
            self._here = found
        else:
            self._rate /= 2

    def copied_to(self, device: torch.device | str) -> GradientDescent:
        """A copy on `device` that goes on exactly as this would, whatever becomes of this."""
        other = copy.copy(self)  # nothing is changed in place
        other._start, other._here = self._start.to(device), self._here and self._here.to(device)
        return other
