"""The recipe inside a PNG: what went in comes out, and nothing in it is believed."""

import io
import json
import math
from pathlib import Path

import pytest
from PIL import Image

from nst_core.errors import PictureError
from nst_core.images import load_picture, picture_sha256, to_tensor
from nst_core.recipe import VERSION, make_recipe, read_recipe, recipe_settings, save_png
from nst_core.settings import Settings
from nst_core.terms import Term
from nst_core.transfer import Step, transfer
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
        ended="finished",
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
            "ended": "finished",
        },
    }


# Written by version 0.1.0.
RECIPE_0_1_0 = """
{"version": "0.1.0", "settings": {"size": 64, "init": "noise", "objective": "balanced", "content_weight": 1.0,
"style_weight": 30.0, "tv_weight": 0.5, "content_layers": ["relu4_2"], "style_layers": ["relu1_1", "pool3"],
"style_layer_weights": [1.0, 0.5], "pooling": "max", "padding": "zeros", "precision": "auto", "levels": 1,
"evaluations": 2, "optimizer": "lbfgs", "seed": 7, "max_seconds": 0.0},
"content_sha256": "61192f78da62432402e490913f40e033c5e0b6154aa8b7c5175dda4c8d8e0744",
"style_sha256": "9987c369b33d1ce80f18c8244a0b1dce36de13fe9ae9be41b47a8451db17e289",
"weights": {"name": "oxford", "sha256": "c34748d2a8b1ad0a651c18a3addff1b0189af7f070cdaaa0dced0db6150b6af6"},
"result": {"precision": "float32", "width": 64, "height": 43, "evaluations": 2, "seconds": 1.57,
"total": 24.75959014892578, "terms": {"content relu4_2": 0.8913816213607788, "style relu1_1": 0.6150779724121094,
"style pool3": 0.1750156730413437, "tv": 0.3307943344116211}}}
"""


def test_a_recipe_of_0_1_0_is_read_and_a_new_one_has_the_same_keys(
    photo: Image.Image, painting: Image.Image, tiny: Encoder
) -> None:
    old = json.loads(RECIPE_0_1_0)
    file = io.BytesIO()
    save_png(photo, file, old)
    assert read_recipe(file.getvalue()) == old
    settings = recipe_settings(old)
    assert (settings.size, settings.style_layers, settings.seed) == (64, ("relu1_1", "pool3"), 7)
    assert old["settings"].items() <= settings.to_dict().items()
    *_, last = transfer(photo, painting, settings, tiny)
    new = make_recipe(settings, photo, painting, tiny, last)
    assert list(new) == list(old) and list(new["result"]) == [*old["result"], "ended"]
    assert list(new["result"]["terms"]) == list(old["result"]["terms"])


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
