"""The picture that a run starts with, and those that its levels start with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from PIL import Image
from torch import Tensor

from .color import match_colors
from .images import is_grey, resize, resize_tensor, to_tensor
from .masks import pixels_inside
from .objective import painting_at
from .places import Where
from .plan import Level
from .settings import Settings


@dataclass(frozen=True)
class Start:
    """Makes the pictures that the levels start with: the first is `picture`, or without it what `settings.init` says.

    `content` and `styles` are the photo and the paintings as the run uses them (`PhotoColors.prepare_pictures`).
    """

    content: Image.Image
    styles: Sequence[Image.Image]
    settings: Settings
    where: Where
    picture: Image.Image | None = None

    def first(self, level: Level) -> Tensor:
        """The start at the size of `level`, (1, 3, H, W) in [0, 1]. A picture smaller than that is `enlarged`."""
        if self.picture and max(self.picture.size) < max(level.size):
            return self.enlarged(to_tensor(self.picture), level)
        return to_tensor(resize(self.picture, *level.size)) if self.picture else self._made(level)

    def enlarged(self, best: Tensor, level: Level) -> Tensor:
        """The best picture of the level before, (1, 3, h, w), at this level's size, plus the fine detail of the photo.

        Without the detail every level would begin with a blurred picture and spend its first evaluations on sharpening it.
        With init "noise" none is added: the start shall not depend on the photo.
        """
        if best.shape[-2:] == (level.height, level.width):
            return best
        picture = resize_tensor(best, *level.size)
        if self.settings.init == "noise":
            return picture
        sharp = self._made(level).to(best.device)
        height, width = best.shape[-2:]
        return (picture + sharp - resize_tensor(resize_tensor(sharp, width, height), *level.size)).clamp(0, 1)

    def _made(self, level: Level) -> Tensor:
        """Noise, the photo, or the photo with the paintings' colours: every region with those of its own paintings."""
        if self.settings.init == "noise":
            generator = torch.Generator().manual_seed(self.settings.seed)
            channels = 1 if all(map(is_grey, (self.content, *self.styles))) else 3
            noise = torch.rand((1, channels, level.height, level.width), generator=generator, dtype=torch.float32)
            return noise.expand(1, 3, -1, -1)
        photo, places = to_tensor(resize(self.content, *level.size)), self.where.at(level.size)
        if self.settings.init == "content":
            return photo
        paintings = [painting_at(style, self.settings, level) for style in self.styles]
        colors = [painting if mask is None else pixels_inside(painting, mask) for painting, mask in paintings]
        if places is None:
            return match_colors(photo, colors, self.settings.shares(len(self.styles)))
        start = photo
        for part in places.parts:
            matched = match_colors(photo, colors, part.shares, counted=pixels_inside(photo, part.mask))
            start = start + part.mask * (matched - photo)
        return start.clamp(0, 1)
