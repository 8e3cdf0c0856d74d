"""Colours and numbers that mean the same in every picture."""

import numpy as np
import pytest

from nst_core.explore.scales import (
    COLOUR_TABLES,
    CURVES,
    Scale,
    apply_curve,
    gram_scale,
    map_scale,
    six_figures,
    three_figures,
    to_colours,
    top_of,
)

BLACK, BRIGHTEST = (0, 0, 4), (252, 255, 164)


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("signed", [False, True])
def test_zero_has_one_colour_whatever_the_top(curve, signed) -> None:
    zero = {tuple(to_colours(np.zeros(1), top, signed, curve)[0].tolist()) for top in (0.0, 1e-9, 1.0, 3e7)}
    assert len(zero) == 1
    assert (min(zero.pop()) > 240) if signed else (zero == {BLACK})


def test_what_is_below_zero_counts_as_zero_when_nothing_should_be() -> None:
    assert to_colours(np.array([-5.0, 0]), 1.0).tolist() == [[*BLACK]] * 2


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
    shown = to_colours(np.linspace(0, 5, 400), 5.0, curve=curve).astype(int)
    light = shown @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(light) > -1).all() and light[-1] == light.max()
    assert tuple(shown[0]) == BLACK and tuple(shown[-1]) == BRIGHTEST


@pytest.mark.parametrize("curve", CURVES)
def test_a_value_and_its_negative_are_equally_far_from_the_middle(curve) -> None:
    table = COLOUR_TABLES[True].tolist()
    assert len({tuple(colour) for colour in table}) == 256
    for value in (0.003, 0.1, 0.5, 0.77, 1.0, 9.0):
        above, below = to_colours(np.array([value, -value]), 1.0, True, curve).tolist()
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


def test_a_number_is_written_with_three_figures_or_as_whole_thousands() -> None:
    words = {0: "0", 0.0123: "0.0123", 4.56: "4.56", -4.56: "-4.56", 99.96: "100", 999.4: "999", 3e-5: "3e-05"}
    words |= {999.6: "1,000", -999.5: "-1,000", 1630: "1,630", 123456.7: "123,457", 2.3e7: "23,000,000"}
    words |= {7912345: "7,910,000", 0.00012345: "0.000123", 999_999.7: "1,000,000", 2.3e12: "2.3e+12"}
    assert [three_figures(value) for value in words] == list(words.values())


def test_six_figures_are_those_that_a_float32_holds() -> None:
    words = {0.0: "0", 233.8994: "233.899", 93057.84: "93,057.8", 999999.7: "1,000,000", -4101534.2: "-4,101,530"}
    assert [six_figures(value) for value in words] == list(words.values())


def test_a_map_whose_peak_is_beyond_the_colours_says_so() -> None:
    values = np.arange(10_001, dtype=np.float32).reshape(73, 137)
    assert (map_scale(values).top, map_scale(values).peak) == (pytest.approx(9950, abs=1), 10_000)
    assert map_scale(-values, signed=True).peak == map_scale(-values, signed=True).top
    assert map_scale(np.zeros((2, 3), np.float32)) == Scale(0.0)


def test_a_correlation_goes_from_minus_one_to_one_and_other_readings_to_the_largest_cell() -> None:
    assert gram_scale(np.eye(3) / 2, "correlation") == Scale(1.0, signed=True, unit="r")
    assert (gram_scale(np.eye(3), "cosine").unit, gram_scale(np.eye(3)).unit) == ("cosine", "G")
    assert gram_scale(np.array([[2.0, -9], [-9, 5]]), curve="log") == Scale(9.0, signed=True, curve="log", unit="G")
    assert gram_scale(np.zeros((4, 4))).top == 0
