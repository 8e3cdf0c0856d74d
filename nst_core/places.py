"""The masks of a run at one size: of the regions, each with a style of its own, and of the pixels that stay the photo's.

Guided Gram matrices: Gatys, Ecker, Bethge, Hertzmann & Shechtman 2017, "Controlling Perceptual Factors in Neural Style
Transfer", section 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageFilter
from torch import Tensor

from .errors import PictureError
from .images import ALPHA, opacity, resize, to_tensor
from .masks import grown, part_for_layer
from .plan import plan_levels
from .regions import KEPT, MIXED, Regions, read_regions
from .settings import Settings
from .terms import Part

SOFT = 0.01  # of the longer side: the radius by which the borders between regions are blurred


@dataclass(frozen=True)
class Place:
    """A region: its `mask` (1, 1, H, W) in [0, 1], its `label` as in `Regions`, and every painting's share in its style."""

    label: int
    mask: Tensor
    shares: tuple[float, ...]


@dataclass(frozen=True)
class Places:
    """The regions (`parts`) of a picture of H x W pixels, and what is not painted.

    `held` (1, 1, H, W) in [0, 1] is the share of the `photo` (1, 3, H, W) in every pixel: 1 where it stays as it is.
    `opaque` (1, 1, H, W) in [0, 1] is the photo's alpha; None when it is 1 everywhere.
    """

    parts: tuple[Place, ...]
    held: Tensor
    photo: Tensor
    opaque: Tensor | None

    def hold(self, picture: Tensor) -> Tensor:
        """`picture` (1, 3, H, W) with the photo in the places that are held."""
        return self.held * self.photo + (1 - self.held) * picture

    def to(self, device: torch.device) -> Places:
        """These places with what `hold` needs on `device`."""
        return Places(self.parts, self.held.to(device), self.photo.to(device), self.opaque)

    def style_parts(self, layer: str, grams: Sequence[Mapping[str, Tensor]]) -> list[Part]:
        """The parts of `layer` and their targets, from every painting's `grams`.

        Each part counts by its share of the opaque picture: so a pixel counts the same in a small part and in a large
        one. A part too small for the layer is left out.
        """
        whole = self.held.numel() if self.opaque is None else float(self.opaque.sum())
        found: list[Part] = []
        for part in self.parts:
            mask = part_for_layer(part.mask, layer)
            if mask is not None:
                gram = mixed_gram(layer, grams, part.shares)
                found.append((mask.to(gram.device), gram, float(part.mask.sum()) / whole))
        # For an empty list `loss_terms` would compare the whole picture; the share 0 makes the term 0.
        return found or [(None, mixed_gram(layer, grams, self.parts[0].shares), 0.0)]

    def content_units(self, height: int, width: int) -> Tensor | None:
        """(height, width) of bool: the units of a layer that are compared with the photo's; None for all."""
        if self.opaque is None:
            return None
        inside = torch.nn.functional.adaptive_avg_pool2d(self.opaque, (height, width))[0, 0] > 0.5
        return inside if inside.any() else None


class Where:
    """The regions and the kept pixels of a run, as `Places` for every size that is asked for."""

    def __init__(self, photo: Image.Image, content: Image.Image, regions: Any, shares: tuple[float, ...]) -> None:
        """`photo` is as it was loaded, `content` as the run uses it, and `regions` None or what `read_regions` takes.

        `shares` are those of the paintings where they are mixed. Raises as `read_regions`.
        """
        self._photo, self._content, self._shares = photo, content, shares
        self.regions = None if regions is None else read_regions(regions, len(shares), content.size)
        self._known: dict[tuple[int, int], Places | None] = {}

    def at(self, size: tuple[int, int]) -> Places | None:
        """The places at `size`, (width, height); None when everything is painted in one way."""
        if size not in self._known:
            self._known[size] = places_at(self._content, self.regions, self._shares, size)
        return self._known[size]

    def apply_to_result(self, picture: Tensor) -> Tensor:
        """The result for `picture` (1, 3, H, W) of the run: the photo where it stays, and white where it is transparent."""
        height, width = picture.shape[-2:]
        places = self.at((width, height))
        if places is None:
            return picture
        photo = to_tensor(resize(self._photo, width, height))
        if places.opaque is not None:
            opaque = places.opaque.to(picture.device)
            picture = opaque * picture + 1 - opaque
        return replace(places, photo=photo).to(picture.device).hold(picture)


