"""Heat maps, overlays, frames and receptive fields, pixel by pixel."""

import numpy as np
from PIL import Image

from nst_core.explore.drawing import (
    heat,
    overlay,
    overlay_pair,
    padding_margin,
    side_by_side,
    with_frame,
    with_padding,
)
from nst_core.explore.palette import MARK, PADDING
from nst_core.explore.scales import Scale, gram_scale, to_colours

BLACK, BRIGHTEST = (0, 0, 4), (252, 255, 164)


def test_every_cell_of_a_heat_map_is_a_block_of_its_colour() -> None:
    matrix = np.array([[9.0, -4.5, 0], [1, 0, 3], [2, 8, -9]])
    scale = gram_scale(matrix, curve="linear")
    assert (scale.top, scale.signed) == (9, True)
    shown = np.asarray(heat(matrix, 34, scale))
    assert shown.shape == (33, 33, 3)
    for i in range(3):
        for j in range(3):
            cell = shown[11 * i : 11 * (i + 1), 11 * j : 11 * (j + 1)]
            assert (cell == to_colours(matrix[i, j], 9.0, True)).all()
    nothing = np.zeros((4, 4))
    assert (np.asarray(heat(nothing, 40, gram_scale(nothing))) == BLACK).all()


def test_lines_between_blocks_are_drawn_between_them_only() -> None:
    matrix = np.full((6, 6), 5.0)
    plain, lined = (np.asarray(heat(matrix, 60, Scale(5.0), blocks)) for blocks in (0, 2))
    touched = (plain != lined).any(axis=2)
    assert np.flatnonzero(touched.all(axis=0)).tolist() == np.flatnonzero(touched.all(axis=1)).tolist() == [20, 40]
    assert touched.sum() == 4 * 60 - 4


def test_a_map_over_the_picture_is_interpolated_between_the_centres_of_its_units() -> None:
    # One unit for every 30 x 20 pixels. The largest value is that at row 0 and column 2, from its centre to the corner.
    shown = np.asarray(overlay(Image.new("RGB", (90, 40)), np.array([[0, 4, 8], [2, 2, 2]]), Scale(8.0))).astype(int)
    light = shown @ [0.2126, 0.7152, 0.0722]
    assert shown.shape == (40, 90, 3) and light.max() == light[0, 89]
    assert (np.diff(light[10, 15:76]) > -1).all() and len(np.unique(light[10, 15:76])) > 20
    assert light[10, 15] < light[30, 15] < light[10, 45]  # 0, 2 and 4


def test_over_the_picture_a_map_of_nothing_leaves_a_dim_grey_one(noise) -> None:
    picture = noise(40, 24)
    nothing = np.asarray(overlay(picture, np.zeros((3, 5), np.float32), Scale(0.0))).astype(int)
    grey = np.asarray(picture.convert("L"), float)[..., None] * 0.55
    assert np.abs(nothing - grey).max() <= 1
    full = np.asarray(overlay(picture, np.full((3, 5), 7, np.float32), Scale(7.0))).astype(int)
    assert np.abs(full - (0.1 * grey + 0.9 * np.array(BRIGHTEST))).max() <= 1


def test_two_maps_are_red_and_yellow_and_white_where_they_meet() -> None:
    first, second = np.zeros((1, 4), np.float32), np.zeros((1, 4), np.float32)
    first[0, 1:3], second[0, 2:] = 5, 3
    shown = np.asarray(overlay_pair(Image.new("RGB", (400, 100)), first, second, (5, 3)))[50]
    expected = [[0, 0, 0], [255, 0, 0], [255, 255, 255], [255, 255, 0]]
    assert np.allclose(shown[[20, 150, 250, 380]], expected, atol=3)


def test_a_frame_lies_around_its_box(noise) -> None:
    image = noise(60, 40)
    shown = with_frame(image, (10, 12, 30, 25))
    touched = (np.asarray(shown) != np.asarray(image)).any(axis=2)
    expected = np.zeros((40, 60), bool)
    expected[10:27, 8:32] = True
    expected[12:25, 10:30] = False
    assert np.array_equal(touched, expected) and shown.getpixel((8, 10)) == MARK


def test_a_box_that_reaches_into_the_padding_is_drawn_there_too(noise) -> None:
    image = noise(60, 40)
    assert with_padding(image, None, 9).crop((9, 9, 69, 49)).tobytes() == image.tobytes()
    shown = with_padding(image, (-6, 5, 22, 33), 9, (1, 2, 3))
    assert shown.size == (78, 58)
    marked = np.argwhere((np.asarray(shown) == (1, 2, 3)).all(axis=2)) - 9
    assert (marked.min(axis=0).tolist(), marked.max(axis=0).tolist()) == ([5, -6], [32, 21])
    assert (np.asarray(shown)[:9] == PADDING).all(axis=2).mean() > 0.5
    assert [padding_margin(field) for field in (3, 24, 252)] == [1, 12, 48]


def test_pictures_in_a_row_keep_their_pixels(noise) -> None:
    first, second, third = noise(30, 20), noise(24, 28), noise(10, 5)
    side = side_by_side([first, second, third], ["one", "two", "three"], columns=2)
    assert side.size == (2 * 38 - 8, 2 * (28 + 20 + 8) - 8)
    places = {(0, 20, 30, 40): first, (38, 20, 62, 48): second, (0, 76, 10, 81): third}
    assert all(side.crop(box).tobytes() == image.tobytes() for box, image in places.items())
    assert side_by_side([first, second]).crop((0, 0, 30, 20)).tobytes() == first.tobytes()
