"""Embedded ICC profiles: colours as they are meant, and no picture refused for a broken profile."""

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from nst_core.color_profiles import to_srgb
from nst_core.images import load_picture, picture_sha256
from tests.support import pictures
from tests.support.case_pictures import profile, with_profile


def difference(one: Image.Image, other: Image.Image) -> int:
    return int(np.abs(np.asarray(one).astype(int) - np.asarray(other)).max())


@pytest.mark.parametrize(("kind", "most"), [("PNG", 4), ("TIFF", 4), ("JPEG", 12), ("WEBP", 16)])
def test_the_colours_of_a_wide_profile_are_converted(kind: str, most: int) -> None:
    options = {"quality": 95} if kind in ("JPEG", "WEBP") else {}
    assert difference(load_picture(with_profile(kind, **options)), pictures.scene()) <= most
    ignored = Image.open(io.BytesIO(with_profile(kind, **options))).convert("RGB")
    assert difference(ignored, pictures.scene()) > 25, "the profile matters"


def test_a_transparent_picture_is_converted_before_it_is_laid_on_white() -> None:
    wide = Image.open(io.BytesIO(with_profile())).convert("RGBA")
    wide.paste((255, 0, 0, 0), (0, 0, 40, 56))
    loaded = load_picture(pictures.encode(wide, "PNG", icc_profile=profile()))
    expected = pictures.scene()
    expected.paste("white", (0, 0, 40, 56))
    assert difference(loaded, expected) <= 4


def test_the_profile_of_srgb_changes_nothing() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    loaded = load_picture(pictures.encode(pictures.scene(), "PNG", icc_profile=srgb))
    assert picture_sha256(loaded) == picture_sha256(pictures.scene())


@pytest.mark.parametrize("damage", [b"junk", profile()[:200], profile()[:128] + bytes(400)])
def test_a_broken_profile_is_ignored(damage: bytes) -> None:
    loaded = load_picture(pictures.encode(pictures.scene(), "PNG", icc_profile=damage))
    assert picture_sha256(loaded) == picture_sha256(pictures.scene())


def test_a_profile_for_another_kind_of_colours_is_ignored() -> None:
    loaded = load_picture(pictures.encode(pictures.grey_scene(), "PNG", icc_profile=profile()))
    assert picture_sha256(loaded) == picture_sha256(pictures.grey_scene().convert("RGB"))
    assert difference(to_srgb(pictures.scene().convert("CMYK"), profile()), pictures.scene()) <= 2


def test_no_profile_goes_on_to_the_result() -> None:
    assert not load_picture(with_profile()).info
