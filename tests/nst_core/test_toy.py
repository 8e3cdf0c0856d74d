"""The objective, the look and the strongest places in numbers worked out on paper, for a VGG19 with weights by hand.

The network is `toy` of tests/support/toy_vgg19.py. Block 1 has two channels, a = red and b = green less blue; block 2 has
a, b and a + b - 1/2; block 3 has one channel, the sum of the last over 3 x 3 places.

Checked by mutation: with width and height swapped, a factor such as 1/2, 1/M or 1/(4 C^2) lost, or a ReLU, a bias, the
padding or a pooling left out, at least one test fails.
"""

import numpy as np
import pytest

from nst_core.explore import Look, correlation, cosine, gram, look, receptive_field, statistics, top_activations
from nst_core.images import to_tensor
from nst_core.objective import Objective
from nst_core.plan import Level
from nst_core.settings import Settings
from nst_core.vgg import Encoder
from tests.support.toy_vgg19 import black_but_for, painted, toy


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return toy()


# -- the objective

# Three pictures of different shapes. In relu1_1 and, after pooling 2 x 2, in relu2_1:
#
#   RESULT (4 x 2)      a: 0 1 0 0     b: 0 1 1 0     pooled a: 1 0    b: 1 1    a + b - 1/2: 3/2 1/2
#                          1 0 0 0        0 0 0 0     (b is -1 on blue before the ReLU)
RESULT = painted(".YG.", "R.B.")
#   CONTENT (4 x 2)     a: 0 0 1 0     b: 0 0 0 0     pooled a: 0 1    b: 0 0    a + b - 1/2: 0 1/2
#                          0 0 0 0        0 0 0 0     (-1/2 becomes 0 by the ReLU)
CONTENT = painted("..R.", "B...")
#   STYLE (3 x 4)       a: 1 0 0       b: 0 0 1       pooled a: 1      b: 0      a + b - 1/2: 1/2
#                          0 1 0          0 0 0              0         0                     0
#                          0 0 1          0 0 1       (the pooling drops the odd third column)
#                          0 0 1          0 0 1
STYLE = painted("R.G", ".RB", "..Y", "..Y")

# Content in relu2_1: F - P is (1 -1), (1 1) and (3/2 0), so ||F - P||^2 = 2 + 2 + 9/4 = 25/4. ||P||^2 = 1 + 1/4 = 5/4.
#
# Style in relu1_1, C = 2. Result, M = 8: a a = 2, a b = 1, b b = 2, so G = 1/8 [2 1; 1 2].
# Style picture, M = 12: a a = 4, a b = 2, b b = 3, so A = 1/12 [4 2; 2 3].
# G - A = 1/24 [-2 -1; -1 0], so ||G - A||^2 = 6/576 = 1/96. ||A||^2 = (16 + 4 + 4 + 9)/144 = 11/48.
#
# Style in relu2_1, C = 3. Result, M = 2: F = (1 0), (1 1), (3/2 1/2), so G = 1/2 [1 1 3/2; 1 2 2; 3/2 2 5/2].
# Style picture, M = 2: F = (1 0), (0 0), (1/2 0), so A = 1/2 [1 0 1/2; 0 0 0; 1/2 0 1/4].
# G - A = 1/2 [0 1 1; 1 2 2; 1 2 9/4], so ||G - A||^2 = (4 * 1 + 3 * 4 + 81/16)/4 = 337/64.
# ||A||^2 = (1 + 2/4 + 1/16)/4 = 25/64.
TERMS = {
    # 1/2 ||F - P||^2; ||G - A||^2 / (4 C^2), and of the two layers each counts one half.
    "gatys": (25 / 8, 1 / 96 / 16 / 2, 337 / 64 / 36 / 2),
    # The mean over 3 channels x 2 places; the mean over C^2 cells, divided by C^2; the two layers are added.
    "johnson": (25 / 4 / 6, 1 / 96 / 4 / 4, 337 / 64 / 9 / 9),
    # ||F - P||^2 / ||P||^2; ||G - A||^2 / ||A||^2, and of the two layers each counts one half.
    "balanced": (5, 1 / 22 / 2, 337 / 25 / 2),
}
# Total variation of the result. Across there are 3 x 2 pairs of neighbours in 3 channels; red differs in 3 of them, green in
# 2, blue in 2. Down there are 4 pairs in 3 channels; red differs in 2, green in 2, blue in 1.
VARIATION = 7 / 18 + 5 / 12


