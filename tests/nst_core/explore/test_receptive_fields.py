"""Receptive fields against the network itself: light one pixel, or change all others, and see which units change."""

import numpy as np
import pytest
import torch
from PIL import Image

from nst_core.explore import look, padding_free_fraction, receptive_field, unit_at
from nst_core.layers import LAYERS
from nst_core.vgg import Encoder
from tests.support.toy_vgg19 import all_ones

WIDTH, HEIGHT = 320, 288

# Units that see no padding, in squares of 224 and of 384 pixels, in percent.
PADDING_FREE = {"relu1_1": (98, 99), "relu3_1": (80, 88), "relu4_1": (51, 69), "relu5_1": (8, 34), "relu5_4": (0, 11)}


@pytest.fixture(scope="module")
def ones() -> Encoder:
    """VGG19 with one channel a layer and every weight 1."""
    return all_ones()


def sees(layer: str, rows: int, columns: int, x: int, y: int) -> np.ndarray:
    """(rows, columns) bool: is pixel (x, y) inside the unit's box?"""
    seen = np.zeros((rows, columns), bool)
    boxes = {n: receptive_field(layer, n, n) for n in range(max(rows, columns))}
    down = [boxes[row][1] <= y < boxes[row][3] for row in range(rows)]
    across = [boxes[column][0] <= x < boxes[column][2] for column in range(columns)]
    seen[:] = np.outer(down, across)
    return seen


@pytest.mark.parametrize(("x", "y"), [(0, 0), (WIDTH - 1, HEIGHT - 1), (160, 143), (95, 128), (7, 201), (303, 64)])
def test_a_lit_pixel_lights_the_units_in_whose_box_it_is_and_no_other(ones, x, y) -> None:
    dark = torch.zeros(1, 3, HEIGHT, WIDTH)
    dark[..., y, x] = 1
    for layer, features in ones(dark, LAYERS).items():
        lit = features[0, 0].numpy() > 0
        assert np.array_equal(lit, sees(layer, *lit.shape, x, y)), layer


@pytest.mark.parametrize("layer", ["relu1_1", "pool1", "relu2_2", "relu3_1", "pool3", "relu4_2"])
@pytest.mark.parametrize("place", ["middle", "corner", "border"])
def test_a_unit_depends_on_pixels_in_its_box_and_on_none_outside(tiny, layer, place) -> None:
    chance = torch.Generator().manual_seed(3)
    picture, other = torch.rand(2, 1, 3, 144, 176, generator=chance)
    before = tiny(picture, [layer])[layer][0]
    rows, columns = before.shape[1:]
    row, column = {"middle": (rows // 2, columns // 2), "corner": (0, columns - 1), "border": (rows // 3, 0)}[place]
    left, top, right, bottom = receptive_field(layer, row, column)

    kept = other.clone()
    inside = np.s_[..., max(0, top) : bottom, max(0, left) : right]
    kept[inside] = picture[inside]
    assert torch.equal(tiny(kept, [layer])[layer][0, :, row, column], before[:, row, column])

    changes = 0
    for y in range(max(0, top), min(bottom, 144), max(1, (bottom - top) // 6)):
        x = min(max((left + right) // 2, 0), 175)
        touched = picture.clone()
        touched[..., y, x] = 1 - touched[..., y, x].round()
        changes += not torch.equal(tiny(touched, [layer])[layer][0, :, row, column], before[:, row, column])
    assert changes


@pytest.mark.parametrize(("layer", "row", "column"), [("relu1_1", 17, 30), ("relu2_2", 15, 20), ("relu3_1", 8, 9)])
def test_a_look_with_the_real_weights_depends_on_the_same_pixels(oxford, layer, row, column) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (64, 80, 3), np.uint8)
    before = look(Image.fromarray(pixels), oxford, 80).features(layer)[:, row, column]
    left, top, right, bottom = receptive_field(layer, row, column)
    for where in (np.s_[:, left - 1], np.s_[:, right], np.s_[top - 1], np.s_[bottom]):
        beside = pixels.copy()
        beside[where] = 255 - beside[where]
        assert np.array_equal(look(Image.fromarray(beside), oxford, 80).features(layer)[:, row, column], before)
    for y, x in ((top, left), (top, right - 1), (bottom - 1, left), (bottom - 1, right - 1)):
        corner = pixels.copy()
        corner[y, x] = 255 * (corner[y, x] < 128)
        assert not np.array_equal(look(Image.fromarray(corner), oxford, 80).features(layer)[:, row, column], before)


@pytest.mark.parametrize("layer", LAYERS)
def test_the_unit_at_the_centre_of_a_box_is_its_own(layer) -> None:
    for row, column in ((0, 0), (3, 5), (7, 2), (8, 10)):
        left, top, right, bottom = receptive_field(layer, row, column)
        assert unit_at(layer, (left + right) / 2 - 0.5, (top + bottom) / 2 - 0.5, 9, 11) == (row, column)


@pytest.mark.parametrize("layer", ["relu1_2", "pool1", "relu3_1", "pool3", "relu5_1"])
def test_the_unit_behind_a_pixel_is_the_one_whose_box_is_centred_nearest(layer) -> None:
    stride = LAYERS[layer].stride
    height, width = 64 // stride, 96 // stride
    boxes = [receptive_field(layer, n, n) for n in range(max(height, width))]
    centres = np.array([(left + right) / 2 for left, _, right, _ in boxes])
    for x, y in ((0, 0), (95, 63), (17, 40), (50, 9), (33, 31)):
        row, column = unit_at(layer, x, y, height, width)
        assert abs(centres[row] - y - 0.5) == np.abs(centres[:height] - y - 0.5).min()
        assert abs(centres[column] - x - 0.5) == np.abs(centres[:width] - x - 0.5).min()


def test_a_click_beyond_the_picture_means_the_unit_at_its_edge() -> None:
    assert unit_at("relu4_1", -50, 400, 6, 9) == (5, 0)
    assert unit_at("relu4_1", 400, -50, 6, 9) == (0, 8)


@pytest.mark.parametrize("layer", ["relu1_1", "pool1", "relu2_2", "relu3_4", "pool3", "relu4_1", "relu5_1", "pool5"])
def test_the_padding_free_fraction_is_a_count_of_units(layer) -> None:
    width, height = 304, 240
    stride = LAYERS[layer].stride
    clear = units = 0
    for row in range(height // stride):
        for column in range(width // stride):
            left, top, right, bottom = receptive_field(layer, row, column)
            clear += left >= 0 and top >= 0 and right <= width and bottom <= height
            units += 1
    assert padding_free_fraction(layer, width, height) == pytest.approx(clear / units)


@pytest.mark.parametrize("layer", PADDING_FREE)
def test_the_padding_free_fraction_is_the_published_one(layer) -> None:
    found = tuple(round(100 * padding_free_fraction(layer, side, side)) for side in (224, 384))
    assert found == PADDING_FREE[layer]


def test_a_picture_smaller_than_a_unit_has_no_padding_free_ones() -> None:
    assert padding_free_fraction("pool5", 20, 400) == 0
