"""The channel sheet: a click finds the channel that is drawn there, and brightness means what the caption says."""

import numpy as np
import pytest

from nst_core.explore import sheet, statistics
from nst_core.explore.palette import ACCENT, GROUND, PADDING
from nst_core.explore.sheet import SCALES, Grid, channel_at, page_count, page_of, tile_of

# "inferno", from matplotlib: the top, half of it, a quarter.
BRIGHTEST, HALF, QUARTER = (252, 255, 164), (188, 55, 84), (87, 16, 110)
HEIGHT, WIDTH = 5, 7


def an_order(channels: int) -> np.ndarray:
    return np.random.default_rng(channels).permutation(channels)


def draw(features: np.ndarray, scale: str = "own", **more) -> np.ndarray:
    features = np.asarray(features, np.float32)
    order = more.pop("order", np.arange(len(features)))
    with np.errstate(invalid="raise", divide="raise", over="raise"):
        return np.asarray(sheet(features, statistics(features), order, scale=scale, **more))


def tile(pixels: np.ndarray, n: int, features: np.ndarray) -> np.ndarray:
    """The pixels of the n-th map of a page."""
    grid = Grid(features.shape[2], features.shape[1])
    (x, y), (width, height) = grid.corner(n), grid.tile
    return pixels[y : y + height, x : x + width]


def levels(*values: float) -> np.ndarray:
    """Channels that have one value everywhere."""
    return np.float32(values)[:, None, None] * np.ones((HEIGHT, WIDTH), np.float32)


def test_the_pages_by_hand() -> None:
    assert [page_count(channels) for channels in (1, 64, 65, 70, 512)] == [1, 1, 2, 2, 8]
    order = an_order(70)
    assert page_of(order, order[63]) == 0 and page_of(order, order[64]) == 1


@pytest.mark.parametrize("channels", [70, 64, 512])
@pytest.mark.parametrize("shape", [(7, 5), (5, 7), (1, 24), (48, 2)])
def test_a_click_into_the_middle_of_a_tile_finds_its_channel_and_every_channel_is_reached(channels, shape) -> None:
    order, grid = an_order(channels), Grid(*shape)
    width, height = grid.tile
    assert max(width, height) == 96
    found = []
    for page in range(page_count(channels)):
        for n in range(min(64, channels - 64 * page)):
            x, y = grid.corner(n)
            for at in ((x + width / 2, y + height / 2), (x, y), (x + width - 1, y + height - 1)):
                assert channel_at(order, page, grid, *at) == order[64 * page + n]
            found.append(int(order[64 * page + n]))
    assert sorted(found) == [*range(channels)]


