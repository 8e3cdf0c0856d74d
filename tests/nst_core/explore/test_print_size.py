"""Figures in print size: at least 1600 pixels, the same pixels, and text that is drawn, not enlarged."""

import numpy as np
import pytest
from PIL import Image

from nst_core.explore import print_size, sheet, side_by_side, statistics
from nst_core.explore.captions import captioned, draw_text, lines_on
from nst_core.explore.drawing import heat, with_frame
from nst_core.explore.palette import GROUND
from nst_core.explore.scales import Scale


@pytest.mark.parametrize("size", [(31, 17), (100, 799), (800, 20), (801, 20), (1600, 3), (2000, 1999)])
def test_a_figure_is_enlarged_a_whole_number_of_times(size) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), np.uint8))
    large = print_size(noise)
    times = large.width // noise.width
    assert max(large.size) >= 1600 and large.size == (times * size[0], times * size[1])
    assert times == 1 or (times - 1) * max(size) < 1600
    assert np.array_equal(np.asarray(large), np.asarray(noise).repeat(times, 0).repeat(times, 1))


def test_every_line_is_drawn_anew_wherever_it_was_put_together() -> None:
    matrix = np.random.default_rng(0).random((40, 40)).astype(np.float32)
    scale = Scale(1.0)
    both = side_by_side([heat(matrix, 200, scale)] * 2, ["the first", "the second"])
    figure = with_frame(
        captioned(both, ["a caption that is longer than the figure is wide, so that it is wrapped"] * 2, scale),
        (9, 30, 20, 41),
    )
    written = [line.words for line in lines_on(figure)]
    assert written[:2] == ["the first", "the second"] and len(written) == 8  # and the bar's ends, and two captions
    large = np.asarray(print_size(figure))
    times = large.shape[1] // figure.width
    blocks = large.reshape(figure.height, times, figure.width, times, 3)
    even = (blocks == blocks[:, :1, :, :1]).all(axis=(1, 3, 4))  # every small pixel is one colour
    rows = np.flatnonzero(~even.all(axis=1))
    assert rows.min() < 20 and rows.max() > 222 and even[22:218].all(), "only text has finer pixels"
    small, own = np.asarray(figure)[:20, :70] > 100, large[: 20 * times, : 70 * times] > 100
    assert abs(own.mean() / small.mean() - 1) < 0.2, "as much ink as before"


def test_the_labels_of_a_sheet_are_lines_and_what_stands_beside_them_stays(palace) -> None:
    features = palace.features("relu2_1")
    about = statistics(features)
    image = sheet(features, about, np.arange(128))
    assert len(lines_on(image)) == 2 * 64
    large, plain = np.asarray(print_size(image)), np.asarray(image).repeat(2, 0).repeat(2, 1)
    changed = (large != plain).any(axis=2)
    assert 0 < changed.mean() < 0.1
    tile = np.s_[8:120, 8:180]
    assert np.array_equal(large[tile], plain[tile])


def test_a_line_on_a_coloured_cell_is_cleared_with_its_colour() -> None:
    canvas = Image.new("RGB", (100, 40), (200, 30, 30))
    draw_text(canvas, (50, 20), "12.5", colour=GROUND, anchor="mm", ground=(200, 30, 30))
    large = print_size(canvas)
    assert {(200, 30, 30), GROUND} <= {colour for _, colour in large.getcolors(10**6)}
    assert large.getpixel((10, 10)) == (200, 30, 30)
    copy = canvas.copy()
    draw_text(copy, (0, 0), "more")
    assert len(lines_on(canvas)) == 1 and len(lines_on(copy)) == 2
