"""Adam with all pixels kept in [0, 1]: `ask` it for the picture to evaluate next, and `tell` it the `Evaluation`."""

from __future__ import annotations

import copy

import torch
from torch import Tensor

from .lbfgs import Evaluation

RATE = 0.03  # Adam's step size at the start, in pixel values of [0, 1]


class Adam:
    """Adam (Kingma & Ba 2015), clamped to [0, 1] after every step.

    After a bad step (not finite, or over twice the lowest loss) it goes back to the best picture, at half the rate.
    """

    def __init__(self, start: Tensor) -> None:
        """Search from `start`, (1, 3, H, W) in [0, 1]."""
        self._rate = RATE
        self._best: Evaluation | None = None
        self._begin(start)

    def ask(self) -> Tensor | None:
        """The picture to evaluate next, the same until `tell` is called; None when nothing more can be gained."""
        return self._picture.clone() if self._rate > 1e-6 else None

    def tell(self, found: Evaluation) -> None:
        """Learn from the evaluation of the picture that `ask` returned."""
        if not found.finite or (self._best is not None and found.total > 2 * self._best.total):
            self._rate /= 2
            self._begin(self._best.picture if self._best else self._picture)
            return
        if self._best is None or found.total < self._best.total:
            self._best = found
        self._picture.grad = found.gradient
        self._adam.step()
        self._picture.clamp_(0, 1)

    def copied_to(self, device: torch.device | str) -> Adam:
        """A copy on `device` that goes on exactly as this would, whatever becomes of this."""
        other = Adam(self._picture.to(device))
        other._rate, other._best = self._rate, self._best and self._best.to(device)
        other._adam.load_state_dict(copy.deepcopy(self._adam.state_dict()))  # the rate and the moments
        return other

    def _begin(self, picture: Tensor) -> None:
        """A new optimizer, so that Adam's moments start anew as well."""
        self._picture = picture.clone()
        self._adam = torch.optim.Adam([self._picture], lr=self._rate)
