"""The loop: it moves the pixels of a picture downhill and yields after every evaluation of the loss.

It knows nothing of style, screens or disks: preview, stop, progress bar and tests are consumers of the generator.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import cycle

import torch
from torch import Tensor

# picture (1, 3, H, W) -> (the number to lower, the terms it is made of)
Loss = Callable[[Tensor], tuple[Tensor, Mapping[str, Tensor]]]

# L-BFGS remembers this many pairs of (step, change of gradient), fewer when they would take more than HISTORY_BYTES.
HISTORY_PAIRS = 50
HISTORY_BYTES = 200e6
# The first step changes the pixels by this much (root mean square of [0, 1]); L-BFGS finds the length of the others.
FIRST_STEP = 0.02
# A step must gain this share of what the slope promises (Armijo); so often it is shortened before the memory is dropped.
DECREASE = 1e-4
PATIENCE = 3
ADAM_RATE = 0.03


@dataclass(frozen=True)
class Evaluation:
    """What one evaluation of the loss found at `picture`, (1, 3, H, W) in [0, 1]; `gradient` has the same shape."""

    picture: Tensor
    total: float
    terms: Mapping[str, float]
    gradient: Tensor

    @property
    def finite(self) -> bool:
        return math.isfinite(self.total) and bool(torch.isfinite(self.gradient).all())


# A search proposes pictures and is sent what was found there; it ends when nothing is left to gain.
Search = Generator[Tensor, Evaluation, None]


def minimize(loss: Loss, start: Tensor, *, evaluations: int, optimizer: str = "lbfgs") -> Iterator[Evaluation]:
    """Yield the best evaluation so far after each of at most `evaluations` evaluations of `loss`; the first is `start`.

    `start` is (1, 3, H, W) in [0, 1], and so is every picture that is evaluated: the box is part of the search, not a
    clamp at its end, so that what is optimised is what is delivered. The yielded total never rises. `optimizer` is a key
    of `OPTIMIZERS`. Closing the generator ends the work.
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
            # The search sees numbers near 1 whatever the weights: squares of raw gradients can leave float32.
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


def lbfgs(start: Tensor) -> Search:
    """L-BFGS (Nocedal & Wright, algorithm 7.4) in the box [0, 1], with a line search that only ever shortens.

    Two things differ from the textbook. The start curvature is a filter (`smooth`). And pixels that stand on a bound and
    would leave it sit a step out (the two-metric projection of Bertsekas 1982); the rest of the step is clamped.
    """
    pairs: list[Tensor] = []  # (2, 1, 3, H, W): a step, and the change of the gradient
    most = max(3, min(HISTORY_PAIRS, int(HISTORY_BYTES / (8 * start.numel()))))
    # One place for all of them: small pieces that stay between large ones that come and go would leave gaps.
    slots = cycle(start.new_empty(most, 2, *start.shape))
    first = FIRST_STEP
    here = yield start
    while first > 1e-7:
        free = ~(((here.picture <= 0) & (here.gradient > 0)) | ((here.picture >= 1) & (here.gradient < 0)))
        direction = -_inverse_curvature_times(here.gradient * free, pairs, first) * free
        length, found = 1.0, None
        for _ in range(PATIENCE):
            tried = yield (here.picture + length * direction).clamp(0, 1)
            promised = float((here.gradient * (tried.picture - here.picture)).sum())
            if tried.finite and tried.total <= here.total + DECREASE * promised:
                found = tried
                break
            length *= _shorter(here.total, tried.total, promised)
        if found is None:
            # The memory misleads: forget it, and step more carefully from the best picture.
            pairs, first = [], first * 0.3
            continue
        step, change = found.picture - here.picture, (found.gradient - here.gradient) * free
        if float((step * change).sum()) > 0:
            pairs = [*pairs, torch.stack((step, change), out=next(slots))][-most:]
        here = found


def _inverse_curvature_times(gradient: Tensor, pairs: list[Tensor], first: float) -> Tensor:
    """The two-loop recursion: (inverse Hessian) x gradient, from the remembered pairs."""
    q, shares = gradient, []
    for step, change in reversed(pairs):
        share = (step * q).sum() / (step * change).sum()
        shares.append(share)
        q = q - share * change
    q = smooth(q)
    if pairs:
        step, change = pairs[-1]
        q = q * ((step * change).sum() / (change * smooth(change)).sum())
    else:
        q = q * (first / q.square().mean().sqrt().clamp_min(1e-30))
    for (step, change), share in zip(pairs, reversed(shares), strict=True):
        q = q + step * (share - (change * q).sum() / (step * change).sum())
    return q


def smooth(gradient: Tensor) -> Tensor:
    """`gradient` (1, 3, H, W) with each frequency f (cycles over the longer side) multiplied by f^-0.8.

    As the start curvature of L-BFGS it moves large shapes and colours first, as if the picture were written by its
    spectrum with amplitudes f^-0.4 ("Differentiable Image Parameterizations", Mordvintsev et al., Distill 2018).
    """
    height, width = gradient.shape[-2:]
    longer = max(height, width)
    down = torch.fft.fftfreq(height, 1 / longer, device=gradient.device)[:, None]
    across = torch.fft.rfftfreq(width, 1 / longer, device=gradient.device)[None]
    gain = (down.square() + across.square()).sqrt().clamp_min(1).pow(-0.8)
    return torch.fft.irfft2(torch.fft.rfft2(gradient) * gain, s=(height, width))


def _shorter(here: float, tried: float, promised: float) -> float:
    """The factor to shorten a failed step by: the minimum of the parabola through what is known, within [0.1, 0.5]."""
    if not math.isfinite(tried) or promised >= 0:
        return 0.1
    return min(0.5, max(0.1, -promised / (2 * (tried - here - promised))))


def adam(start: Tensor) -> Search:
    """Adam (Kingma & Ba 2015), clamped to [0, 1] after every step; after a bad step, back to the best with half the rate."""
    rate, best = ADAM_RATE, None
    while rate > 1e-6:
        # On every fresh start the moments are fresh too.
        picture = (best.picture if best else start).clone()
        mover = torch.optim.Adam([picture], lr=rate)
        while True:
            found = yield picture.clone()
            if not found.finite or (best is not None and found.total > 2 * best.total):
                break
            if best is None or found.total < best.total:
                best = found
            picture.grad = found.gradient
            mover.step()
            picture.clamp_(0, 1)
        rate /= 2


OPTIMIZERS: dict[str, Callable[[Tensor], Search]] = {"lbfgs": lbfgs, "adam": adam}
