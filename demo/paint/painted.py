"""The small pictures of a run: previews, and what the explorer shows of a finished one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PIL import Image

from nst_core.images import resize
from nst_core.plan import fit
from nst_core.settings import Settings

from .file_names import NAME

PREVIEW_SIDE = 384  # pixels on the longer side
KEPT_SIDE = 512  # pixels on the longer side


@dataclass(frozen=True)
class Ended:
    """How a run ended: the mismatch of every layer by the name of its term ("style relu1_1"), and the result's size."""

    losses: Mapping[str, float]
    width: int
    height: int
    brush: float  # the painting's longer side over the result's


@dataclass(frozen=True)
class Painted:
    """A finished run, for the explorer: pictures of at most `KEPT_SIDE` pixels on the longer side, and the settings.

    The pictures are as the run compared them: the photo as large as the result, a painting larger by the brush size; with
    the photo's colours kept, paintings are grey or recoloured. `others` are the paintings that were mixed with
    `painting`, and `shares` those of all of them, which add up to 1.
    """

    photo: Image.Image
    painting: Image.Image
    picture: Image.Image
    settings: Settings
    others: tuple[Image.Image, ...] = ()
    shares: tuple[float, ...] = (1.0,)
    by_region: bool = False  # whether regions said where which painting is used
    ended: Ended | None = None


def painted_of(
    photo: Image.Image,
    paintings: Sequence[Image.Image],
    picture: Image.Image,
    settings: Settings,
    by_region: bool,
    losses: Mapping[str, float],
    side: int = 0,
) -> Painted:
    """What the explorer shows of a run: `picture` is its result, and `by_region` says whether it had regions.

    While a run goes on, `side` is the longer side that its picture will have in pixels: the paintings are as large as then.
    """
    from nst_core.photo_colors import PhotoColors  # loads torch, which a run has loaded by now

    result = preview(picture, KEPT_SIDE)
    small = resize(photo, *result.size)
    colors = PhotoColors(small, settings.colors)
    brush = min(KEPT_SIDE, round(settings.style_scale * (side or max(picture.size))))
    compared, prepared = colors.prepare_pictures([resize(image, *fit(*image.size, brush)) for image in paintings])
    for kept, given in zip(prepared, paintings, strict=True):
        kept.info = given.info  # the file's name
    pairs = zip(prepared, settings.shares(len(prepared)), strict=True)
    (painting, *others), shares = zip(*(pair for pair in pairs if pair[1]), strict=True)
    pictures = compared, painting, colors.compared(result)
    ended = Ended(losses, *picture.size, settings.style_scale)
    return Painted(*pictures, settings, tuple(others), shares, by_region, ended)


def boxed(picture: Image.Image) -> Image.Image:
    """A small copy of an uploaded picture, for the explorer, with nothing but the file's name."""
    small = preview(picture, KEPT_SIDE).copy()
    small.info = {NAME: picture.info.get(NAME, "")}
    return small


def preview(picture: Image.Image, side: int = PREVIEW_SIDE) -> Image.Image:
    """`picture` at no more than `side` pixels on its longer side."""
    if max(picture.size) <= side:
        return picture
    return picture.resize(fit(*picture.size, side), Image.Resampling.BILINEAR)
