"""The loop: it changes the pixels of a picture so that a loss falls, and yields after every evaluation of the loss.

It knows nothing of style, screens or disks: preview, stop, progress bar and tests are consumers of the generator.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from .adam import Adam
from .gradient_descent import GradientDescent
from .lbfgs import LBFGS, Evaluation

# picture (1, 3, H, W) -> (the number to minimize, its terms under any keys)
Loss = Callable[[Tensor], tuple[Tensor, Mapping[Any, Tensor]]]

Optimizer = LBFGS | Adam | GradientDescent
OPTIMIZERS: dict[str, Callable[[Tensor], Optimizer]] = {"lbfgs": LBFGS, "adam": Adam, "gradient": GradientDescent}


@dataclass
class Search:
    """A search under way: the optimizer with all it has learned, and the best evaluation so far."""

    optimizer: Optimizer
    best: Evaluation | None = None
    scale: float = 1.0  # the largest number of the gradient at the start

    def ask(self) -> Tensor | None:
        """The picture to evaluate next; None when nothing more can be gained."""
        return self.optimizer.ask() if 0 < self.scale < math.inf else None

    def tell(self, found: Evaluation) -> None:
        """Learn from the evaluation of the picture that `ask` returned."""
        if self.best is None:
            self.best, self.scale = found, found.steepest
        elif found.finite and not found.total >= self.best.total:
            self.best = found
        if 0 < self.scale < math.inf:
            # Scaled to numbers near 1 whatever the weights: squares of raw gradients can exceed float32.
            gradient, steepest = found.gradient / self.scale, found.steepest / self.scale
            self.optimizer.tell(replace(found, total=found.total / self.scale, gradient=gradient, steepest=steepest))

    def copied_to(self, device: torch.device | str) -> Search:
        """A copy on `device` that goes on exactly as this would, whatever becomes of this."""
        return Search(self.optimizer.copied_to(device), self.best and self.best.to(device), self.scale)


def minimize(loss: Loss, start: Tensor | Search, *, evaluations: int, optimizer: str = "lbfgs") -> Iterator[Evaluation]:
    """Evaluate `loss` at most `evaluations` times, first at `start`; yields the best evaluation so far after each.

    `start` is (1, 3, H, W) in [0, 1], and so is every picture that is evaluated: pixels are kept in bounds during the
    search, not clamped at its end, so that the picture delivered is the one optimized. The yielded total never rises.
    `optimizer` is a key of `OPTIMIZERS`. Closing the generator ends the work.

    `start` may also be a `Search`: it then goes on, bit for bit as if it had never been left.

    >>> def loss(picture):  # lowest where every pixel is 0.75
    ...     return (picture - 0.75).square().sum(), {}
    >>> best = list(minimize(loss, torch.zeros(1, 3, 2, 4), evaluations=20))[-1]
    >>> best.picture.mean()
    tensor(0.7500)
    """
    search = start if isinstance(start, Search) else Search(OPTIMIZERS[optimizer](start.detach().clamp(0, 1)))
    for _ in range(evaluations):
        picture = search.ask()
        if picture is None:
            return
        search.tell(_evaluate(loss, picture))
        assert search.best is not None
        yield search.best


def _evaluate(loss: Loss, picture: Tensor) -> Evaluation:
    x = picture.detach().requires_grad_()
    with torch.enable_grad():
        total, terms = loss(x)
        (gradient,) = torch.autograd.grad(total, x)
    # All at once: a graphics card is waited for whenever a number is needed here.
    numbers = [total.detach(), gradient.abs().max(), *(term.detach() for term in terms.values())]
    value, steepest, *found = torch.stack(numbers).tolist()
    return Evaluation(x.detach(), value, dict(zip(terms, found, strict=True)), gradient.contiguous(), steepest)