def objective(encoder: Encoder, name: str) -> Objective:
    """The objective `name` at 4 x 2 pixels with weights 3, 5 and 7."""
    settings = Settings(
        objective=name,
        content_layers=("relu2_1",),
        style_layers=("relu1_1", "relu2_1"),
        content_weight=3,
        style_weight=5,
        tv_weight=7,
        style_scale=1,
        padding="zeros",
    )
    return Objective(CONTENT, [STYLE], settings, Level(4, 2, evaluations=1), encoder)


@pytest.mark.parametrize("name", TERMS)
def test_the_terms_and_the_total_are_those_on_paper(encoder, name) -> None:
    total, terms = objective(encoder, name)(to_tensor(RESULT))
    content, first, second = TERMS[name]
    assert [term.item() for term in terms.values()] == pytest.approx([content, first, second, VARIATION], rel=1e-6)
    assert total.item() == pytest.approx(3 * content + 5 * (first + second) + 7 * VARIATION, rel=1e-6)


@pytest.mark.parametrize("name", TERMS)
def test_relative_to_a_black_picture_every_convention_says_the_same(encoder, name) -> None:
    made = objective(encoder, name)
    _, terms = made(to_tensor(RESULT))
    # ||F - P||^2 / ||P||^2 and ||G - A||^2 / ||A||^2: 5, 1/22 and 337/25.
    found = made.relative({term: value.item() for term, value in terms.items()})
    assert [*found.values()] == pytest.approx([5, 1 / 22, 13.48], rel=1e-6)


# -- the look


@pytest.fixture(scope="module")
def quadrants(encoder) -> Look:
    """48 x 32 pixels: yellow and black above, red and blue below."""
    return look(painted(*["Y" * 24 + "." * 24] * 16, *["R" * 24 + "B" * 24] * 16), encoder, 48)


