"""The loop: it changes the pixels of a picture so that a loss falls, and yields after every evaluation of the loss.

It knows nothing of style, screens or disks: preview, stop, progress bar and tests are consumers of the generator.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from .lbfgs import Evaluation, Search, lbfgs

# picture (1, 3, H, W) -> (the number to minimize, its terms under any keys)
Loss = Callable[[Tensor], tuple[Tensor, Mapping[Any, Tensor]]]

ADAM_RATE = 0.03


def minimize(loss: Loss, start: Tensor, *, evaluations: int, optimizer: str = "lbfgs") -> Iterator[Evaluation]:
    """Evaluate `loss` at most `evaluations` times, first at `start`; yields the best evaluation so far after each.

    `start` is (1, 3, H, W) in [0, 1], and so is every picture that is evaluated: pixels are kept in bounds during the
    search, not clamped at its end, so that the picture delivered is the one optimized. The yielded total never rises.
    `optimizer` is a key of `OPTIMIZERS`. Closing the generator ends the work.

    >>> def loss(picture):  # lowest where every pixel is 0.75
    ...     return (picture - 0.75).square().sum(), {}
    >>> best = list(minimize(loss, torch.zeros(1, 3, 2, 4), evaluations=20))[-1]
    >>> best.picture.mean()
    tensor(0.7500)
    """
    search = OPTIMIZERS[optimizer](start.detach().clamp(0, 1))
    proposed = next(search)
    best: Evaluation | None = None
    scale = 1.0
    for _ in range(evaluations):
        found = _evaluate(loss, proposed)
        if best is None:
            best, scale = found, float(found.gradient.abs().max())
        elif found.finite and not found.total >= best.total:
            best = found
        yield best
        if not (math.isfinite(scale) and scale > 0):
            return
        try:
            # Scaled to numbers near 1 whatever the weights: squares of raw gradients can exceed float32.
            proposed = search.send(replace(found, total=found.total / scale, gradient=found.gradient / scale))
        except StopIteration:
            return


def _evaluate(loss: Loss, picture: Tensor) -> Evaluation:
    x = picture.detach().requires_grad_()
    with torch.enable_grad():
        total, terms = loss(x)
        (gradient,) = torch.autograd.grad(total, x)
    numbers = torch.stack([total.detach(), *(term.detach() for term in terms.values())]).tolist()
    return Evaluation(x.detach(), numbers[0], dict(zip(terms, numbers[1:], strict=True)), gradient.contiguous())


def adam(start: Tensor) -> Search:
    """Adam (Kingma & Ba 2015), clamped to [0, 1] after every step.

    After a bad step (not finite, or over twice the lowest loss) it goes back to the best picture, at half the rate.
    """
    rate, best = ADAM_RATE, None
    while rate > 1e-6:
        # A new optimizer, so that Adam's moments start anew as well.
        picture = (best.picture if best else start).clone()
        optimizer = torch.optim.Adam([picture], lr=rate)
        while True:
            found = yield picture.clone()
            if not found.finite or (best is not None and found.total > 2 * best.total):
                break
            if best is None or found.total < best.total:
                best = found
            picture.grad = found.gradient
            optimizer.step()
            picture.clamp_(0, 1)
        rate /= 2


OPTIMIZERS: dict[str, Callable[[Tensor], Search]] = {"lbfgs": lbfgs, "adam": adam}
