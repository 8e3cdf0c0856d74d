"""--regions and transparent photos on the command line."""

import json

import numpy as np
import pytest
from PIL import Image

from nst_core.__main__ import main
from nst_core.recipe import read_recipe

QUICK = ["--size", "80", "--evaluations", "2", "--levels", "1", "--style-layers", "relu1_1,relu2_1"]
QUICK += ["--content-layers", "relu2_2"]


@pytest.fixture
def arguments(files, painting, tmp_path) -> list[str]:
    """A photo, two paintings, the output, and a map: the first painting left, the photo right."""
    painting.rotate(90).save(tmp_path / "other.png")
    image = Image.new("RGB", (160, 112), "red")
    image.paste("white", (80, 0, 160, 112))
    image.save(tmp_path / "map.png")
    return [files[0], files[1], str(tmp_path / "other.png"), *files[2:], *QUICK, "--regions", str(tmp_path / "map.png")]


def test_a_map_says_where_and_the_recipe_remembers_it(arguments, photo, tmp_path, capsys):
    assert main(arguments) == 0
    out = Image.open(tmp_path / "out.png")
    assert np.array_equal(np.asarray(out)[:, 42:], np.asarray(photo)[:, 42:])
    recipe = read_recipe(tmp_path / "out.png")
    assert len(recipe["regions_sha256"]) == 64 and recipe["region_colors"] == ["red", "yellow", "green", "blue"]
    assert "note" not in capsys.readouterr().err
    Image.open(tmp_path / "map.png").transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(tmp_path / "flipped.png")
    again = ["--recipe", str(tmp_path / "out.png"), "-o", str(tmp_path / "again.png"), "--force"]
    assert main([*arguments, *again]) == 0 and "note" not in capsys.readouterr().err
    assert main([*arguments, *again, "--regions", str(tmp_path / "flipped.png")]) == 0
    assert "note: the recipe was made with another map of regions; the result will differ." in capsys.readouterr().err
    assert main([*arguments[:-2], *again]) == 0
    assert "made with a map of regions; the result will differ without it (--regions)" in capsys.readouterr().err
    assert "regions_sha256" not in read_recipe(tmp_path / "again.png")
    assert main([*arguments, "--recipe", str(tmp_path / "again.png"), "-o", str(tmp_path / "third.png")]) == 0
    assert "made with no map of regions" in capsys.readouterr().err


def test_the_maps_colours_may_be_others_and_come_back_with_the_recipe(arguments, tmp_path):
    image = Image.new("RGB", (80, 56), "navy")
    image.paste("tan", (0, 0, 40, 56))
    image.save(tmp_path / "own.png")
    own = ["--regions", str(tmp_path / "own.png")]
    assert main([*arguments, *own, "--region-colors", "tan, navy"]) == 0
    assert read_recipe(tmp_path / "out.png")["region_colors"] == ["tan", "navy"]
    again = ["--recipe", str(tmp_path / "out.png"), "-o", str(tmp_path / "again.png")]
    assert main([*arguments, *own, *again]) == 0
    assert Image.open(tmp_path / "out.png").tobytes() == Image.open(tmp_path / "again.png").tobytes()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--region-colors", "red,blurple"], "There is no colour 'blurple'"),
        (["--regions", "missing.png"], "There is no file 'missing.png'"),
        (["--region-colors", "yellow"], "stand for nothing, such as #ff0000"),
        (["-o", "map.png"], "'map.png' is one of the inputs"),
    ],
)
def test_what_cannot_be_used_is_said_before_the_run(arguments, tmp_path, monkeypatch, capsys, more, said):
    monkeypatch.chdir(tmp_path)
    assert main([*arguments, *more, "--force"]) == 2
    assert said in capsys.readouterr().err and not (tmp_path / "out.png").exists()


def test_colours_without_a_map_are_refused(arguments, capsys):
    assert main([*arguments[:-2], "--region-colors", "red"]) == 2
    assert "Give the map with --regions" in capsys.readouterr().err


def test_a_region_too_small_for_a_layer_is_said(arguments, tmp_path, capsys):
    image = Image.new("RGB", (80, 56), "black")
    image.paste("yellow", (20, 20, 30, 30))
    image.save(tmp_path / "map.png")
    assert main([*arguments, "--style-layers", "relu1_1,relu5_1", "--size", "96"]) == 0
    assert "note: The region of painting 2 is too small for relu5_1 at this size: left out there." in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize("ending", ["png", "tif", "jpg"])
def test_a_transparent_photo_gives_a_transparent_picture_but_for_a_jpeg(files, photo, tmp_path, capsys, ending):
    image = photo.convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 30, 56))
    image.save(files[0])
    out, bits = tmp_path / f"out.{ending}", ["--bits", "16"] if ending == "tif" else []
    assert main([*files[:2], "-o", str(out), *QUICK, *bits, "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["width"] == 80
    assert ("note: A JPEG has no transparency" in captured.err) == (ending == "jpg")
    painted = Image.open(out)
    if ending == "jpg":
        assert painted.mode == "RGB" and min(painted.getpixel((10, 20))) > 245
    else:
        assert painted.getchannel("A").tobytes() == image.getchannel("A").tobytes()
