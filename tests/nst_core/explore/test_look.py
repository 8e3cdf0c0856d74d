"""A look holds the network's features in all 37 layers, and nothing that is drawn or measured changes them."""

import hashlib

import numpy as np
import pytest
from PIL import Image

from nst_core.errors import LayerError
from nst_core.explore import (
    cluster_order,
    correlation,
    gram,
    look,
    look_size,
    sheet,
    statistics,
    style_error,
    top_activations,
)
from nst_core.explore.captions import captioned, png
from nst_core.explore.drawing import heat, overlay, overlay_pair
from nst_core.explore.scales import Scale, gram_scale
from nst_core.images import picture_sha256, resize, to_tensor
from nst_core.layers import CONVS, LAYERS


def digest(view) -> str:
    whole = hashlib.sha256()
    for name, maps in view.convs.items():
        whole.update(name.encode() + maps.numpy().tobytes())
    return whole.hexdigest()


@pytest.fixture(scope="module")
def tiny_look(tiny, photo):
    return look(photo, tiny, 96)


def test_every_layer_is_what_the_network_returns_for_it(tiny, tiny_look) -> None:
    expected = tiny(to_tensor(tiny_look.picture), LAYERS)
    for layer in LAYERS:
        assert np.array_equal(tiny_look.features(layer), expected[layer][0].numpy()), layer


def test_every_layer_of_the_real_network_too(oxford, palace) -> None:
    expected = oxford(to_tensor(palace.picture), LAYERS)
    for layer, about in LAYERS.items():
        features = palace.features(layer)
        assert features.dtype == np.float32
        assert features.shape == (about.channels, 176 // about.stride, 256 // about.stride)
        assert palace.map_size(layer) == features.shape[:0:-1]
        assert np.array_equal(features, expected[layer][0].numpy()), layer


@pytest.mark.parametrize("conv", CONVS)
def test_a_conv_layer_goes_below_zero_and_its_relu_does_not(palace, conv) -> None:
    before, after = palace.features(conv), palace.features(conv.replace("conv", "relu"))
    assert before.min() < 0 < before.max()
    assert np.array_equal(after, np.where(before > 0, before, 0))


@pytest.mark.parametrize("pool", ["pool1", "pool3", "pool5"])
def test_a_pooling_is_the_largest_of_four(palace, pool) -> None:
    last = {"pool1": "relu1_2", "pool3": "relu3_4", "pool5": "relu5_4"}[pool]
    maps = palace.features(last)
    rows, columns = maps.shape[1] // 2 * 2, maps.shape[2] // 2 * 2  # pool5 drops an odd last row
    four = [maps[:, i:rows:2, j:columns:2] for i in (0, 1) for j in (0, 1)]
    assert np.array_equal(palace.features(pool), np.max(four, axis=0))


@pytest.mark.parametrize("layer", ["conv1_1", "relu1_1", "pool1", "conv5_4"])
def test_writing_into_the_features_changes_nothing(tiny_look, layer) -> None:
    before, kept = digest(tiny_look), tiny_look.features(layer)
    tiny_look.features(layer)[:] = -7
    assert digest(tiny_look) == before
    assert np.array_equal(tiny_look.features(layer), kept)


@pytest.mark.parametrize("layer", ["conv3_1", "relu3_1", "pool3"])
def test_drawing_and_measuring_changes_nothing(tiny_look, layer) -> None:
    before, signed = digest(tiny_look), layer.startswith("conv")
    features = tiny_look.features(layer)
    kept = features.copy()
    about, order, matrix = statistics(features), cluster_order(features), gram(features)
    for scale in ("own", "shared", "root"):
        sheet(features, about, order, 0, scale, signed)
    png(captioned(heat(matrix, 64, gram_scale(matrix)), ["a line"], gram_scale(matrix)))
    overlay(tiny_look.picture, features[1], Scale(9.0, signed))
    overlay_pair(tiny_look.picture, features[0], features[1], (1.0, 1.0))
    correlation(features)
    style_error(features, 2 * matrix)
    top_activations([tiny_look], layer)
    assert np.array_equal(features, kept)
    assert digest(tiny_look) == before


def test_the_bytes_are_those_of_the_sixteen_convolutions(palace, tiny_look) -> None:
    units = sum(LAYERS[conv].channels * (256 // LAYERS[conv].stride) * (176 // LAYERS[conv].stride) for conv in CONVS)
    assert palace.nbytes == 4 * units
    units = sum(4 * (96 // LAYERS[conv].stride) * (64 // LAYERS[conv].stride) for conv in CONVS)
    assert tiny_look.nbytes == 4 * units


def test_a_look_names_its_picture_and_its_weights(tiny, tiny_look, photo) -> None:
    assert (tiny_look.weights, tiny_look.weights_sha256) == ("tiny", tiny.sha256)
    assert np.array_equal(tiny_look.picture, resize(photo, 96, 64))
    assert tiny_look.sha256 == picture_sha256(tiny_look.picture) != picture_sha256(photo)
    assert tiny_look.words("pool2") == "pool2 · 128 maps of 24 × 16 · picture 96 × 64 px · VGG19 (tiny)"


@pytest.mark.parametrize(
    ("given", "size", "expected"),
    [
        ((640, 427), 384, (384, 256)),
        ((33, 200), 384, (64, 384)),
        ((300, 451), 256, (176, 256)),
        ((5000, 20), 384, (384, 32)),
        ((80, 56), 5, (32, 32)),
        ((640, 427), None, (384, 256)),
        ((250, 160), None, (256, 160)),  # a smaller picture is not enlarged
    ],
)
def test_a_picture_is_looked_at_in_multiples_of_16(given, size, expected) -> None:
    assert look_size(*given, size) == expected


def test_a_picture_that_fits_is_looked_at_as_it_is() -> None:
    for width in range(32, 640, 48):
        for height in range(32, 640, 80):
            assert look_size(width, height, max(width, height)) == (width, height)


def test_the_narrowest_picture_has_a_unit_in_the_deepest_layer(tiny) -> None:
    view = look(Image.new("RGB", (33, 200), "teal"), tiny, 64)
    assert view.picture.size == (32, 64)
    assert view.features("pool5").shape == (4, 2, 1)


def test_an_unknown_layer_is_an_error(tiny_look) -> None:
    for ask in (tiny_look.features, tiny_look.map_size, tiny_look.words):
        with pytest.raises(LayerError, match="relu4_2"):
            ask("relu42")
