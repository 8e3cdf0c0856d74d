"""The recipe inside a PNG: what went in comes out, and nothing in it is believed."""

import io
import json
import math
from pathlib import Path

import pytest
from PIL import Image

from nst_core.errors import PictureError
from nst_core.images import load_picture, picture_sha256, to_tensor
from nst_core.losses import Term
from nst_core.recipe import VERSION, make_recipe, read_recipe, recipe_settings, save_png
from nst_core.settings import Settings
from nst_core.transfer import Step
from nst_core.vgg import Encoder

SETTINGS = Settings(size=80, init="noise", style_layers=["relu1_1", "pool3"], style_layer_weights=[1, 0.5], seed=7)


def a_step(picture: Image.Image, total: float = 1.5) -> Step:
    terms = {Term("content", "relu4_2"): 0.5, Term("style", "relu1_1"): 1.0}
    return Step(
        level=1,
        levels=1,
        width=picture.width,
        height=picture.height,
        evaluation=12,
        evaluations=20,
        total=total,
        terms=terms,
        relative=terms,
        elapsed=1.23456,
        remaining=0.0,
        done=True,
        best=to_tensor(picture),
    )


@pytest.fixture
def recipe(photo: Image.Image, painting: Image.Image, tiny: Encoder) -> dict:
    return make_recipe(SETTINGS, photo, painting, tiny, a_step(photo))


def test_a_recipe_says_all_that_is_needed_to_paint_again(
    recipe: dict, photo: Image.Image, painting: Image.Image, tiny: Encoder
) -> None:
    assert recipe == {
        "version": VERSION,
        "settings": SETTINGS.to_dict(),
        "content_sha256": picture_sha256(photo),
        "style_sha256": picture_sha256(painting),
        "weights": {"name": "tiny", "sha256": tiny.sha256},
        "result": {
            "precision": "float32",
            "width": 80,
            "height": 56,
            "evaluations": 12,
            "seconds": 1.23,
            "total": 1.5,
            "terms": {"content relu4_2": 0.5, "style relu1_1": 1.0},
        },
    }


def test_a_saved_picture_gives_back_its_pixels_and_its_settings(
    recipe: dict, photo: Image.Image, tmp_path: Path
) -> None:
    path = tmp_path / "painted.png"
    save_png(photo, path, recipe)
    assert picture_sha256(load_picture(path)) == picture_sha256(photo)
    for source in (path, str(path), path.read_bytes()):
        assert read_recipe(source) == recipe
    assert recipe_settings(read_recipe(path)) == SETTINGS


def test_an_open_file_takes_the_same_bytes_as_a_path(recipe: dict, photo: Image.Image, tmp_path: Path) -> None:
    file = io.BytesIO()
    save_png(photo, file, recipe)
    save_png(photo, tmp_path / "painted.png", recipe)
    assert (tmp_path / "painted.png").read_bytes() == file.getvalue()


def test_any_png_reader_sees_the_recipe_as_plain_text(recipe: dict, photo: Image.Image) -> None:
    file = io.BytesIO()
    save_png(photo, file, recipe)
    assert b"tEXtnst-recipe\0{" in file.getvalue()
    assert json.loads(Image.open(file).info["nst-recipe"]) == recipe


def test_a_total_that_is_no_number_yet_is_null_in_the_json(photo: Image.Image, tiny: Encoder) -> None:
    recipe = make_recipe(SETTINGS, photo, photo, tiny, a_step(photo, total=math.nan))
    assert recipe["result"]["total"] is None
    save_png(photo, io.BytesIO(), recipe)


def test_the_suffix_does_not_decide_the_format(recipe: dict, photo: Image.Image, tmp_path: Path) -> None:
    save_png(photo, tmp_path / "painted.jpg", recipe)
    assert read_recipe(tmp_path / "painted.jpg") == recipe


def test_an_older_file_is_replaced_and_nothing_else_is_left(recipe: dict, photo: Image.Image, tmp_path: Path) -> None:
    path = tmp_path / "painted.png"
    path.write_bytes(b"old")
    save_png(photo, path, recipe)
    assert read_recipe(path) == recipe and list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_written_gets_one_sentence(recipe: dict, photo: Image.Image, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"mine")
    for path in (tmp_path / "none" / "a.png", tmp_path, tmp_path / "file" / "a.png", tmp_path / "a\0.png"):
        with pytest.raises(PictureError, match=r"cannot be written .*Choose another") as error:
            save_png(photo, path, recipe)
        assert str(tmp_path) not in str(error.value)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert not list(tmp_path.parent.glob(".*.part"))
