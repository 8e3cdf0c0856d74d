"""The small pictures of a run: previews, and what the explorer shows of a finished one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from nst_core.plan import fit
from nst_core.settings import Settings

from .file_names import NAME

PREVIEW_SIDE = 384  # pixels on the longer side
KEPT_SIDE = 512  # pixels on the longer side


@dataclass(frozen=True)
class Painted:
    """A finished run, for the explorer: pictures of at most `KEPT_SIDE` pixels on the longer side, and the settings.

    The pictures are as the run compared them: with the photo's colours kept, paintings are grey or recoloured. `others`
    are the paintings that were mixed with `painting`, and `shares` those of all of them, which add up to 1.
    """

    photo: Image.Image
    painting: Image.Image
    picture: Image.Image
    settings: Settings
    others: tuple[Image.Image, ...] = ()
    shares: tuple[float, ...] = (1.0,)
    by_region: bool = False  # whether regions said where which painting is used


def painted_of(
    photo: Image.Image, paintings: Sequence[Image.Image], picture: Image.Image, settings: Settings, by_region: bool
) -> Painted:
    """What the explorer shows of a run: `picture` is its result, and `by_region` says whether it had regions."""
    from nst_core.photo_colors import PhotoColors  # loads torch, which a run has loaded by now

    colors = PhotoColors(preview(photo, KEPT_SIDE), settings.colors)
    small, prepared = colors.prepare_pictures([preview(image, KEPT_SIDE) for image in paintings])
    for kept, given in zip(prepared, paintings, strict=True):
        kept.info = given.info  # the file's name
    pairs = zip(prepared, settings.shares(len(prepared)), strict=True)
    (painting, *others), shares = zip(*(pair for pair in pairs if pair[1]), strict=True)
    return Painted(
        small, painting, colors.compared(preview(picture, KEPT_SIDE)), settings, tuple(others), shares, by_region
    )


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
