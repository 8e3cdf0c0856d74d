"""Pictures in and out: every odd file becomes 8-bit RGB or one sentence."""

import io
import sys
import types
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from nst_core.images import load_picture, picture_sha256, resize, resize_tensor, to_image, to_tensor
from tests.support import pictures


def difference(one: Image.Image, other: Image.Image) -> int:
    """The largest difference of any value of any pixel, 0-255."""
    return int(np.abs(np.asarray(one).astype(int) - np.asarray(other)).max())


@pytest.mark.parametrize("name", pictures.unusual())
def test_an_unusual_file_looks_as_it_should(name: str, tmp_path: Path) -> None:
    data, filename = pictures.unusual()[name]
    (tmp_path / filename).write_bytes(data)
    loaded = load_picture(tmp_path / filename)
    assert (loaded.mode, loaded.size) == ("RGB", (80, 56))
    tolerance = 12 if "palette" in name or "gif" in name or "jpeg" in name else 0
    assert difference(loaded, pictures.expected(name)) <= tolerance
    assert picture_sha256(load_picture(data)) == picture_sha256(loaded)
    assert picture_sha256(load_picture(Image.open(io.BytesIO(data)))) == picture_sha256(loaded)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_all_eight_exif_orientations_come_upright(orientation: int) -> None:
    to_stored = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # PIL transpose methods that undo each orientation
    scene = pictures.scene()
    stored = scene if orientation == 1 else scene.transpose(Image.Transpose(to_stored[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    loaded = load_picture(pictures.encode(stored, "PNG", exif=exif))
    assert picture_sha256(loaded) == picture_sha256(scene)
    assert not loaded.getexif() and not loaded.info


def test_a_broken_exif_block_does_not_cost_the_picture() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's own, about the block
        loaded = load_picture(pictures.encode(pictures.scene(), "PNG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x09junk"))
    assert picture_sha256(loaded) == picture_sha256(pictures.scene())


@pytest.mark.parametrize(
    "mode", ["L", "LA", "La", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "HSV", "LAB", "P", "PA", "1"]
)
def test_every_mode_of_pillow_is_taken(mode: str) -> None:
    if mode in ("La", "RGBa"):
        image = pictures.scene().convert(mode.upper()).convert(mode)
    else:
        image = pictures.scene().convert(mode)
    loaded = load_picture(image)
    assert (loaded.mode, loaded.size) == ("RGB", (80, 56))
    if mode in ("RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "HSV"):
        assert difference(loaded, pictures.scene()) <= 6


@pytest.mark.parametrize(
    ("low", "high", "dtype"),
    [(0, 1, np.float32), (0, 255, np.float32), (-3, 9000, np.float32), (0, 65535, np.int32), (-70000, 90000, np.int32)],
)
def test_grey_of_any_range_goes_from_black_to_white(low: float, high: float, dtype: type) -> None:
    ramp = np.tile(np.linspace(low, high, 80), (56, 1)).astype(dtype)
    assert difference(load_picture(Image.fromarray(ramp)), pictures.grey_scene().convert("RGB")) <= 1


def test_a_dark_16_bit_picture_stays_dark() -> None:
    loaded = load_picture(Image.fromarray(np.full((56, 80), 257 * 20, np.uint16)))
    assert loaded.getextrema() == ((20, 20),) * 3


def test_values_that_are_no_numbers_become_black() -> None:
    values = np.full((56, 80), 0.5, np.float32)
    values[0, 0], values[0, 1] = np.nan, np.inf
    loaded = load_picture(Image.fromarray(values))
    assert [loaded.getpixel(xy) for xy in ((0, 0), (1, 0), (2, 0))] == [(0, 0, 0), (0, 0, 0), (128, 128, 128)]


def test_half_transparent_is_mixed_with_white() -> None:
    loaded = load_picture(Image.new("RGBA", (80, 56), (255, 0, 0, 51)))
    assert loaded.getpixel((9, 9)) == (255, 204, 204)


def test_the_given_pil_image_is_left_as_it_was() -> None:
    given = pictures.scene()
    given.info["comment"] = "mine"
    loaded = load_picture(given)
    loaded.putpixel((0, 0), (1, 2, 3))
    assert given.info == {"comment": "mine"} and picture_sha256(given) == picture_sha256(pictures.scene())


def test_a_ribbon_of_16_by_4000_loads() -> None:
    assert load_picture(pictures.narrow()[0]).size == (16, 4000)


def test_a_large_jpeg_is_read_at_a_fraction_but_never_below_the_largest_result() -> None:
    large = pictures.encode(pictures.scene().resize((5000, 3500)), "JPEG")
    assert load_picture(large).size == (2500, 1750)
    assert load_picture(pictures.encode(pictures.scene().resize((3000, 2100)), "JPEG")).size == (3000, 2100)


def test_a_tensor_is_rgb_rows_by_columns_in_0_to_1() -> None:
    image = Image.new("RGB", (5, 3), (255, 0, 51))
    image.putpixel((4, 1), (0, 102, 255))
    tensor = to_tensor(image)
    assert (tensor.shape, tensor.dtype) == ((1, 3, 3, 5), torch.float32)
    torch.testing.assert_close(tensor[0, :, 0, 0], torch.tensor([1.0, 0.0, 0.2]))
    torch.testing.assert_close(tensor[0, :, 1, 4], torch.tensor([0.0, 0.4, 1.0]))


def test_a_picture_is_read_while_another_thread_is_loading_torch(photo: Image.Image, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", types.ModuleType("torch"))  # as far as it is loaded
    assert load_picture(photo).tobytes() == photo.tobytes()


def test_to_tensor_and_back_changes_nothing(photo: Image.Image) -> None:
    assert picture_sha256(to_image(to_tensor(photo))) == picture_sha256(photo)


def test_to_image_rounds_and_clips() -> None:
    values = torch.tensor([-0.2, 0.6 / 255, 1.4 / 255, 254.6 / 255, 1.3]).reshape(1, 1, 1, 5).expand(1, 3, 2, 5)
    image = to_image(values.clone().requires_grad_())
    assert [image.getpixel((x, 1))[0] for x in range(5)] == [0, 1, 1, 255, 255]


def test_resizing_takes_width_before_height(photo: Image.Image) -> None:
    assert resize(photo, 40, 30).size == (40, 30)
    assert resize_tensor(to_tensor(photo), 40, 30).shape == (1, 3, 30, 40)


def test_both_ways_of_resizing_agree_and_stay_in_range(photo: Image.Image) -> None:
    smaller = resize_tensor(to_tensor(photo), 40, 28)
    assert (smaller - to_tensor(resize(photo, 40, 28))).abs().mean() < 0.02
    checks = torch.tensor([0.0, 1.0]).repeat(12).reshape(1, 1, 4, 6).expand(1, 3, 4, 6)
    enlarged = resize_tensor(checks, 31, 17)
    assert enlarged.min() == 0 and enlarged.max() == 1, "bicubic overshoots; the result must not"


def test_shrinking_averages_rather_than_drops_pixels() -> None:
    stripes = torch.zeros(1, 3, 16, 64)
    stripes[..., ::4] = 1
    assert (resize_tensor(stripes, 8, 4)[..., 1:-1] - 0.25).abs().max() < 0.05


def test_the_hash_knows_pixels_and_shape_and_nothing_else(photo: Image.Image) -> None:
    png = load_picture(pictures.encode(photo, "PNG"))
    assert picture_sha256(png) == picture_sha256(photo)
    assert picture_sha256(Image.new("RGB", (20, 30))) != picture_sha256(Image.new("RGB", (30, 20)))
    png.putpixel((3, 3), (1, 2, 3))
    assert picture_sha256(png) != picture_sha256(photo)
