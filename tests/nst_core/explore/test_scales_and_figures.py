"""Colours that mean something, and figures that leave the pixels alone."""

import io

import numpy as np
import pytest
from PIL import Image

from nst_core.explore.drawing import (
    GROUND,
    MARK,
    PADDING,
    Scale,
    captioned,
    enlarged,
    framed,
    gram_scale,
    heat,
    margin_of,
    number,
    overlay,
    overlay_pair,
    png,
    row,
    with_box,
)
from nst_core.explore.scales import CURVES, TABLES, apply_curve, colours, top_of

BLACK, BRIGHTEST = (0, 0, 4), (252, 255, 164)


def noise(width: int, height: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(width).integers(0, 256, (height, width, 3), np.uint8))


# -- from numbers to colours


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("signed", [False, True])
def test_zero_has_one_colour_whatever_the_top(curve, signed) -> None:
    zero = {tuple(colours(np.zeros(1), top, signed, curve)[0].tolist()) for top in (0.0, 1e-9, 1.0, 3e7)}
    assert len(zero) == 1
    assert (min(zero.pop()) > 240) if signed else (zero == {BLACK})


def test_what_is_below_zero_counts_as_zero_when_nothing_should_be() -> None:
    assert colours(np.array([-5.0, 0]), 1.0).tolist() == [[*BLACK]] * 2


def test_the_curves_by_hand() -> None:
    values = np.array([0, 2, 8, 32, -8, -32, 0.032, 0.0032, 0.001])
    assert apply_curve(values, 8) == pytest.approx([0, 0.25, 1, 1, -1, -1, 0.004, 0.0004, 0.000125])
    assert apply_curve(values, 8, "root")[:6] == pytest.approx([0, 0.5, 1, 1, -1, -1])
    # Four decades: a hundredth of the top is in the middle, a ten-thousandth and less is zero.
    assert apply_curve(np.array([0, 8, 0.8, 0.08, 0.0008, 0.0001, -0.08]), 8, "log") == pytest.approx(
        [0, 1, 0.75, 0.5, 0, 0, -0.5]
    )


@pytest.mark.parametrize("curve", CURVES)
def test_more_is_never_darker_and_the_top_is_the_brightest(curve) -> None:
    shown = colours(np.linspace(0, 5, 400), 5.0, curve=curve).astype(int)
    light = shown @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(light) > -1).all() and light[-1] == light.max()
    assert tuple(shown[0]) == BLACK and tuple(shown[-1]) == BRIGHTEST


@pytest.mark.parametrize("curve", CURVES)
def test_a_value_and_its_negative_are_equally_far_from_the_middle(curve) -> None:
    table = TABLES[True].tolist()
    assert len({tuple(colour) for colour in table}) == 256
    for value in (0.003, 0.1, 0.5, 0.77, 1.0, 9.0):
        above, below = colours(np.array([value, -value]), 1.0, True, curve).tolist()
        assert table.index(above) + table.index(below) == 255
    assert table[0][2] > table[0][0] and table[255][0] > table[255][2], "below is blue, above is red"


def test_the_top_is_a_percentile_of_the_positive_values() -> None:
    positive = np.arange(1, 202, dtype=np.float32)  # 99.5 % of the way from 1 to 201
    values = np.concatenate([np.zeros(5000, np.float32), -positive, positive])
    assert top_of(np.random.default_rng(0).permutation(values)) == pytest.approx(200)
    assert top_of(values.reshape(2, -1)) == pytest.approx(200)


def test_of_few_positive_values_the_top_is_the_largest() -> None:
    few = np.zeros(500, np.float32)
    few[:19] = np.arange(1, 20)
    assert top_of(few) == 19
    few[19] = 20  # twenty: 99.5 % of the way from 1 to 20
    assert top_of(few) == pytest.approx(19.905)
    assert top_of(np.zeros((3, 4), np.float32)) == top_of(np.full((3, 4), -2, np.float32)) == 0


def test_of_signed_values_the_top_is_the_largest_in_size() -> None:
    assert top_of(np.float32([[-7, 2], [5, 0]]), signed=True) == 7
    assert top_of(np.zeros(3, np.float32), signed=True) == 0


# -- figures


def test_a_number_has_three_figures_or_whole_thousands() -> None:
    words = {0: "0", 0.0123: "0.0123", 4.56: "4.56", -4.56: "-4.56", 99.96: "100", 999.4: "999", 3e-5: "3e-05"}
    words |= {999.6: "1,000", -999.5: "-1,000", 1630: "1,630", 123456.7: "123,457", 2.3e7: "2.3e+07"}
    assert [number(value) for value in words] == list(words.values())


def test_a_caption_leaves_the_pixels_alone() -> None:
    image = noise(130, 70)
    for scale in (None, Scale(3.0), Scale(0.0), Scale(1.0, signed=True, unit="r"), Scale(2.0, curve="log")):
        below = captioned(image, ["a line that is far too long for a picture of this width", "another"], scale)
        assert below.width == 130 and below.height > 70 + 4 * 17
        assert below.crop((0, 0, 130, 70)) == image
        assert below.getpixel((0, below.height - 1)) == GROUND
    assert captioned(image, ["one"]).height < captioned(image, ["one"], Scale(1.0)).height


