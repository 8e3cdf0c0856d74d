"""What is said before a run that will probably disappoint, and silence about ordinary pictures."""

import pytest
from PIL import Image

from nst_core.advice import Sample, warnings_for
from nst_core.settings import Settings
from tests.conftest import ASSETS
from tests.support import pictures

SMALL = Settings(size=128, style_scale=1)


def test_the_bundled_pictures_get_no_advice() -> None:
    photo = ASSETS / "photos/chelsea.jpg"
    for painting in sorted((ASSETS / "paintings").iterdir()):
        assert warnings_for(photo, painting, Settings()) == [], painting.name


def test_the_same_picture_twice_is_said(photo: Image.Image) -> None:
    for painting in (photo, pictures.encode(photo, "JPEG"), photo.resize((160, 112))):
        (words,) = warnings_for(photo, painting, SMALL)
        assert "same picture" in words
    assert warnings_for(photo, photo.rotate(180), SMALL) == []


@pytest.mark.parametrize("colour", ["black", "white", (124, 117, 104)])
def test_a_painting_without_texture_is_said(photo: Image.Image, colour: object) -> None:
    (words,) = warnings_for(photo, Image.new("RGB", (96, 90), colour), SMALL)  # type: ignore[arg-type]
    assert "no texture to learn from" in words


def test_a_painting_much_smaller_than_the_result_is_said(photo: Image.Image, painting: Image.Image) -> None:
    (words,) = warnings_for(photo.resize((320, 224)), painting, Settings(size=512, style_scale=1))
    assert "64x72 pixels" in words and "512" in words
    assert warnings_for(photo, painting, Settings(size=144, style_scale=1)) == []


def test_a_photo_much_smaller_than_the_result_is_said_once(photo: Image.Image, painting: Image.Image) -> None:
    large = painting.resize((400, 450))
    (words,) = warnings_for(photo, [large, large.rotate(180)], Settings(size=512))
    assert "80x56 pixels and is enlarged to 512" in words
    assert warnings_for(photo, large, Settings(size=160)) == []


def test_without_a_style_there_is_nothing_to_say(photo: Image.Image) -> None:
    assert warnings_for(photo, photo, Settings(style_weight=0)) == []


def test_every_sentence_ends_with_what_to_do(photo: Image.Image) -> None:
    flat = Image.new("RGB", photo.size)
    for words in warnings_for(flat, flat, Settings()):
        assert words.endswith(".") and "Choose" in words


def test_samples_are_advised_on_as_their_pictures_are(photo: Image.Image, painting: Image.Image) -> None:
    flat = Image.new("RGB", (30, 40))
    for one, other in ((photo, painting), (photo, photo), (photo, flat)):
        words = warnings_for(one, other, Settings(size=300))
        assert words and warnings_for(Sample.of(one), Sample.of(other), Settings(size=300)) == words
