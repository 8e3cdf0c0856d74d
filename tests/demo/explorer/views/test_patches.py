"""The bundled index of where each channel responds most: made of the bundled pictures, right for the real network."""

import io
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from demo.compute.worker import Worker
from demo.explorer.feature_cache import PATCHES, FeatureCache, Uploads, at_look_size, pictures
from demo.explorer.view_state import ViewState
from demo.explorer.views import channels_actions
from nst_core.explore import PatchIndex, receptive_field
from nst_core.explore.look import look_size
from nst_core.images import load_picture
from nst_core.layers import LAYERS

SHOWN = ("coffee.jpg", "van_gogh_langlois_bridge_1888.webp")  # to the real network
RELUS = [name for name, layer in LAYERS.items() if layer.kind == "relu"]


@pytest.fixture(scope="module")
def index() -> PatchIndex:
    return PatchIndex.read(PATCHES)


@pytest.fixture(scope="module")
def cache(oxford) -> FeatureCache:
    return FeatureCache(Worker(oxford))


@pytest.fixture(scope="module")
def shown(cache) -> dict:
    """Looks by the number of the picture in the index."""
    return {n: cache.look_at(at_look_size(str(path))) for n, path in enumerate(pictures()) if path.name in SHOWN}


def part(n: int, length: int) -> range:
    """The third of `length` places in which place n lies."""
    edges = [round(length * third / 3) for third in range(4)]
    return next(range(low, high) for low, high in pairwise(edges) if low <= n < high)


def test_there_is_an_index_for_the_bundled_weights_and_for_no_others(cache, tiny, oxford, index):
    assert cache.patches().weights == oxford.sha256 == index.weights
    assert FeatureCache(Worker(tiny)).patches() is None


def test_the_index_names_exactly_the_bundled_files_in_their_order(index):
    assert list(index.pictures) == [path.name for path in pictures()]
    files = [*PATCHES.parent.glob("photos/*"), *PATCHES.parent.glob("paintings/*")]
    assert sorted(index.pictures) == sorted(path.name for path in files)


def test_it_has_nine_places_for_every_channel_of_every_relu(index):
    assert sorted(index.places) == RELUS
    assert all(places.shape == (LAYERS[name].channels, 9, 3) for name, places in index.places.items())


def test_every_place_is_inside_its_map_and_what_is_missing_comes_last(index):
    sizes = [look_size(*load_picture(path).size) for path in pictures()]
    for layer, places in index.places.items():
        number, row, column = (places[..., n].astype(int) for n in range(3))
        there = number >= 0
        assert (places[~there] == -1).all()
        assert (there[:, :-1] >= there[:, 1:]).all()
        assert there[:, 0].mean() > 0.95  # nearly every channel fires somewhere
        width, height = (np.array([size[axis] // LAYERS[layer].stride for size in sizes]) for axis in (0, 1))
        assert number.max() < len(sizes)
        assert (row[there] >= 0).all() and (row < height[number])[there].all()
        assert (column[there] >= 0).all() and (column < width[number])[there].all()


@pytest.mark.parametrize("layer", ["relu1_1", "relu2_1", "relu3_2", "relu4_1", "relu5_4"])
def test_the_network_answers_there_more_than_anywhere_else_in_that_part_of_the_picture(index, shown, layer):
    features = {n: view.features(layer) for n, view in shown.items()}
    checked = 0
    for channel in range(0, LAYERS[layer].channels, 2):
        values, parts = [], []
        for n, row, column in index.places[layer][channel].tolist():
            if n in features:
                one = features[n][channel]
                rows, columns = part(row, one.shape[0]), part(column, one.shape[1])
                around = one[rows.start : rows.stop, columns.start : columns.stop]
                values.append(float(one[row, column]))
                parts.append((n, rows, columns))
                assert values[-1] >= around.max() * 0.999 > 0
        assert all(before >= after * 0.999 for before, after in pairwise(values))
        assert len(set(parts)) == len(parts)
        checked += len(parts)
    assert checked > 10


@pytest.mark.parametrize(("layer", "relu"), [("relu4_1", "relu4_1"), ("conv4_1", "relu4_1"), ("pool4", "relu4_4")])
def test_the_card_shows_the_cut_outs_of_the_relu_that_belongs_to_the_layer(cache, index, layer, relu):
    """The first of nine tiles, drawn again from the picture itself."""
    channel = 100
    panels = channels_actions.show(
        cache, ViewState(layer=layer, channel=channel), Uploads(Image.new("RGB", (40, 300), "teal"))
    )
    shown = Image.open(io.BytesIO(panels["patches"].data))
    n, row, column = index.places[relu][channel][0].tolist()
    box = receptive_field(relu, row, column)
    whole = load_picture(pictures()[n])
    whole = whole.resize(look_size(*whole.size), Image.Resampling.LANCZOS)
    expected = Image.new("RGB", (box[2] - box[0],) * 2, (58, 52, 46))
    expected.paste(whole, (-box[0], -box[1]))
    tile = np.asarray(shown.crop((0, 0, 88, 88)), float)
    apart = np.abs(tile - np.asarray(expected.resize((88, 88), Image.Resampling.BICUBIC), float)).mean()
    assert apart < 0.1 * tile.std()
    assert shown.width == 3 * 88 + 2 * 4 and shown.height > shown.width


def test_for_other_weights_there_are_no_cut_outs(tiny, photo):
    assert channels_actions.show(FeatureCache(Worker(tiny)), ViewState(), Uploads(photo))["patches"] is None