def test_the_bar_below_a_picture_shows_the_colours_from_zero_to_the_top() -> None:
    for scale in (Scale(3.0), Scale(1.0, signed=True)):
        strip = np.asarray(captioned(noise(300, 20), [], scale))[20:].tolist()
        seen = {tuple(colour) for line in strip for colour in line}
        assert {tuple(TABLES[scale.signed][n].tolist()) for n in (0, 255)} <= seen


def test_a_png_carries_what_it_shows_and_every_pixel() -> None:
    back = Image.open(io.BytesIO(png(noise(33, 21), "relu4_1 · 512 maps of 48 × 32")))
    assert back.format == "PNG" and np.array_equal(back, noise(33, 21))
    assert back.text == {"Description": "relu4_1 · 512 maps of 48 × 32"}
    assert not Image.open(io.BytesIO(png(noise(33, 21)))).text


def test_every_cell_of_a_heat_map_is_a_block_of_its_colour() -> None:
    matrix = np.array([[9.0, -4.5, 0], [1, 0, 3], [2, 8, -9]])
    scale = gram_scale(matrix, curve="linear")
    assert (scale.top, scale.signed) == (9, True)
    shown = np.asarray(heat(matrix, 34, scale))
    assert shown.shape == (33, 33, 3)
    for i in range(3):
        for j in range(3):
            cell = shown[11 * i : 11 * (i + 1), 11 * j : 11 * (j + 1)]
            assert (cell == colours(matrix[i, j], 9.0, True)).all()


def test_lines_between_blocks_are_drawn_between_them_only() -> None:
    matrix = np.full((6, 6), 5.0)
    plain, lined = (np.asarray(heat(matrix, 60, Scale(5.0), blocks)) for blocks in (0, 2))
    touched = (plain != lined).any(axis=2)
    assert np.flatnonzero(touched.all(axis=0)).tolist() == np.flatnonzero(touched.all(axis=1)).tolist() == [20, 40]
    assert touched.sum() == 4 * 60 - 4


def test_a_correlation_goes_from_minus_one_to_one_and_a_black_pictures_matrix_is_black() -> None:
    assert gram_scale(np.eye(3) / 2, "correlation") == Scale(1.0, signed=True, unit="r")
    assert (gram_scale(np.eye(3), "cosine").unit, gram_scale(np.eye(3)).unit) == ("cosine", "G")
    nothing = np.zeros((4, 4))
    assert (np.asarray(heat(nothing, 40, gram_scale(nothing))) == BLACK).all()


def test_a_map_is_enlarged_in_blocks_or_smoothly() -> None:
    values = np.array([[0, 4, 8], [2, 2, 2]])
    assert np.array_equal(enlarged(values, 9, 4), values.repeat(2, axis=0).repeat(3, axis=1))
    smooth = enlarged(values, 90, 40, smooth=True)
    assert smooth.shape == (40, 90) and smooth.min() >= 0 and smooth.max() <= 8 and len(np.unique(smooth)) > 20


def test_over_the_picture_a_map_of_nothing_leaves_a_dim_grey_one() -> None:
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


def test_a_frame_lies_around_its_box() -> None:
    image = noise(60, 40)
    shown = framed(image, (10, 12, 30, 25))
    touched = (np.asarray(shown) != np.asarray(image)).any(axis=2)
    expected = np.zeros((40, 60), bool)
    expected[10:27, 8:32] = True
    expected[12:25, 10:30] = False
    assert np.array_equal(touched, expected) and shown.getpixel((8, 10)) == MARK


def test_a_box_that_reaches_into_the_padding_is_drawn_there_too() -> None:
    image = noise(60, 40)
    assert with_box(image, None, 9).crop((9, 9, 69, 49)) == image
    shown = with_box(image, (-6, 5, 22, 33), 9, (1, 2, 3))
    assert shown.size == (78, 58)
    marked = np.argwhere((np.asarray(shown) == (1, 2, 3)).all(axis=2)) - 9
    assert (marked.min(axis=0).tolist(), marked.max(axis=0).tolist()) == ([5, -6], [32, 21])
    assert (np.asarray(shown)[:9] == PADDING).all(axis=2).mean() > 0.5
    assert [margin_of(field) for field in (3, 24, 252)] == [1, 12, 48]


def test_pictures_in_a_row_keep_their_pixels() -> None:
    first, second, third = noise(30, 20), noise(24, 28), noise(10, 5)
    side = row([first, second, third], ["one", "two", "three"], columns=2)
    assert side.size == (2 * 38 - 8, 2 * (28 + 20 + 8) - 8)
    assert side.crop((0, 20, 30, 40)) == first and side.crop((38, 20, 62, 48)) == second
    assert side.crop((0, 76, 10, 81)) == third
    assert row([first, second]).crop((0, 0, 30, 20)) == first
