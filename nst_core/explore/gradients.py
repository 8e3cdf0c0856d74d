"""Which way the loss wants every pixel changed: the gradients of the content term and of the style term."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from nst_core.images import to_tensor
from nst_core.settings import STYLE_WEIGHTS

if TYPE_CHECKING:
    from nst_core.vgg import Encoder


@dataclass(frozen=True)
class Descent:
    """The negative gradients of alpha * content and beta * style, the steps by which a small change lowers each fastest.

    (H, W, 3) float32 for red, green and blue; a positive number asks for more of the colour.
    """

    content: np.ndarray
    style: np.ndarray

    @property
    def both(self) -> np.ndarray:
        """(H, W, 3): the negative gradient of the whole loss."""
        return self.content + self.style

    @property
    def cosine(self) -> float:
        """Between the two, over all pixels: 1 is the same way, 0 unrelated, -1 against each other; 0 where one is zero."""
        lengths = float(np.linalg.norm(self.content)) * float(np.linalg.norm(self.style))
        return float(np.vdot(self.content, self.style)) / lengths if lengths else 0.0


def descent(
    picture: Image.Image,
    encoder: Encoder,
    content: Mapping[str, np.ndarray],
    style: Mapping[str, np.ndarray],
    objective: str = "balanced",
    content_weight: float = 1.0,
    style_weight: float | None = None,
) -> Descent:
    """The negative gradients at `picture` (RGB) of the two terms of Gatys et al. 2016, eq. 7.

    `content` are the target features {layer: (C, h, w)}, of a picture of the same size, and `style` the target Gram matrices
    {layer: (C, C)}. `objective` is one of `losses.OBJECTIVES`; `style_weight` is by default the one of the objective.
    Raises `LayerError`, and `PictureError` for a picture too small for a layer.
    """
    import torch

    from nst_core.terms import Targets, loss_terms

    weights = {"content": content_weight, "style": STYLE_WEIGHTS[objective] if style_weight is None else style_weight}
    on_device = {
        kind: {layer: torch.from_numpy(array).to(encoder.device) for layer, array in arrays.items()}
        for kind, arrays in (("content", content), ("style", style))
    }
    targets = Targets({layer: target[None] for layer, target in on_device["content"].items()}, on_device["style"])
    pixels = to_tensor(picture).to(encoder.device).requires_grad_()
    terms = loss_terms(encoder.iter_features(pixels, [*content, *style]), targets, objective)
    gradients = {}
    for kind, weight in weights.items():
        loss = weight * torch.stack([value for term, value in terms.items() if term.kind == kind]).sum()
        (gradient,) = torch.autograd.grad(loss, pixels, retain_graph=True)
        gradients[kind] = -gradient[0].permute(1, 2, 0).cpu().numpy()
    return Descent(**gradients)


def averaged(direction: np.ndarray, radius: float) -> np.ndarray:
    """(H, W, 3) averaged with a Gaussian of `radius` pixels (its standard deviation)."""
    from scipy.ndimage import gaussian_filter

    return gaussian_filter(direction, (radius, radius, 0))


def agreement(found: Descent, radius: float) -> np.ndarray:
    """(H, W): the cosine of the two directions around every pixel, weighted with a Gaussian of `radius` pixels.

    -1 is against each other, 1 the same way; 0 where one of them is zero.
    """
    from scipy.ndimage import gaussian_filter

    def around(product: np.ndarray) -> np.ndarray:
        return gaussian_filter(product.sum(axis=2, dtype=np.float64), radius)

    lengths = np.sqrt(around(found.content**2) * around(found.style**2))
    cosines = np.divide(around(found.content * found.style), lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return np.clip(cosines, -1, 1)
