"""Files that are no pictures, are damaged or too large: each gets one sentence with its name and a remedy."""

import contextlib
import random
import warnings
from pathlib import Path

import pytest
from PIL import Image

from nst_core.errors import PictureError
from nst_core.image_files import MAX_PIXELS, MIN_SIDE
from nst_core.images import load_picture
from tests.support import pictures


def test_the_corpus_has_words_for_every_refused_file() -> None:
    assert set(pictures.refused()) == set(pictures.WORDS)


@pytest.mark.parametrize("name", pictures.WORDS)
def test_a_bad_file_gets_one_sentence_with_its_name_and_a_remedy(name: str, tmp_path: Path) -> None:
    data, filename = pictures.refused()[name]
    path = tmp_path / filename
    path.write_bytes(data)
    with pytest.raises(PictureError, match=pictures.WORDS[name]) as error:
        load_picture(path)
    message = str(error.value)
    assert repr(filename) in message
    assert str(tmp_path) not in message and "\n" not in message and len(message) < 200
    assert message.endswith(".") and message.count(". ") == 1, "what was given, then what to do"


@pytest.mark.parametrize("name", pictures.WORDS)
def test_bad_bytes_are_refused_like_a_bad_file(name: str) -> None:
    with pytest.raises(PictureError, match=pictures.WORDS[name]):
        load_picture(pictures.refused()[name][0])


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("/a/secret/folder/cat.jpg", "no file 'cat.jpg'"),
        (pictures.INLINE, "inline data"),
        ("https://example.org/cat.jpg", "web address"),
        ("", "No picture was given"),
        (None, "No picture was given"),
        (7, "not a int"),
        ("a\0b.png", "Check its name"),
        ("x" * 5000, "Check its name"),
        (b"", "empty"),
    ],
)
def test_what_is_not_a_file_is_refused_in_words(source: object, words: str) -> None:
    with pytest.raises(PictureError, match=words) as error:
        load_picture(source)  # type: ignore[arg-type]
    assert "secret" not in str(error.value) and len(str(error.value)) < 200


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="is a folder"):
        load_picture(tmp_path)


def test_a_bomb_is_refused_from_its_header_without_a_warning() -> None:
    data = pictures.refused()["bomb of 120 million pixels"][0]
    assert len(data) < 100_000
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        with pytest.raises(PictureError, match="120 million"):
            load_picture(data[:200])  # no pixels are there to be decoded
    assert not heard


def test_importing_left_pillows_own_limit_alone() -> None:
    assert Image.MAX_IMAGE_PIXELS == 1024 * 1024 * 1024 // 4 // 3
    assert MAX_PIXELS < Image.MAX_IMAGE_PIXELS


def test_the_bounds_on_size_are_inclusive() -> None:
    assert load_picture(Image.new("L", (MIN_SIDE, 40))).size == (MIN_SIDE, 40)
    with pytest.raises(PictureError, match=f"{MIN_SIDE - 1}x40"):
        load_picture(Image.new("L", (MIN_SIDE - 1, 40)))
    with pytest.raises(PictureError, match="40x15"):
        load_picture(Image.new("L", (40, MIN_SIDE - 1)))
    with pytest.raises(PictureError, match="50 million"):
        load_picture(Image.new("1", (MAX_PIXELS // 5000 + 1, 5000)))


def test_any_damage_to_a_file_gives_a_picture_or_a_sentence() -> None:
    dice = random.Random(1)
    for data, _ in pictures.unusual().values():
        for _ in range(12):
            broken = bytearray(data)
            for _ in range(dice.choice((1, 4, 30))):
                broken[dice.randrange(len(broken))] = dice.randrange(256)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # Pillow's own, about odd headers
                with contextlib.suppress(PictureError):
                    assert load_picture(bytes(broken[: dice.randrange(1, len(broken) + 1)])).mode == "RGB"
