"""Clicks on the matrix, its window and the table, and the numbers of a cell. At the real network, on small crops."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from demo.explorer import frame_actions, panels
from demo.explorer.view_state import ViewState
from demo.explorer.views import gram_actions
from nst_core.explore import correlation
from nst_core.explore.scales import to_colours

LAYERS_SHOWN = ["relu1_2", "conv2_1", "relu3_1", "pool4"]  # 64, 128, 256 and 512 channels
BESIDE = [(-1, 40), (40, -1), (1e6, 40), (40, 1e6)]


def opened(file: panels.File) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(file.data)))


@pytest.mark.parametrize(("layer", "mode"), [*((layer, "gram") for layer in LAYERS_SHOWN), ("relu3_1", "correlation")])
def test_a_click_on_the_matrix_opens_the_block_and_a_click_in_it_the_cell_that_is_drawn_there(
    cache, uploads, layer, mode
):
    state = ViewState(view="gram", layer=layer, slot="photo", mode=mode, curve="root")
    channels, blocks = state.channels, state.channels // 32
    order = cache.order(cache.look(state, uploads, "painting"), layer)
    features = cache.look(state, uploads).features(layer)
    flat = features.reshape(channels, -1).astype(float)
    matrix = flat @ flat.T / flat.shape[1] if mode == "gram" else correlation(features)
    scale = (1.0, True) if mode == "correlation" else (np.abs(matrix).max(), matrix.min() < 0)
    curve = "linear" if mode == "correlation" else "root"
    whole, side = opened(frame_actions.show(cache, state, uploads)["whole"]), 512 // blocks
    chance = np.random.default_rng(channels)
    for down, across in {(0, 0), (blocks - 1, 0), *map(tuple, chance.integers(0, blocks, (3, 2)).tolist())}:
        there = gram_actions.click_whole(cache, state, uploads, across * side + side - 0.5, down * side)
        assert there == state.updated(across=across, down=down)
        window = opened(gram_actions.show(cache, there.updated(first=0, second=0), uploads)["window"])
        for line, column in chance.integers(1, 31, (8, 2)).tolist():
            x, y = column * 24 + 7, line * 24 + 7
            cell = gram_actions.click_window(cache, there, uploads, x, y)
            assert cell.first == order[down * 32 + line] and cell.second == order[across * 32 + column]
            drawn = to_colours(np.array(matrix[cell.first, cell.second]), *scale, curve).astype(int)
            assert np.abs(drawn - window[y, x]).max() <= 6
            at = down * side + line * side // 32, across * side + column * side // 32
            if 1 < at[0] % side < side - 2 and 1 < at[1] % side < side - 2 and (down or across):
                assert np.abs(drawn - whole[at]).max() <= 6


@pytest.mark.parametrize("layer", LAYERS_SHOWN)
def test_the_opened_cell_says_the_number_of_the_matrix_also_when_the_places_are_shuffled(cache, uploads, layer):
    state = ViewState(view="gram", layer=layer).updated(across=1, down=1)
    features = cache.look(state, uploads).features(layer).astype(float)
    for x, y in [(7, 500), (511, 0)]:
        cell = gram_actions.click_window(cache, state, uploads, x, y)
        expected = (features[cell.first] * features[cell.second]).mean()
        rough = pytest.approx(expected, rel=2e-4, abs=1e-7 * np.square(features).mean())
        for seed in (0, 77):
            words = gram_actions.show(cache, cell.updated(shuffle=seed), uploads)["equation"]
            mean, value = (float(n.replace(",", "")) for n in re.findall(r"= (?:<b>)?([-+,.\de]+)", words))
            assert mean == rough and value == rough
            assert f"G[{cell.first}, {cell.second}]" in words and f"{features[0].size:,} places" in words
            assert ("shuffled" in words) == bool(seed)


@pytest.mark.parametrize("layer", LAYERS_SHOWN)
def test_the_window_is_moved_to_the_chosen_pair(cache, uploads, layer):
    state = ViewState(view="gram", layer=layer)
    order = cache.order(cache.look(state, uploads, "painting"), layer).tolist()
    for first, second in np.random.default_rng(3).integers(0, state.channels, (40, 2)).tolist():
        turned = gram_actions.move_to_pair(cache, state.updated(first=first, second=second), uploads)
        x, y = 24 * (order.index(second) % 32), 24 * (order.index(first) % 32)
        assert gram_actions.click_window(cache, turned, uploads, x, y) == turned


@pytest.mark.parametrize("pairs_by", ["gram", "correlation", "difference"])
def test_a_click_on_a_row_of_the_table_opens_its_pair_in_the_window(cache, uploads, pairs_by):
    state = ViewState(view="gram", layer="relu1_2", pairs_by=pairs_by)
    table = gram_actions.show(cache, state, uploads)["pairs"]
    assert len(table) == gram_actions.PAIRS
    for number, line in enumerate(table):
        there = gram_actions.click_row(cache, state, uploads, number)
        assert [there.first, there.second] == line[:2]
        assert there == gram_actions.move_to_pair(cache, state.updated(first=line[0], second=line[1]), uploads)
    for outside in (-1, len(table), 10**20):
        assert gram_actions.click_row(cache, state, uploads, outside) is state


@pytest.mark.parametrize("beside", [*BESIDE, (768, 40), (40, 768), (-0.5, 3)])
def test_a_click_beside_the_matrix_or_its_window_changes_nothing(cache, uploads, beside):
    state = ViewState(view="gram", layer="relu1_2", across=1, first=9, second=4)
    assert gram_actions.click_whole(cache, state, uploads, *beside) is state
    assert gram_actions.click_window(cache, state, uploads, *beside) is state
    assert gram_actions.click_whole(cache, state, uploads, 40, 512) is state
