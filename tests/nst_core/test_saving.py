"""Pictures as files: every format holds its recipe and its colours, and appears complete or not at all."""

from __future__ import annotations

import io
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageCms

from nst_core.errors import PictureError
from nst_core.images import load_picture, picture_sha256, to_image
from nst_core.recipe import read_recipe
from nst_core.saving import ENDINGS, part_of, save_picture, save_png, write_file
from tests.support import pictures

RECIPE = {"settings": {"size": 80, "seed": 7}, "weights": {"name": "é"}, "result": {"total": None}}


@pytest.mark.parametrize("ending", [*ENDINGS, ".PNG", ".Jpg"])
def test_the_ending_decides_the_format_and_the_recipe_is_inside(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"painted{ending}"
    save_picture(pictures.scene(), path, RECIPE)
    with Image.open(path) as image:
        assert image.format == ENDINGS[ending.lower()]
    assert read_recipe(path) == read_recipe(path.read_bytes()) == RECIPE
    loaded = np.asarray(load_picture(path)).astype(int)
    most = 0 if ENDINGS[ending.lower()] in ("PNG", "TIFF") else 6
    assert np.abs(loaded - np.asarray(pictures.scene())).max() <= most


def test_colours_are_marked_as_srgb(tmp_path: Path) -> None:
    save_picture(pictures.scene(), tmp_path / "a.png", RECIPE)
    data = (tmp_path / "a.png").read_bytes()
    assert b"\0\0\0\1sRGB\0" in data[: data.index(b"IDAT")]
    for name in ("a.jpg", "a.webp"):
        save_picture(pictures.scene(), tmp_path / name, RECIPE)
        assert Image.open(tmp_path / name).getexif().get_ifd(0x8769)[0xA001] == 1


def test_the_recipe_survives_in_another_programs_copy(tmp_path: Path) -> None:
    """Programs that keep EXIF keep the recipe."""
    save_picture(pictures.scene(), tmp_path / "a.jpg", RECIPE)
    with Image.open(tmp_path / "a.jpg") as image:
        image.save(tmp_path / "b.webp", exif=image.getexif())
    assert read_recipe(tmp_path / "b.webp") == RECIPE


def test_a_cameras_description_is_no_recipe() -> None:
    exif = Image.Exif()
    exif[0x010E] = "OLYMPUS DIGITAL CAMERA"
    with pytest.raises(PictureError, match="carries no settings"):
        read_recipe(pictures.encode(pictures.scene(), "JPEG", exif=exif))
    exif[0x010E] = "nst-recipe {damaged"
    with pytest.raises(PictureError, match="holds damaged settings"):
        read_recipe(pictures.encode(pictures.scene(), "JPEG", exif=exif))


def test_another_ending_is_refused_with_those_that_are_known(tmp_path: Path) -> None:
    for name in ("a.gif", "a", "a.exe"):
        with pytest.raises(PictureError, match=r"does not end in a format .*\.png, \.jpg"):
            save_picture(pictures.scene(), tmp_path / name, RECIPE)
    assert not list(tmp_path.iterdir())


def test_an_open_file_gets_a_png() -> None:
    for save in (save_picture, save_png):
        file = io.BytesIO()
        save(pictures.scene(), file, RECIPE)
        assert picture_sha256(load_picture(file)) == picture_sha256(pictures.scene())


def test_a_link_stays_a_link_and_its_target_is_written(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link.png").symlink_to(tmp_path / "real" / "a.png")
    write_file(tmp_path / "link.png", b"one")
    write_file(tmp_path / "link.png", b"two")
    assert (tmp_path / "link.png").is_symlink() and (tmp_path / "real" / "a.png").read_bytes() == b"two"
    assert [path.name for path in (tmp_path / "real").iterdir()] == ["a.png"]


def test_a_device_is_written_to_and_not_replaced() -> None:
    write_file(Path("/dev/null"), b"picture")
    assert Path("/dev/null").is_char_device()


def test_two_runs_never_share_a_temporary_name(tmp_path: Path) -> None:
    names = {part_of(tmp_path / "a.png") for _ in range(100)}
    assert len(names) == 100 and all(name.parent == tmp_path and name.name.startswith(".") for name in names)


def test_a_file_has_the_rights_that_the_user_gives_new_files(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    write_file(tmp_path / "a.png", b"")
    assert (tmp_path / "a.png").stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.parametrize("size", [(80, 56), (31, 17)])
def test_a_tensor_is_a_tiff_of_16_bits(size: tuple[int, int], tmp_path: Path) -> None:
    values = torch.rand(1, 3, size[1], size[0], generator=torch.Generator().manual_seed(1))
    save_picture(values, tmp_path / "deep.tif", RECIPE)
    data = (tmp_path / "deep.tif").read_bytes()
    assert read_recipe(data) == RECIPE
    assert load_picture(data).size == size
    assert np.abs(np.asarray(load_picture(data)).astype(int) - np.asarray(to_image(values))).max() <= 1
    with Image.open(tmp_path / "deep.tif") as image:
        bits, compressed, place, length = (image.tag_v2[tag] for tag in (258, 259, 273, 279))
        assert bits == (16, 16, 16) and compressed == 8
        assert ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"])).profile.xcolor_space == "RGB "
    stored = np.frombuffer(zlib.decompress(data[place[0] : place[0] + length[0]]), "<u2").reshape(size[1], size[0], 3)
    expected = np.rint(values[0].permute(1, 2, 0).numpy() * 65535)
    assert np.array_equal(stored, expected)
    save_picture(values, tmp_path / "flat.png", RECIPE)
    assert picture_sha256(load_picture(tmp_path / "flat.png")) == picture_sha256(to_image(values))
