"""The gradients of the two terms of the loss as pictures."""

from __future__ import annotations

import numpy as np
from PIL import Image

from .drawing import overlay, side_by_side
from .gradients import Descent, agreement, averaged
from .scales import Scale, three_figures

RADIUS = 4  # pixels over which neighbours are averaged in the lower row
AGREEMENT = Scale(1.0, signed=True, unit="cosine of content and style")


def direction_picture(direction: np.ndarray) -> Image.Image:
    """(H, W, 3) -> a picture: grey where nothing is asked for, else the colour of which more is asked for.

    The 99th percentile of the sizes has the full colour.
    """
    top = float(np.percentile(np.abs(direction), 99))
    shares = np.clip(direction / top, -1, 1) if top > 0 else np.zeros_like(direction)
    return Image.fromarray((127.5 * (1 + shares)).round().astype(np.uint8))


def gradient_figure(picture: Image.Image, found: Descent, enlarged: int = 2) -> Image.Image:
    """Eight pictures, each `enlarged` times as large as `picture`, at which `found` was computed.

    Above `picture` and the directions of content, style and both; below where content and style agree (red) or are against
    each other (blue), and the directions averaged over `RADIUS` pixels.
    """
    directions = {"content": found.content, "style": found.style, "both": found.both}
    images = [picture, *map(direction_picture, directions.values())]
    images.append(overlay(picture, agreement(found, RADIUS), AGREEMENT, "cosine"))
    images += [direction_picture(averaged(direction, RADIUS)) for direction in directions.values()]
    titles = ["the picture"]
    titles += [f"{name}: size {three_figures(float(np.linalg.norm(way)))}" for name, way in directions.items()]
    titles += ["same way (red), against (blue)", *(f"{name}, averaged over {RADIUS} px" for name in directions)]
    size = picture.width * enlarged, picture.height * enlarged
    return side_by_side([image.resize(size, Image.Resampling.NEAREST) for image in images], titles, columns=4)
