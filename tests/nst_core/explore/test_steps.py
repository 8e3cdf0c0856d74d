"""Which steps of a run are kept, and the picture of one of them."""

import numpy as np
import pytest
from PIL import Image

from nst_core.explore import gram, layer_features, look, step_figure, steps_to_keep
from nst_core.explore.drawing import TITLE_HEIGHT
from nst_core.explore.scales import to_colours
from nst_core.explore.steps import MOST, SIDE
from nst_core.layers import get_layer

GAP = 8
PICTURE = Image.new("RGB", (90, 60))
NO_DIFFERENCE = to_colours(np.zeros(1), 1.0, signed=True)


@pytest.mark.parametrize("evaluations", [1, 2, 7, 120, 400, 10_000])
def test_steps_are_kept_from_the_start_to_the_end_ever_farther_apart(evaluations):
    kept = steps_to_keep(evaluations)
    assert kept[0] == 0 and kept[-1] == evaluations and len(kept) <= MOST
    assert kept == sorted(set(kept))
    assert kept[:3] == [0, 1, 2][: evaluations + 1]
    later = np.array(kept[8:])
    assert not len(later) or (later[1:] / later[:-1]).max() < 1.8


@pytest.mark.parametrize("layer", ["conv2_1", "relu3_1", "pool4"])
def test_the_features_of_one_layer_are_those_of_a_look(tiny, photo, layer):
    seen = look(photo, tiny, 96)
    assert np.array_equal(layer_features(seen.picture, tiny, layer), seen.features(layer))
    assert layer_features(photo, tiny, layer, 40).shape[2] == 40 // get_layer(layer).stride
    assert not np.array_equal(layer_features(seen.picture, tiny, layer, None, "max", "replicate"), seen.features(layer))
    assert layer_features(photo.resize((120, 5)), tiny, "pool5").shape == (4, 1, 3)


def cell(figure, row: int, column: int) -> np.ndarray:
    """One of the six pictures, (SIDE, SIDE, 3)."""
    y, x = row * (SIDE + TITLE_HEIGHT + GAP) + TITLE_HEIGHT, column * (SIDE + GAP)
    return np.asarray(figure.crop((x, y, x + SIDE, y + SIDE)))


def figure(step, painting, order=(0, 1, 2, 3), target=None):
    """Of features (4, H, W): the figure with channel 1."""
    grams = gram(step), gram(painting) if target is None else target
    return step_figure((PICTURE, PICTURE), (step[1], painting[1]), grams, np.array(order))


def test_the_figure_of_the_painting_itself_has_two_equal_matrices_and_no_difference(tiny, photo, painting):
    features, wanted = (layer_features(picture, tiny, "relu2_1", 96) for picture in (photo, painting))
    same = figure(wanted, wanted)
    assert same.width == 3 * SIDE + 2 * GAP
    assert np.array_equal(cell(same, 1, 0), cell(same, 1, 1)) and (cell(same, 1, 2) == NO_DIFFERENCE).all()
    assert np.array_equal(cell(same, 0, 1), cell(same, 0, 2))

    other = figure(features, wanted)
    assert not np.array_equal(cell(other, 1, 0), cell(other, 1, 1))
    # Too much of a channel is red, too little of it blue: in the given order.
    for order in ([0, 1, 2, 3], [3, 2, 1, 0]):
        for place, channel in enumerate(order):
            at = SIDE // 8 + place * SIDE // 4
            red, blue = cell(figure(features, wanted, order), 1, 2)[at, at][[0, 2]].astype(int)
            assert (red > blue) == ((gram(features) - gram(wanted))[channel, channel] > 0)


def test_a_channel_that_is_silent_in_the_painting_and_another_target_are_drawn(tiny, photo, painting):
    features, wanted = (layer_features(picture, tiny, "relu2_1", 96) for picture in (photo, painting))
    wanted[1] = 0
    drawn = figure(features, wanted, target=gram(features))
    assert (cell(drawn, 1, 2) == NO_DIFFERENCE).all() and not np.array_equal(cell(drawn, 0, 1), cell(drawn, 0, 2))
