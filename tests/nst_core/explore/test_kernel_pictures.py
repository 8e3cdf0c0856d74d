"""Kernels and worked sums as pictures: the colours stand for the weights."""

import numpy as np

from nst_core.explore import kernel_sheet, look, sum_picture, unit_sum
from nst_core.explore.kernel_pictures import CELL, KERNEL, MOST_INPUTS, ROW, SIGN
from nst_core.explore.scales import to_colours
from tests.support.toy_vgg19 import painted, toy


def test_a_filter_of_colours_has_the_colours_of_its_weights() -> None:
    filters = np.zeros((9, 3, 3, 3), np.float32)
    filters[8, 0, 0, 2], filters[8, 2, 2, 0] = 0.5, -0.25  # red in the upper right, less blue in the lower left
    pixels = np.asarray(kernel_sheet(np.arange(9), filters))
    x, y = KERNEL.corner(8)
    third = KERNEL.tile[0] // 3
    assert pixels[y + 5, x + 2 * third + 5].tolist() == [255, 128, 128]
    assert pixels[y + 2 * third + 5, x + 5].tolist() == [128, 128, 64]
    assert pixels[KERNEL.corner(0)[1], KERNEL.corner(0)[0]].tolist() == [128, 128, 128]


def test_signed_kernels_share_one_scale() -> None:
    weights = np.zeros((2, 3, 3), np.float32)
    weights[0, 0, 0], weights[1, 0, 0] = 2, -1
    pixels = np.asarray(kernel_sheet(np.array([40, 3]), weights))
    drawn = [pixels[KERNEL.corner(n)[1] + 3, KERNEL.corner(n)[0] + 3].tolist() for n in (0, 1)]
    assert drawn == to_colours(np.float32([2, -1]), 2, signed=True).tolist()


def test_the_worked_sum_shows_the_inputs_that_add_most_times_the_weights(palace, oxford) -> None:
    worked = unit_sum(palace, oxford, "relu2_1", 67, (20, 30))
    pixels = np.asarray(sum_picture(worked))
    shown = np.argsort(-np.abs(worked.parts), kind="stable")[:MOST_INPUTS]
    weights = worked.weights[shown]
    for n in range(MOST_INPUTS):
        corner = pixels[n * ROW + 22 + 3, 3 * CELL + SIGN + 3]  # of the second square, beside its number
        expected = to_colours(weights[n, 0, 0], float(np.abs(weights).max()), signed=True)
        assert corner.tolist() == expected.tolist()


def test_in_the_first_layer_the_three_colours_are_the_inputs() -> None:
    view = look(painted(*["RGBY" * 8] * 32), toy(), 32)
    first, later = (sum_picture(unit_sum(view, toy(), layer, 0, (2, 2))) for layer in ("conv1_1", "conv1_2"))
    assert first.height > 3 * ROW > later.height > 2 * ROW
