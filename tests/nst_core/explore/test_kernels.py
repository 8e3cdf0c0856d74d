"""The weights of a convolution and the sum of one unit, against the network's own values."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from nst_core.errors import LayerError
from nst_core.explore import kernels, look, shown_kernels, strongest_inputs, unit_sum
from nst_core.layers import CONVS
from tests.support.toy_vgg19 import painted, toy

CORNERS_AND_MIDDLE = [(0, 0), (10, 15), (0, 7)]


@pytest.mark.parametrize("layer", ["conv1_1", "relu1_2", "relu3_1", "conv5_4"])
def test_the_sum_of_every_unit_is_what_the_network_computed(palace, oxford, layer) -> None:
    features = palace.features(layer)
    for row, column in [*CORNERS_AND_MIDDLE, (features.shape[1] - 1, features.shape[2] - 1)]:
        worked = unit_sum(palace, oxford, layer, 5, (row, column))
        value = worked.value if layer.startswith("conv") else worked.active
        assert value == pytest.approx(
            float(features[5, row, column]), rel=1e-4, abs=1e-4 * float(np.abs(features).max())
        )
        assert worked.value == pytest.approx(float((worked.patch * worked.weights).sum(dtype=float)) + worked.bias)


def test_a_pooling_has_the_sum_of_the_largest_of_its_four_units(palace, oxford) -> None:
    pooled, conv = palace.features("pool2"), palace.features("conv2_2")
    for row, column in CORNERS_AND_MIDDLE:
        worked = unit_sum(palace, oxford, "pool2", 9, (row, column))
        assert (worked.row // 2, worked.column // 2, worked.conv) == (row, column, "conv2_2")
        assert worked.value == pytest.approx(conv[9, worked.row, worked.column], rel=1e-4, abs=1e-2)
        assert worked.active == pytest.approx(float(pooled[9, row, column]), rel=1e-4, abs=1e-2)


def test_the_sum_by_hand_with_padding_as_zeros() -> None:
    # conv3_1 adds up channel 2 of block 2, which is red + (green less blue) - 1/2 after two poolings.
    view = look(painted(*["R" * 32] * 32), toy(), 32)
    corner, middle = (unit_sum(view, toy(), "conv3_1", 0, at) for at in ((0, 0), (3, 3)))
    assert corner.inputs == "pool2" and corner.patch[2].tolist() == [[0, 0, 0], [0, 0.5, 0.5], [0, 0.5, 0.5]]
    assert corner.parts.tolist() == [0, 0, 2] and corner.value == 2 and middle.value == 4.5
    off = unit_sum(look(painted(*["B" * 32] * 32), toy(), 32), toy(), "relu1_1", 1, (4, 4))
    assert (off.inputs, off.value, off.active) == ("picture", -1, 0)


def test_without_a_unit_it_is_the_one_farthest_from_zero(palace, oxford) -> None:
    values = palace.features("conv2_1")[3]
    worked = unit_sum(palace, oxford, "conv2_1", 3)
    assert abs(values[worked.row, worked.column]) == np.abs(values).max()


@pytest.mark.parametrize("layer", ["relu1_1", "pool3"])
def test_the_kernels_are_those_that_the_convolution_uses(palace, oxford, layer) -> None:
    weights, bias = kernels(oxford, layer)
    conv = {"relu1_1": "conv1_1", "pool3": "conv3_4"}[layer]
    before = palace.features("relu3_3") if conv != "conv1_1" else None
    if before is not None:
        again = functional.conv2d(*map(torch.from_numpy, (before[None], weights, bias)), padding=1)[0].numpy()
        assert np.allclose(again, palace.features(conv), rtol=1e-3, atol=1e-4 * again.max())
    assert weights.shape[2:] == (3, 3) and len(bias) == len(weights)
    with pytest.raises(LayerError):
        kernels(oxford, "relu9_1")


def test_the_strongest_inputs_have_the_longest_kernels_and_conv1_1_shows_all_its_filters(oxford) -> None:
    weights = np.zeros((4, 3, 3), np.float32)
    weights[2], weights[0, 1, 1] = -1, 5
    assert strongest_inputs(weights, 3).tolist() == [0, 2, 1]
    numbers, shown = shown_kernels(oxford, "relu4_1", 7)
    lengths = np.linalg.norm(kernels(oxford, "conv4_1")[0][7].reshape(256, -1), axis=1)
    assert lengths[numbers].tolist() == sorted(lengths, reverse=True)[:16] and shown.shape == (16, 3, 3)
    numbers, shown = shown_kernels(oxford, "relu1_1", 7)
    assert numbers.tolist() == list(range(64)) and np.array_equal(shown, kernels(oxford, CONVS[0])[0])
