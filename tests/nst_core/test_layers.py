"""The layer table against literal numbers and against torchvision's network."""

import pytest
import torch
from PIL import Image
from torch import nn
from torchvision.models import vgg19

from nst_core.errors import LayerError
from nst_core.images import to_tensor
from nst_core.layers import CONTENT_LAYERS, CONVS, LAYERS, STYLE_LAYERS, deepest, get_layer, smallest_side
from nst_core.vgg import Encoder

# index in torchvision, name, channels, stride, receptive field, centre of unit (0, 0), parameters of its convolution.
# Worked out apart from this code, and checked by propagating intervals and gradients from each unit back to the pixels.
TABLE = [
    (1, "relu1_1", 64, 1, 3, 0.5, 1_792),
    (3, "relu1_2", 64, 1, 5, 0.5, 36_928),
    (4, "pool1", 64, 2, 6, 1, 0),
    (6, "relu2_1", 128, 2, 10, 1, 73_856),
    (8, "relu2_2", 128, 2, 14, 1, 147_584),
    (9, "pool2", 128, 4, 16, 2, 0),
    (11, "relu3_1", 256, 4, 24, 2, 295_168),
    (13, "relu3_2", 256, 4, 32, 2, 590_080),
    (15, "relu3_3", 256, 4, 40, 2, 590_080),
    (17, "relu3_4", 256, 4, 48, 2, 590_080),
    (18, "pool3", 256, 8, 52, 4, 0),
    (20, "relu4_1", 512, 8, 68, 4, 1_180_160),
    (22, "relu4_2", 512, 8, 84, 4, 2_359_808),
    (24, "relu4_3", 512, 8, 100, 4, 2_359_808),
    (26, "relu4_4", 512, 8, 116, 4, 2_359_808),
    (27, "pool4", 512, 16, 124, 8, 0),
    (29, "relu5_1", 512, 16, 156, 8, 2_359_808),
    (31, "relu5_2", 512, 16, 188, 8, 2_359_808),
    (33, "relu5_3", 512, 16, 220, 8, 2_359_808),
    (35, "relu5_4", 512, 16, 252, 8, 2_359_808),
    (36, "pool5", 512, 32, 268, 16, 0),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[1])
def test_the_table_holds_the_known_numbers(row: tuple) -> None:
    index, name, channels, stride, field, centre, parameters = row
    layer = LAYERS[name]
    assert (layer.index, layer.channels, layer.stride) == (index, channels, stride)
    assert (layer.receptive_field, layer.centre) == (field, centre)
    if layer.kind == "relu":
        conv = LAYERS[name.replace("relu", "conv")]
        assert (conv.index, conv.channels, conv.parameters) == (index - 1, channels, parameters)
        assert (conv.stride, conv.receptive_field, conv.centre) == (stride, field, centre)


def test_the_known_rows_are_all_there_is() -> None:
    convs = [name.replace("relu", "conv") for _, name, *_ in TABLE if name.startswith("relu")]
    assert set(LAYERS) == {name for _, name, *_ in TABLE} | set(convs)
    assert list(CONVS) == convs
    assert len(LAYERS) == 37 and [layer.index for layer in LAYERS.values()] == list(range(37))
    assert sum(layer.parameters for layer in LAYERS.values()) == 20_024_384


def test_each_row_describes_the_layer_of_its_name() -> None:
    for name, layer in LAYERS.items():
        assert name == layer.name and name.startswith(layer.kind) and name[len(layer.kind)] == str(layer.block)


def test_torchvisions_network_has_these_layers_in_this_order() -> None:
    with torch.device("meta"):
        features = vgg19(weights=None).features
    kinds = {nn.Conv2d: "conv", nn.ReLU: "relu", nn.MaxPool2d: "pool"}
    assert len(features) == len(LAYERS)
    for module, layer in zip(features, LAYERS.values(), strict=True):
        assert kinds[type(module)] == layer.kind
        assert sum(p.numel() for p in module.parameters()) == layer.parameters
        if isinstance(module, nn.Conv2d):
            assert (module.out_channels, module.kernel_size) == (layer.channels, (3, 3))


def test_the_papers_layers_are_the_defaults() -> None:
    assert CONTENT_LAYERS == ("relu4_2",)
    assert STYLE_LAYERS == ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")


@pytest.mark.parametrize(
    ("name", "near"),
    [("relu42", "relu4_2"), ("conv_1_1", "conv1_1"), ("POOL3", "relu4_2"), ("", "relu4_2"), (22, "relu4_2")],
)
def test_an_unknown_layer_is_answered_with_near_names(name: object, near: str) -> None:
    with pytest.raises(LayerError, match=f"no layer '{name}'.*{near}"):
        get_layer(name)  # type: ignore[arg-type]


def test_a_very_long_layer_name_gives_a_short_message() -> None:
    with pytest.raises(LayerError) as error:
        get_layer("relu" * 10_000)
    assert len(str(error.value)) < 150


def test_the_deepest_layer_decides_how_small_a_picture_may_be() -> None:
    assert deepest(("relu5_1", "relu1_1", "conv4_2")).name == "relu5_1"
    assert [smallest_side([name]) for name in ("relu1_2", "pool1", "relu3_1", "relu5_4", "pool5")] == [1, 2, 4, 16, 32]


def test_the_tiny_encoder_of_these_tests_is_alive_in_every_layer(
    tiny: Encoder, photo: Image.Image, painting: Image.Image
) -> None:
    for picture in (photo, painting):
        for name, features in tiny(to_tensor(picture), LAYERS).items():
            assert features.shape[1] == 4
            assert (features.flatten(2).std(2) > 1e-3).all(), f"a channel of {name} says nothing"