def places_at(
    content: Image.Image, regions: Regions | None, shares: tuple[float, ...], size: tuple[int, int]
) -> Places | None:
    """The places of `content` at `size`, (width, height); None when it is opaque and painted in one way throughout.

    `shares` are the paintings' shares where they are mixed.
    """
    opaque = opacity(content, *size)
    if regions is None and opaque is None:
        return None
    photo = to_tensor(resize(content, *size))
    clear = torch.zeros_like(photo[:, :1]) if opaque is None else (opaque == 0).float()
    visible = 1 - clear if opaque is None else opaque
    if regions is None:
        return Places((Place(MIXED, visible, shares),), clear, photo, opaque)
    masks = {label: _mask(regions, label, size) for label in range(KEPT + 1) if regions.present(label)}
    kept = masks.pop(KEPT) if KEPT in masks else torch.zeros_like(clear)
    whole = torch.stack([*masks.values()]).sum(0).clamp_min(1e-6)  # so that with what is kept they add up to 1
    parts = []
    for label, mask in masks.items():
        own = shares if label == MIXED else tuple(float(index == label) for index in range(len(shares)))
        parts.append(Place(label, mask / whole * (1 - kept) * visible, own))
    return Places(tuple(parts), torch.maximum(kept, clear), photo, opaque)


def on_ground(photo: Image.Image) -> Image.Image:
    """A photo from `load_picture` with the mean colour of its opaque pixels, not white, behind the others; the alpha stays.

    White would change the features near the border. A photo without alpha is returned as it is.
    Raises `PictureError` when every pixel is transparent.
    """
    if ALPHA not in photo.info:
        return photo
    alpha = np.asarray(photo.info[ALPHA], np.float32)[..., None] / 255
    if not alpha.any():
        raise PictureError("The photo is transparent everywhere: there is nothing to paint. Choose another photo.")
    colors = np.asarray(photo, np.float32) - 255 * (1 - alpha)  # it comes on white
    mean = colors.sum((0, 1)) / alpha.sum()
    image = Image.fromarray(np.rint(colors + mean * (1 - alpha)).clip(0, 255).astype(np.uint8))
    image.info = {ALPHA: photo.info[ALPHA]}
    return image


def mixed_gram(layer: str, grams: Sequence[Mapping[str, Tensor]], shares: Sequence[float]) -> Tensor:
    """The mean of the paintings' Gram matrices in `layer`, (C, C), weighted by their shares."""
    terms = [share * gram[layer] for gram, share in zip(grams, shares, strict=True) if share]
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def too_small(
    content: Image.Image, regions: Regions | None, settings: Settings, paintings: int
) -> dict[int, list[str]]:
    """{label: the style layers that are left out for this region at the size of the result, because it is too small}."""
    if regions is None:
        return {}
    levels = plan_levels(settings, *content.size)
    settings = settings.at_level(len(levels), len(levels))
    places = places_at(content, regions, settings.shares(paintings), levels[-1].size)
    assert places is not None
    found = {}
    for part in places.parts:
        layers = [layer for layer in settings.style_used if part_for_layer(part.mask, layer) is None]
        if layers:
            found[part.label] = layers
    return found


def _mask(regions: Regions, label: int, size: tuple[int, int]) -> Tensor:
    """(1, 1, H, W) in [0, 1]: a region with a blurred border; for `KEPT` blurred outside only, so that all of it stays."""
    one = regions.labels.point([255 * (value == label) for value in range(256)])
    hard = one.resize(size, Image.Resampling.BILINEAR)
    radius = SOFT * max(size)
    if label != KEPT:
        return _from_image(hard.filter(ImageFilter.GaussianBlur(radius)))
    kept = (_from_image(hard) >= 0.5).float()
    outer = Image.fromarray(grown(kept, round(radius))[0, 0].mul(255).to(torch.uint8).numpy())
    return torch.maximum(kept, _from_image(outer.filter(ImageFilter.GaussianBlur(radius / 2))))


def _from_image(mask: Image.Image) -> Tensor:
    return torch.from_numpy(np.array(mask))[None, None].float().div(255)
