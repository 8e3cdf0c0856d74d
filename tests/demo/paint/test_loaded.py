"""What is said after settings were loaded: whether the pictures on the page are those that they were used with."""

import pytest
from PIL import Image

from demo import text
from demo.examples import PAIRS
from demo.paint import loaded
from nst_core.images import load_picture, picture_sha256


@pytest.fixture(scope="module")
def others() -> list[Image.Image]:
    return [Image.new("RGB", (30, 20), colour) for colour in ("red", "green", "blue")]


def recipe(photo, *paintings) -> dict:
    hashes = [picture_sha256(painting) for painting in paintings]
    return {"content_sha256": picture_sha256(photo), "style_sha256": hashes[0] if len(hashes) == 1 else hashes}


def test_with_the_same_pictures_nothing_is_said_but_that_they_are_loaded(photo, painting, others):
    assert loaded.words(recipe(photo, painting), photo, [painting]) == (text.LOADED, True)
    assert loaded.words(recipe(photo, *others), photo, others) == (text.LOADED, True)


def test_another_photo_and_another_painting_are_said(photo, painting, others):
    words, same = loaded.words(recipe(photo, painting), others[0], [others[1]])
    assert not same and "another photo." in words and "another painting." in words
    assert loaded.words(recipe(photo, painting), None, [None])[0] == words


def test_a_bundled_picture_is_named(photo, painting):
    pair = PAIRS[2]
    words, _ = loaded.words(recipe(load_picture(pair.photo), load_picture(pair.painting)), photo, [painting])
    assert "another photo (Coffee)" in words and "another painting (The Café Terrace at Night)" in words


def test_of_several_paintings_it_is_said_which_are_missing(photo, painting, others):
    words, _ = loaded.words(recipe(photo, *others), photo, [painting, others[1]])
    assert "with 3 paintings, of which these are not here: number 1, number 3." in words and "photo" not in words


def test_more_paintings_or_another_order_are_said(photo, painting, others):
    assert "another order" in loaded.words(recipe(photo, *others), photo, others[::-1])[0]
    assert "1 of these 2 paintings" in loaded.words(recipe(photo, painting), photo, [painting, others[0]])[0]


def test_a_recipe_without_hashes_of_pictures_says_nothing_of_them(photo, painting):
    assert loaded.words({"settings": {}}, photo, [painting]) == (text.LOADED, True)
    assert loaded.words({"content_sha256": 7, "style_sha256": {}}, photo, [painting]) == (text.LOADED, True)
