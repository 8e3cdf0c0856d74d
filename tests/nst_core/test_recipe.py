"""The recipe inside a PNG: what went in comes out, and nothing in it is believed."""

import io
import json
import math
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from nst_core.errors import LayerError, PictureError, SettingError
from nst_core.images import load_picture, picture_sha256, to_tensor
from nst_core.recipe import CHUNK, MAX_CHARACTERS, VERSION, make_recipe, read_recipe, recipe_settings, save_png
from nst_core.settings import Settings
from nst_core.transfer import Step
from nst_core.vgg import Encoder
from tests.support import pictures

SETTINGS = Settings(size=80, init="noise", style_layers=["relu1_1", "pool3"], style_layer_weights=[1, 0.5], seed=7)


def a_step(picture: Image.Image, total: float = 1.5) -> Step:
    terms = {"content relu4_2": 0.5, "style relu1_1": 1.0}
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


def png_with(text: str, key: str = CHUNK, compressed: bool = False) -> bytes:
    info = PngInfo()
    info.add_itxt(key, text, zip=compressed)
    return pictures.encode(pictures.scene(), "PNG", pnginfo=info)


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


def test_the_version_is_the_projects() -> None:
    assert f'\nversion = "{VERSION}"\n' in (Path(__file__).parents[2] / "pyproject.toml").read_text()


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


@pytest.mark.parametrize("key", ["parameters", "nst-recipes", "Comment"])
def test_a_png_without_a_recipe_says_so(key: str, tmp_path: Path) -> None:
    (tmp_path / "other.png").write_bytes(png_with("{}", key))
    with pytest.raises(PictureError, match=r"'other\.png' carries no settings\. Choose a PNG"):
        read_recipe(tmp_path / "other.png")


def test_a_jpeg_carries_no_recipe() -> None:
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
        ({"size": 10**9}, SettingError, "size must be between 64 and 2048"),
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


def test_a_recipe_of_a_few_settings_takes_the_defaults_for_the_rest() -> None:
    recipe = read_recipe(png_with('{"settings": {"size": 100}, "from the future": [1]}'))
    assert recipe_settings(recipe) == Settings(size=100)


@pytest.mark.parametrize("name", ["text", "svg", "empty", "header only", "bomb of 300 million pixels"])
def test_what_is_no_picture_carries_no_recipe(name: str) -> None:
    with pytest.raises(PictureError, match=pictures.WORDS[name]):
        read_recipe(pictures.refused()[name][0])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"no file 'gone\.png'"):
        read_recipe(tmp_path / "gone.png")
