"""The picture that a level starts from."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from PIL import Image
from torch import Tensor

from .color import match_colors
from .images import is_grey, resize, resize_tensor, to_tensor
from .masks import pixels_inside
from .objective import painting_at
from .places import Places
from .plan import Level
from .settings import Settings


def first_picture(
    content: Image.Image,
    styles: Sequence[Image.Image],
    settings: Settings,
    level: Level,
    places: Places | None = None,
) -> Tensor:
    """A start at the size of `level`, (1, 3, H, W): noise, the photo, or the photo with the paintings' colours.

    With `places`, every part of the photo gets the colours of its own paintings.
    """
    if settings.init == "noise":
        generator, channels = (
            torch.Generator().manual_seed(settings.seed),
            1 if all(map(is_grey, (content, *styles))) else 3,
        )
        noise = torch.rand((1, channels, level.height, level.width), generator=generator, dtype=torch.float32)
        return noise.expand(1, 3, -1, -1)
    photo = to_tensor(resize(content, *level.size))
    if settings.init == "content":
        return photo
    paintings = [painting_at(style, settings, level) for style in styles]
    colors = [painting if mask is None else pixels_inside(painting, mask) for painting, mask in paintings]
    if places is None:
        return match_colors(photo, colors, settings.shares(len(styles)))
    start = photo
    for part in places.parts:
        matched = match_colors(photo, colors, part.shares, counted=pixels_inside(photo, part.mask))
        start = start + part.mask * (matched - photo)
    return start.clamp(0, 1)


def enlarged(
    best: Tensor,
    content: Image.Image,
    styles: Sequence[Image.Image],
    settings: Settings,
    level: Level,
    places: Places | None = None,
) -> Tensor:
    """The best picture of the level before, (1, 3, h, w), at this level's size, plus the fine detail of the photo.

    Without the detail every level would begin with a blurred picture and spend its first evaluations on sharpening it.
    """
    if best.shape[-2:] == (level.height, level.width):
        return best
    picture = resize_tensor(best, *level.size)
    if settings.init == "noise":
        return picture
    sharp = first_picture(content, styles, settings, level, places).to(best.device)
    height, width = best.shape[-2:]
    return (picture + sharp - resize_tensor(resize_tensor(sharp, width, height), *level.size)).clamp(0, 1)
