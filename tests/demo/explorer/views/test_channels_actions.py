"""Clicks on the sheet and on the card. At the real network, on small crops."""

import io
from itertools import product

import numpy as np
import pytest
from PIL import Image

from demo.explorer import frame_actions, panels
from demo.explorer.feature_cache import FeatureCache, Uploads
from demo.explorer.view_state import ViewState
from demo.explorer.views import channels_actions
from demo.explorer.views.card import click_card
from nst_core.explore import receptive_field, statistics
from nst_core.explore.drawing import padding_margin
from nst_core.explore.palette import GROUND, MARK
from nst_core.explore.sheet import Grid
from nst_core.layers import LAYERS

LAYERS_SHOWN = ["relu1_2", "conv2_1", "relu3_1", "pool4"]  # 64, 128, 256 and 512 channels
BESIDE = [(-1, 40), (40, -1), (1e6, 40), (40, 1e6)]


def opened(file: panels.File) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(file.data)))


def clicked_through(cache: FeatureCache, state: ViewState, uploads: Uploads) -> list[int]:
    """The channel behind the middle of every tile of every page."""
    grid = Grid(*cache.look(state, uploads).map_size(state.layer))
    width, height = grid.tile
    found = []
    for page in range(state.channels // 64):
        for n in range(64):
            x, y = grid.corner(n)
            there = channels_actions.click_sheet(
                cache, state.updated(sheet_page=page), uploads, x + width / 2, y + height / 2
            )
            assert there == state.updated(sheet_page=page, channel=there.channel)
            found.append(there.channel)
    return found


@pytest.mark.parametrize(("layer", "slot"), [*product(LAYERS_SHOWN[:3], ["photo"]), ("pool4", "painting")])
def test_the_tiles_of_all_pages_are_all_channels_in_the_order_that_was_chosen(cache, uploads, layer, slot):
    state = ViewState(layer=layer, slot=slot)
    here, other = (
        cache.look(state, uploads, s).features(layer) for s in (slot, {"photo": "painting"}.get(slot, "photo"))
    )
    about = statistics(here)
    keys = {
        "mean": here.mean(axis=(1, 2)),
        "peak": np.abs(here).max(axis=(1, 2)),
        "variance": here.var(axis=(1, 2)),
        "sparsity": (here <= 0).mean(axis=(1, 2)),
        "difference": np.abs(here.mean(axis=(1, 2)) - other.mean(axis=(1, 2))),
        "index": -np.arange(state.channels),
    }
    for sort, key in keys.items():
        found = clicked_through(cache, state.updated(sort=sort), uploads)
        assert sorted(found) == list(range(state.channels))
        speaking = [n for n in found if not about.silent[n]] if sort != "index" else found
        steps = np.diff(key[speaking])
        assert (steps <= 1e-4 * np.abs(key).max()).all() and steps.min() < 0, sort
    clusters = clicked_through(cache, state.updated(sort="cluster"), uploads)
    assert clusters == cache.order(cache.look(state, uploads, "painting"), layer).tolist()


@pytest.mark.parametrize("layer", LAYERS_SHOWN)
def test_the_clicked_tile_is_framed_and_a_click_beside_the_tiles_changes_nothing(cache, uploads, layer):
    state = ViewState(layer=layer, sheet_page=LAYERS[layer].channels // 64 - 1)
    grid = Grid(*cache.look(state, uploads).map_size(layer))
    (width, height), (x, y) = grid.tile, grid.corner(43)
    there = channels_actions.click_sheet(cache, state, uploads, x + 1, y + 1)
    image = opened(frame_actions.show(cache, there, uploads)["sheet"])
    frame = [(x - 1, y + 3), (x + width, y + 3), (x + 3, y - 1), (x + 3, y + height)]
    assert [tuple(image[down, across]) for across, down in frame] == [MARK] * 4
    assert image.shape[1] == 8 * grid.step[0]
    caption = 8 * grid.step[1]
    assert caption < len(image)
    for beside in [*BESIDE, (image.shape[1], 40), (40, caption), (40, len(image) - 1)]:
        assert channels_actions.click_sheet(cache, there, uploads, *beside) is there


@pytest.mark.parametrize("sort", ["mean", "difference", "cluster", "index"])
def test_the_page_is_turned_to_the_chosen_channel(cache, uploads, sort):
    state = ViewState(layer="relu4_1", sort=sort)
    found = clicked_through(cache, state, uploads)
    for channel in range(0, 512, 7):
        turned = channels_actions.turn_to_channel(cache, state.updated(channel=channel), uploads)
        assert turned == state.updated(channel=channel, sheet_page=found.index(channel) // 64)


@pytest.mark.parametrize("slot", ["photo", "painting"])
@pytest.mark.parametrize("layer", ["conv1_1", "relu1_2", "pool1", "relu2_2", "pool3", "relu4_2", "relu5_4", "pool5"])
def test_a_click_on_the_card_asks_the_unit_that_sees_the_pixel(cache, uploads, layer, slot):
    state = ViewState(layer=layer, slot=slot, channel=5)
    view, about = cache.look(state, uploads), LAYERS[layer]
    margin, (width, height) = padding_margin(about.receptive_field), view.map_size(layer)
    for y in [*range(0, view.picture.height, 37), view.picture.height - 1]:
        for x in [*range(0, view.picture.width, 41), view.picture.width - 1]:
            there = click_card(cache, state, uploads, x + margin, y + margin)
            left, top, right, bottom = receptive_field(layer, there.row, there.column)
            assert left <= x < right and top <= y < bottom
            assert there.row in range(height) and there.column in range(width)
            # No other unit of the map has its centre nearer.
            for at, middle, units in ((x, (left + right) / 2, width), (y, (top + bottom) / 2, height)):
                first = about.centre
                nearest = min(abs(at + 0.5 - first - n * about.stride) for n in range(units))
                assert abs(at + 0.5 - middle) <= nearest + 1
            assert there == state.updated(row=there.row, column=there.column)


@pytest.mark.parametrize("layer", ["relu1_1", "conv3_4", "relu5_4"])
def test_the_picture_lies_on_the_card_where_clicks_are_read(cache, uploads, layer):
    state = channels_actions.lowest_peak(cache, ViewState(layer=layer), uploads)
    view, margin = cache.look(state, uploads), padding_margin(LAYERS[layer].receptive_field)
    image = opened(channels_actions.show(cache, state, uploads)["card"])
    width, height = view.picture.size
    assert image.shape[1] == width + 2 * margin
    assert (image[height + 2 * margin :] == GROUND).all(axis=2).mean() > 0.5
    if layer == "relu5_4":  # a silent channel: the picture is only dimmed
        inside = image[margin : margin + height, margin : margin + width]
        assert np.abs(inside - np.asarray(view.picture.convert("L"))[..., None] * 0.55).max() < 1
    beside = [(margin - 1, margin), (margin, margin - 1), (margin + width, margin), (margin, margin + height)]
    for x, y in [*beside, *BESIDE, (margin, height + 2 * margin + 5)]:
        assert click_card(cache, state, uploads, x, y) is state
