"""The photo's own colours in the result (Gatys, Bethge, Hertzmann & Shechtman 2016, "Preserving Color in Neural Artistic
Style Transfer"): the values "luminance" and "matched" of `Settings.colors`.
"""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image
from torch import Tensor

from .color import luminance, match_colors
from .images import is_grey, resize, to_image, to_tensor
from .plan import fit

MOST = 4096  # pixels on the longer side of a painting that is recoloured: more would only cost memory
FLAT = 1e-3  # a standard deviation of luminance, of [0, 1]: below it there is nothing to match


class PhotoColors:
    """What `colors` changes: the pictures before the run (`prepared`), and every picture that comes out (`given_to`)."""

    def __init__(self, photo: Image.Image, colors: str) -> None:
        """`photo` is the content picture, and `colors` the setting."""
        self.photo, self.colors = photo, colors
        self._offset: Tensor | None = None  # (1, 3, H, W): the photo less its luminance, at the size asked for last

    def prepared(self, styles: Sequence[Image.Image]) -> tuple[Image.Image, list[Image.Image]]:
        """The photo and the paintings to run with.

        "luminance" (section 3.2): all in grey, each painting with the mean and the standard deviation of the photo's
        luminance. "matched" (section 3.1): each painting with the mean and the covariance of the photo's colours.
        """
        if self.colors == "painting":
            return self.photo, list(styles)
        photo, paintings = _tensor(self.photo), [_tensor(style) for style in styles]
        if self.colors == "luminance" or is_grey(self.photo):
            grey = luminance(photo)
            matched = [_brightness_matched(luminance(painting), grey) for painting in paintings]
            return _grey_image(grey), [_grey_image(painting) for painting in matched]
        return self.photo, [to_image(match_colors(painting, [photo])) for painting in paintings]

    def given_to(self, picture: Tensor) -> Tensor:
        """The result for `picture` (1, 3, H, W) of the run: with "luminance", the photo's two other channels of YIQ.

        In YIQ a change of Y alone adds the same to red, green and blue.
        """
        if self.colors != "luminance":
            return picture
        height, width = picture.shape[-2:]
        if self._offset is None or self._offset.shape[-2:] != (height, width):
            photo = to_tensor(resize(self.photo, width, height)).to(picture.device)
            self._offset = photo - luminance(photo)
        return (luminance(picture) + self._offset).clamp(0, 1)


def _tensor(image: Image.Image) -> Tensor:
    size = image.size if max(image.size) <= MOST else fit(*image.size, MOST)
    return to_tensor(resize(image, *size))


def _brightness_matched(painting: Tensor, photo: Tensor) -> Tensor:
    """Luminance (1, 1, H, W) with the mean and the standard deviation of another, clamped to [0, 1]."""
    scale = photo.std() / painting.std().clamp_min(FLAT)
    return ((painting - painting.mean()) * scale + photo.mean()).clamp(0, 1)


def _grey_image(grey: Tensor) -> Image.Image:
    return to_image(grey.expand(1, 3, -1, -1))
