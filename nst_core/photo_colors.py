"""The photo's own colours in the result (Gatys, Bethge, Hertzmann & Shechtman 2016, "Preserving Color in Neural Artistic
Style Transfer"): the values "luminance" and "matched" of `Settings.colors`.
"""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image
from torch import Tensor

from .color import luminance, match_colors
from .images import ALPHA, is_grey, opacity, resize, to_image, to_tensor
from .masks import pixels_inside
from .plan import fit

# Pixels on the longer side of a picture that is recoloured or measured: a larger one is scaled down, to save memory. Where
# style_scale * size is more than this, the recoloured painting loses detail.
MOST = 4096
FLAT = 1e-3  # a standard deviation of luminance, of [0, 1]: below it there is nothing to match


class PhotoColors:
    """What the setting `colors` changes: the pictures before a run, and every picture that comes out of it."""

    def __init__(self, photo: Image.Image, colors: str) -> None:
        """`photo` is the content picture, and `colors` the setting."""
        self.photo, self.colors = photo, colors
        self._offset: Tensor | None = None  # (1, 3, H, W): the photo less its luminance, at the size asked for last

    def prepare_pictures(self, styles: Sequence[Image.Image]) -> tuple[Image.Image, list[Image.Image]]:
        """The photo and the paintings to run with.

        "painting": as they are. "luminance" (luminance-only transfer in the article): all in grey, each painting with the
        mean and the standard deviation of the photo's luminance. "matched" (color histogram matching): each painting with
        the mean and the covariance of the photo's colours; for a grey photo as "luminance". Transparent pixels do not count.
        """
        if self.colors == "painting":
            return self.photo, list(styles)
        in_grey = self.colors == "luminance" or is_grey(self.photo)
        bounded = _bounded(self.photo)
        photo, mask = to_tensor(bounded), opacity(bounded, *bounded.size)
        content = _with_alpha_of(bounded, to_image(_in_grey(photo))) if in_grey else self.photo
        counted = photo if mask is None else pixels_inside(photo, mask)
        return content, [_recolored(style, counted, in_grey) for style in styles]

    def prepare_start(self, picture: Image.Image) -> Image.Image:
        """The picture to start a run with, given one as it comes out of a run: in grey with "luminance"."""
        return to_image(_in_grey(to_tensor(picture))) if self.colors == "luminance" else picture

    def compared(self, result: Image.Image) -> Image.Image:
        """A result as the run compared it with the other pictures: with "luminance" in grey."""
        return to_image(_in_grey(to_tensor(result))) if self.colors == "luminance" else result

    def apply_to_result(self, picture: Tensor) -> Tensor:
        """The result for `picture` (1, 3, H, W) of the run: with "luminance", its Y and the photo's I and Q of YIQ.

        A change of Y alone adds the same to red, green and blue. So the photo less its luminance is added to the new Y.
        """
        if self.colors != "luminance":
            return picture
        height, width = picture.shape[-2:]
        if self._offset is None or self._offset.shape[-2:] != (height, width):
            photo = to_tensor(resize(self.photo, width, height)).to(picture.device)
            self._offset = photo - luminance(photo)
        return (luminance(picture) + self._offset).clamp(0, 1)


def _recolored(style: Image.Image, photo: Tensor, in_grey: bool) -> Image.Image:
    """A painting with the colours, or in grey with the luminance, of the pixels `photo` (1, 3, H, W); as transparent as
    before."""
    style = _bounded(style)
    painting, mask = to_tensor(style), opacity(style, *style.size)
    counted = painting if mask is None else pixels_inside(painting, mask)
    if in_grey:
        matched = _brightness_matched(_in_grey(painting), _in_grey(counted), _in_grey(photo))
    else:
        matched = match_colors(painting, [photo], counted=counted)
    return _with_alpha_of(style, to_image(matched))


def _with_alpha_of(source: Image.Image, image: Image.Image) -> Image.Image:
    """`image`, as transparent as `source`, which has the same size."""
    image.info |= {key: value for key, value in source.info.items() if key == ALPHA}
    return image


def _brightness_matched(painting: Tensor, counted: Tensor, photo: Tensor) -> Tensor:
    """`painting` in grey with the mean and the standard deviation of `photo`, clamped to [0, 1].

    Its own mean and deviation are those of `counted`, its opaque pixels.
    """
    scale = photo.std() / counted.std().clamp_min(FLAT)
    return ((painting - counted.mean()) * scale + photo.mean()).clamp(0, 1)


def _in_grey(picture: Tensor) -> Tensor:
    """(1, 3, H, W) with the luminance in all three channels."""
    return luminance(picture).expand(1, 3, -1, -1)


def _bounded(image: Image.Image) -> Image.Image:
    """`image` with at most `MOST` pixels on its longer side, and its alpha channel likewise."""
    if max(image.size) <= MOST:
        return image
    size = fit(*image.size, MOST)
    smaller = resize(image, *size)
    smaller.info = {ALPHA: resize(image.info[ALPHA], *size)} if ALPHA in image.info else {}
    return smaller