@pytest.mark.parametrize("channels", [70, 64, 512])
def test_the_channel_that_is_found_is_the_one_that_is_drawn_there(channels) -> None:
    order, grid = an_order(channels), Grid(WIDTH, HEIGHT)
    for channel in {9, channels // 2, int(order[0]), int(order[-1])}:
        features = np.zeros((channels, HEIGHT, WIDTH), np.float32)
        features[channel] = 3
        page = page_of(order, channel)
        lit = (draw(features, order=order, page=page) == BRIGHTEST).all(axis=2)
        assert lit.sum() == 96 * round(96 * 5 / 7)
        y, x = np.argwhere(lit).mean(axis=0)
        assert channel_at(order, page, grid, x, y) == channel


@pytest.mark.parametrize("channels", [70, 64, 512])
def test_a_click_beside_the_tiles_finds_nothing(channels) -> None:
    order, grid, last = an_order(channels), Grid(WIDTH, HEIGHT), page_count(channels) - 1
    features = np.ones((channels, HEIGHT, WIDTH), np.float32)
    height, width, _ = draw(features, order=order, page=last).shape
    for at in ((-1, 20), (20, -1), (width, 20), (20, height), (width + 500, 20), (20, height + 5000)):
        assert channel_at(order, last, grid, *at) is None
    if channels == 70:  # six tiles on the last page, of eight places in the line
        x, y = grid.corner(6)
        assert channel_at(order, last, grid, x + 9, y + 9) is None
        assert channel_at(order, last, grid, grid.corner(5)[0] + 9, y + 9) == order[69]


def test_a_silent_channel_is_hatched_and_a_black_map_is_not() -> None:
    features = levels(0, 5, 0)
    features[2, 0, 0] = -1  # below zero, as only conv layers are: not silent
    pixels = draw(features)
    hatched = {tuple(colour) for line in tile(pixels, 0, features).tolist() for colour in line}
    assert hatched == {PADDING, GROUND}
    assert (tile(pixels, 1, features) == BRIGHTEST).all()
    assert (tile(pixels, 2, features) == (0, 0, 4)).all()


def test_own_shared_and_root_brightness() -> None:
    features = levels(100, 25, 1)

    def seen(scale: str) -> list[tuple[int, ...]]:
        pixels = draw(features, scale)
        return [tuple(tile(pixels, n, features)[30, 40].tolist()) for n in range(3)]

    assert seen("own")[:2] == [BRIGHTEST, BRIGHTEST]
    assert np.allclose(seen("shared")[:2], [BRIGHTEST, QUARTER], atol=3)
    assert np.allclose(seen("root")[:2], [BRIGHTEST, HALF], atol=3)
    # 1 is a hundredth of the brightest; the least that gets the brightest colour is a fiftieth.
    assert np.allclose(seen("own")[2], HALF, atol=3)
    assert sum(seen("shared")[2]) < 20 < sum(seen("root")[2]) < 100


def test_a_channel_that_hardly_responds_stays_dark() -> None:
    features = levels(100, 0.01)
    for scale in SCALES:
        assert tile(draw(features, scale), 1, features).max() < 12, scale


def test_shared_brightness_is_that_of_the_brightest_map_not_of_the_highest_peaks() -> None:
    features = np.ones((5, 24, 40), np.float32)
    features[:4, 3, 3] = 100  # one unit in a thousand
    features[4] = 50
    pixels = draw(features, "shared")
    assert (tile(pixels, 4, features) == BRIGHTEST).all()
    assert tile(pixels, 0, features)[40, 60].max() < 30, "1 of 50 is dark"


def test_below_zero_is_blue_above_red_and_zero_nearly_white() -> None:
    features = levels(-4, 4, 0)
    features[2, :, 0] = 4
    pixels = draw(features, signed=True).astype(int)
    below, above, zero = (tile(pixels, n, features)[30, 60] for n in range(3))
    assert below[2] > below[0] + 50 and above[0] > above[2] + 50
    assert zero.min() > 240


def test_a_large_map_is_averaged_and_a_small_one_enlarged_in_blocks() -> None:
    large = np.zeros((2, 160, 192), np.float32)
    large[0, :, ::2], large[1] = 8, 8
    assert np.allclose(tile(draw(large, "shared"), 0, large), HALF, atol=3), "a half everywhere"
    small = np.zeros((1, 2, 3), np.float32)
    small[0, 1, 2] = 8
    shown = tile(draw(small), 0, small)
    assert shown.shape == (64, 96, 3)
    assert (
        (shown[32:, 64:] == BRIGHTEST).all() and (shown[:32] == (0, 0, 4)).all() and (shown[:, :64] == (0, 0, 4)).all()
    )


def test_the_bar_is_the_share_of_the_largest_energy() -> None:
    features = levels(10, 5, 0)
    pixels = draw(features)
    accents = [(pixels[:, 104 * n : 104 * (n + 1)] == ACCENT).all(axis=2).any(axis=0).sum() for n in range(3)]
    assert accents == [96, 24, 0]


def test_the_tile_of_a_channel_is_where_it_is_drawn() -> None:
    features, order = levels(*[0] * 65, 5), an_order(66)
    for page in (0, 1):
        box = tile_of(order, page, Grid(WIDTH, HEIGHT), 65)
        assert (box is None) == (page != page_of(order, 65))
        if box:
            y, x = np.nonzero((draw(features, order=order, page=page) == BRIGHTEST).all(axis=2))
            assert box == (x.min(), y.min(), x.max() + 1, y.max() + 1)


def test_degenerate_pictures_have_their_sheets_too(degenerate) -> None:
    for layer in ("conv1_1", "relu5_4", "pool5"):
        features = degenerate.features(layer)
        sizes = {draw(features, scale, signed=layer.startswith("conv")).shape for scale in SCALES}
        assert len(sizes) == 1


def test_a_real_page_differs_between_the_scales(palace) -> None:
    features = palace.features("relu4_1")
    pages = [draw(features, scale, order=an_order(512), page=7) for scale in SCALES]
    assert all((pages[a] != pages[b]).mean() > 0.05 for a, b in ((0, 1), (0, 2), (1, 2)))
