"""Regions: a map, which is a picture of the photo's proportions, says by its colours where which painting is used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageColor, ImageFilter

from .errors import PictureError, SettingError
from .images import ALPHA, load_picture, picture_sha256
from .plan import fit

COLORS = ("red", "yellow", "green", "blue")  # of the first painting, the second and so on
MIXED, KEPT = 254, 255  # in `Regions.labels`: all paintings mixed; the photo stays
FIXED = {"black": MIXED, "white": KEPT}
# Both count as green: CSS's, which is dark, and the pure one, which is too far from it (127) to be taken for it.
GREENS = ((0, 128, 0), (0, 255, 0))

NEAR = 64  # distance in RGB (black to white: 442) up to which a pixel certainly has a colour
EDGE = 6  # pixels: radius in which a pixel that has none takes the label of most pixels that have one
STRAY = 0.002  # share of a map: a colour without a painting that covers less counts as an error of JPEG
BLURRED = 0.2  # share of a map that may be without a certain colour: soft edges
LARGEST = 1024  # pixels on the longer side of the labels of a map: `places.SOFT` blurs the borders by more than is lost
LOOSE = 0.02  # relative difference of the proportions of map and photo that is allowed: sides are whole pixels


@dataclass(frozen=True)
class Regions:
    """Which painting is used where: `labels` is a picture in mode L whose values are the index of a painting, from 0, or
    `MIXED` or `KEPT`; `colors` are those that the map had for the paintings, in their order."""

    labels: Image.Image
    colors: tuple[str, ...] = COLORS

    @property
    def sha256(self) -> str:
        """Hex digest of the labels: the same for every file format, and whatever the colours."""
        return picture_sha256(self.labels)

    def present(self, label: int) -> bool:
        """Whether the map has any place with this label."""
        return bool(self.labels.histogram()[label])


def read_regions(
    source: Any, paintings: int, size: tuple[int, int] | None = None, colors: Sequence[str] = COLORS
) -> Regions:
    """The regions of a map for so many `paintings`. `source` is what `load_picture` takes, or `Regions`, which are checked.

    The map's colours in the order of `colors` stand for the paintings, black and transparent places for all of them mixed,
    and white ones for the photo as it is. Every pixel counts as the colour that it is nearest to. `Regions` keep their own
    colours. `size` is (width, height) of the photo; without it the proportions are not checked. Raises `SettingError` for
    `colors` that cannot be used, and `PictureError` for a map that cannot be read, of other proportions, in unknown colours,
    with a place for a painting that is not there, without any region, or that keeps the whole photo.
    """
    picture = source.labels if isinstance(source, Regions) else load_picture(source)
    width, height = picture.size
    if size and abs(width * size[1] / (height * size[0]) - 1) > max(LOOSE, 1 / min(width, height)):
        raise PictureError(
            f"The map of regions is {width}x{height} and the photo {size[0]}x{size[1]}. Give a map of the photo's "
            "proportions."
        )
    regions = source if isinstance(source, Regions) else _read(_bounded(picture), paintings, check_colors(colors))
    used = [index for index in range(MIXED) if regions.present(index)]
    if used and used[-1] >= paintings:
        raise PictureError(
            f"The map of regions has a place for painting {used[-1] + 1}, and there are {paintings}. "
            "Give more paintings, or a map with fewer colours."
        )
    if not used and not regions.present(KEPT):
        raise PictureError(
            f"The map of regions names no place. Paint on it with {_listed(regions.colors[:paintings])} or white."
        )
    if not used and not regions.present(MIXED):
        raise PictureError(
            "The map of regions keeps the whole photo: nothing is left to paint. Leave a part of it black."
        )
    return regions


def check_colors(colors: Sequence[str]) -> tuple[str, ...]:
    """`colors`, names ("red") or codes ("#ff0000"), as a tuple; `SettingError` for others, equal ones, black and white."""
    seen: dict[tuple[int, ...], str] = {rgb: name for name in FIXED for rgb in _values(name)}
    for color in colors:
        for rgb in _values(color):
            if rgb in seen:
                raise SettingError(
                    f"The region colour {color!r} is the same as {seen[rgb]!r}. Give one colour for each painting; black "
                    "and white have a meaning of their own."
                )
            seen[rgb] = color
    return tuple(colors)


def _values(color: str) -> tuple[tuple[int, ...], ...]:
    try:
        rgb = ImageColor.getrgb(color)[:3]
    except (ValueError, TypeError):
        raise SettingError(
            f"There is no colour {str(color)[:40]!r}. Give names such as red, or codes such as #ff0000."
        ) from None
    return GREENS if rgb in GREENS else (rgb,)


def _read(image: Image.Image, paintings: int, colors: tuple[str, ...]) -> Regions:
    known = [(rgb, index) for index, color in enumerate(colors) for rgb in _values(color)]
    known += [(rgb, label) for color, label in FIXED.items() for rgb in _values(color)]
    labels, distance = _nearest(np.asarray(image), known)
    if ALPHA in image.info:
        clear = np.asarray(image.info[ALPHA]) < 128
        labels[clear], distance[clear] = MIXED, 0
    unsure = distance > NEAR**2
    if unsure.mean() > BLURRED:
        red, green, blue = (round(value) for value in np.median(np.asarray(image)[unsure], axis=0))
        raise PictureError(
            f"The map of regions has colours that stand for nothing, such as #{red:02x}{green:02x}{blue:02x}. "
            f"Use {_listed(colors)} for the paintings, black for all of them and white for the photo."
        )
    labels = _like_neighbours(labels, unsure)
    few = [index for index in range(len(colors)) if 0 < (labels == index).mean() < STRAY and index >= paintings]
    if few:
        others = [(rgb, label) for rgb, label in known if label not in few]
        labels = np.where(np.isin(labels, few), _nearest(np.asarray(image), others)[0], labels)
    return Regions(Image.fromarray(labels), colors)


def _like_neighbours(labels: np.ndarray[Any, Any], unsure: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """`labels` (H, W) with those that are `unsure`, and those beside them, as most of the sure ones around them: an edge
    between two colours can be nearest to a third."""
    if not unsure.any():
        return labels
    unsure = np.asarray(Image.fromarray(unsure.astype(np.uint8)).filter(ImageFilter.MaxFilter(7))) > 0
    found, most = labels.copy(), np.zeros(labels.shape, np.uint8)
    for label in np.unique(labels[~unsure]):
        sure = Image.fromarray(((labels == label) & ~unsure).astype(np.uint8) * 255)
        near = np.asarray(sure.filter(ImageFilter.BoxBlur(EDGE)))
        better = unsure & (near > most)
        found[better], most[better] = label, near[better]
    return found


def _bounded(image: Image.Image) -> Image.Image:
    """`image` with at most `LARGEST` pixels on its longer side, and its alpha channel likewise."""
    size = fit(*image.size, min(LARGEST, max(image.size)))
    smaller = image.resize(size, Image.Resampling.NEAREST)
    smaller.info = {
        key: alpha.resize(size, Image.Resampling.NEAREST) for key, alpha in image.info.items() if key == ALPHA
    }
    return smaller


def _nearest(pixels: np.ndarray[Any, Any], known: Sequence[tuple[tuple[int, ...], int]]) -> tuple[Any, Any]:
    """For every pixel of (H, W, 3) the label of the nearest known colour (H, W), uint8, and the squared distance to it."""
    labels = np.full(pixels.shape[:2], MIXED, np.uint8)
    least = np.full(pixels.shape[:2], np.iinfo(np.int32).max, np.int32)
    for rgb, label in known:
        distance = np.zeros(pixels.shape[:2], np.int32)
        for channel in range(3):
            distance += (pixels[..., channel].astype(np.int32) - rgb[channel]) ** 2
        nearer = distance < least
        labels[nearer], least[nearer] = label, distance[nearer]
    return labels, least


def _listed(colors: Sequence[str]) -> str:
    return ", ".join(colors)