def in_quadrants(yellow: float, black: float, red: float, blue: float, width: int, height: int) -> np.ndarray:
    """(height, width): one value for each quadrant."""
    return np.kron([[yellow, black], [red, blue]], np.ones((height // 2, width // 2)))


def test_the_features_of_a_look_are_those_on_paper(quadrants) -> None:
    assert np.array_equal(quadrants.features("conv1_1")[0], in_quadrants(1, 0, 1, 0, 48, 32))
    assert np.array_equal(quadrants.features("conv1_1")[1], in_quadrants(1, 0, 0, -1, 48, 32))
    assert np.array_equal(quadrants.features("relu1_1")[1], in_quadrants(1, 0, 0, 0, 48, 32))
    assert np.array_equal(quadrants.features("pool1")[0], in_quadrants(1, 0, 1, 0, 24, 16))
    assert np.array_equal(quadrants.features("conv2_1")[2], in_quadrants(1.5, -0.5, 0.5, -0.5, 24, 16))
    assert np.array_equal(quadrants.features("pool2")[2], in_quadrants(1.5, 0, 0.5, 0, 12, 8))


def test_a_sum_over_nine_places_is_that_on_paper(quadrants) -> None:
    (sums,) = quadrants.features("relu3_1")
    assert sums.shape == (8, 12)
    # pool2 is 3/2 in rows 0-3 and columns 0-5, 1/2 in rows 4-7 and columns 0-5, 0 elsewhere; beyond the edge it is 0.
    assert sums[1, 1] == 9 * 1.5
    assert sums[0, 0] == 4 * 1.5
    assert sums[3, 5] == 4 * 1.5 + 2 * 0.5  # rows 2-4, columns 4-6
    assert sums[4, 0] == 2 * 1.5 + 4 * 0.5  # rows 3-5, columns -1 to 1
    assert sums[2, 6] == 3 * 1.5  # rows 1-3, columns 5-7
    assert sums[6, 7] == 0


def test_a_pooling_takes_the_largest_of_four_and_drops_an_odd_column(encoder) -> None:
    # A red pixel of 0.6 at row 20, column 33, alone; the deep layers copy what conv3_1 makes of it: 0.6 - 1/2.
    view = look(black_but_for(48, 32, {(20, 33): (153, 0, 0)}), encoder, 48)
    assert [(layer, view.map_size(layer)) for layer in ("relu1_1", "pool1", "pool3", "pool4", "pool5")] == [
        ("relu1_1", (48, 32)),
        ("pool1", (24, 16)),
        ("pool3", (6, 4)),
        ("pool4", (3, 2)),
        ("pool5", (1, 1)),
    ]
    for layer, at in (("relu1_2", (20, 33)), ("pool1", (10, 16)), ("pool2", (5, 8))):
        red = view.features(layer)[0]
        assert np.argwhere(red).tolist() == [list(at)] and red[at] == pytest.approx(0.6)
    # The sum over 3 x 3 places: rows 4-6 and columns 7-9 of relu3_1, hence rows 2-3 and columns 3-4 of pool3, ...
    assert np.argwhere(view.features("relu3_1")[0]).tolist() == [[y, x] for y in (4, 5, 6) for x in (7, 8, 9)]
    assert np.argwhere(view.features("pool3")[0]).tolist() == [[2, 3], [2, 4], [3, 3], [3, 4]]
    assert np.allclose(view.features("pool4")[0], [[0, 0, 0], [0, 0.1, 0.1]])  # ... and row 1, columns 1-2 of pool4.
    assert view.features("pool5")[0] == pytest.approx(np.float32([[0.1]]))


def test_gram_cosine_and_correlation_of_two_channels_are_those_on_paper(quadrants) -> None:
    # a is 1 on half of the picture, b on the yellow quarter of it: a a = 1/2, a b = 1/4, b b = 1/4.
    features = quadrants.features("relu1_1")
    assert gram(features).tolist() == [[0.5, 0.25], [0.25, 0.25]]
    # (1/4) / sqrt(1/2 * 1/4) = 1 / sqrt(2).
    assert cosine(gram(features)) == pytest.approx(np.array([[1, 0.5**0.5], [0.5**0.5, 1]]))
    # Covariance 1/4 - 1/2 * 1/4 = 1/8, variances 1/4 and 1/4 - 1/16 = 3/16: r = (1/8) / sqrt(3/64) = 1 / sqrt(3).
    assert correlation(features) == pytest.approx(np.array([[1, 3**-0.5], [3**-0.5, 1]]))
    # Before the ReLU b is also -1 on the blue quarter: b b = 1/2, mean 0, r = (1/4) / sqrt(1/4 * 1/2) = 1 / sqrt(2).
    before = quadrants.features("conv1_1")
    assert gram(before).tolist() == [[0.5, 0.25], [0.25, 0.5]]
    assert correlation(before) == pytest.approx(np.array([[1, 0.5**0.5], [0.5**0.5, 1]]))


def test_the_statistics_of_two_channels_are_those_on_paper(quadrants) -> None:
    about = statistics(quadrants.features("conv1_1"))
    assert about.mean == pytest.approx([0.5, 0]) and about.variance == pytest.approx([0.25, 0.5])
    assert (about.peak.tolist(), about.off.tolist()) == ([1, 1], [0.5, 0.75])


# -- the strongest places


def test_the_strongest_places_of_red_in_two_pictures(encoder) -> None:
    wide = {(5, 40): (153, 0, 0), (30, 2): (102, 0, 0), (12, 31): (0, 204, 0), (12, 20): (0, 0, 255)}
    # (42, 5) is stronger than (20, 20), but in the same ninth of the picture as (41, 3), which is stronger still.
    tall = {(41, 3): (255, 0, 0), (42, 5): (230, 0, 0), (20, 20): (204, 0, 0)}
    looks = [look(black_but_for(48, 32, wide), encoder, 48), look(black_but_for(32, 48, tall), encoder, 48)]
    red, green_less_blue = top_activations(looks, "relu1_1", 5).tolist()
    assert red == [[1, 41, 3], [1, 20, 20], [0, 5, 40], [0, 30, 2], [-1, -1, -1]]
    assert green_less_blue == [[0, 12, 31], *[[-1, -1, -1]] * 4]


def test_the_strongest_unit_of_a_deeper_layer_sees_all_three_pixels(encoder) -> None:
    # Three red pixels in units (1, 8), (1, 10) and (3, 9) of pool2, which has one for every 4 x 4 pixels. Each is 1/2 in
    # channel 2, and only unit (2, 9) of relu3_1 has all of them among its nine: 3/2. One red pixel in the other picture.
    pixels = [(5, 33), (6, 42), (14, 38)]
    wide = look(black_but_for(48, 32, dict.fromkeys(pixels, (255, 0, 0))), encoder, 48)
    tall = look(black_but_for(32, 48, {(21, 9): (255, 0, 0)}), encoder, 48)
    strongest = top_activations([tall, wide], "relu3_1", 1)[0, 0].tolist()
    assert strongest == [1, 2, 9] and wide.features("relu3_1")[0, 2, 9] == 1.5
    # Stride 4, side 24, centre 4 * (9, 2) + 2 = (38, 10): columns 26 to 49 (two of them padding), rows -2 to 21.
    left, top, right, bottom = receptive_field("relu3_1", *strongest[1:])
    assert (left, top, right, bottom) == (26, -2, 50, 22)
    assert all(left <= column < right and top <= row < bottom for row, column in pixels)
