"""Files from strangers: a recipe that is missing, damaged or hostile gets one sentence."""

import json
import math
from pathlib import Path

import pytest
from PIL.PngImagePlugin import PngInfo

from nst_core.errors import LayerError, PictureError, SettingError
from nst_core.recipe import CHUNK, MAX_CHARACTERS, read_recipe, recipe_settings
from nst_core.settings import Settings
from tests.support import pictures


def png_with(text: str, key: str = CHUNK, compressed: bool = False) -> bytes:
    info = PngInfo()
    info.add_itxt(key, text, zip=compressed)
    return pictures.encode(pictures.scene(), "PNG", pnginfo=info)


@pytest.mark.parametrize("key", ["parameters", "nst-recipes", "Comment"])
def test_a_png_without_a_recipe_says_so(key: str, tmp_path: Path) -> None:
    (tmp_path / "other.png").write_bytes(png_with("{}", key))
    with pytest.raises(PictureError, match=r"'other\.png' carries no settings\. Choose a picture"):
        read_recipe(tmp_path / "other.png")


def test_another_jpeg_carries_no_recipe() -> None:
    with pytest.raises(PictureError, match="carries no settings"):
        read_recipe(pictures.encode(pictures.scene(), "JPEG"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        '{"settings": {"size": 512',
        "null",
        "[]",
        "7",
        "{}",
        '{"settings": null}',
        '{"settings": [1, 2]}',
        '{"settings": "size=512"}',
        '{"settings": {}, "weights": "oxford"}',
        '{"settings": {}, "result": [1]}',
        "[" * 50_000,
        '{"settings": ' * 5000,
        "1" * 5000,
        '{"settings": {}, "padding": "' + " " * MAX_CHARACTERS + '"}',
    ],
    ids=lambda text: text[:20],
)
@pytest.mark.parametrize("compressed", [False, True])
def test_a_damaged_or_hostile_recipe_gets_one_sentence(text: str, compressed: bool) -> None:
    with pytest.raises(PictureError, match=r"The file (holds damaged|carries no) settings") as error:
        read_recipe(png_with(text, compressed=compressed))
    assert len(str(error.value)) < 200


def test_a_compressed_bomb_in_the_chunk_is_refused() -> None:
    data = png_with('{"settings": {}}' + " " * 30_000_000, compressed=True)
    assert len(data) < 100_000
    with pytest.raises(PictureError):
        read_recipe(data)


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"sise": 512}, SettingError, "no setting 'sise'"),
        ({"__class__": "os"}, SettingError, "no setting '__class__'"),
        ({"size": 10**9}, SettingError, "size must be between 64 and 8192"),
        ({"size": "x" * 50_000}, SettingError, "size must be a number"),
        ({"style_weight": math.nan}, SettingError, "style_weight must be"),
        ({"style_weight": 10**400}, SettingError, "style_weight must be"),
        ({"content_weight": 0, "style_weight": 0}, SettingError, "both 0"),
        ({"style_layers": ["../../etc/passwd"]}, LayerError, "no layer"),
        ({"style_layers": "relu1_1 " * 8000}, SettingError, "relu1_1 twice"),
        ({"pooling": {"max": 1}}, SettingError, "pooling cannot be"),
    ],
)
def test_settings_that_cannot_be_are_refused_by_name(settings: dict, kind: type[Exception], words: str) -> None:
    recipe = read_recipe(png_with(json.dumps({"settings": settings})))
    with pytest.raises(kind, match=words) as error:
        recipe_settings(recipe)
    assert len(str(error.value)) < 350


def test_a_recipe_of_a_few_settings_takes_for_the_rest_what_version_0_1_0_painted_with() -> None:
    recipe = read_recipe(png_with('{"settings": {"size": 100}, "from the future": [1]}'))
    assert recipe_settings(recipe) == Settings(size=100, style_scale=1, coarse_only_layers="")


@pytest.mark.parametrize("name", ["text", "svg", "empty", "header only", "bomb of 300 million pixels"])
def test_what_is_no_picture_carries_no_recipe(name: str) -> None:
    with pytest.raises(PictureError, match=pictures.WORDS[name]):
        read_recipe(pictures.refused()[name][0])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"no file 'gone\.png'"):
        read_recipe(tmp_path / "gone.png")
