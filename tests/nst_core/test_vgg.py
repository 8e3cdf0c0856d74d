"""The encoder: every layer under its own name, against torchvision's network and against its own table."""

import copy
import os

import pytest
import torch
from torch import Tensor, nn
from torchvision.models import vgg

from nst_core.errors import LayerError, PictureError, WeightsError
from nst_core.layers import CONTENT_LAYERS, CONVS, LAYERS, STYLE_LAYERS
from nst_core.vgg import Encoder

RELUS = tuple(name for name, layer in LAYERS.items() if layer.kind == "relu")


def random_picture(height: int, width: int, seed: int = 0) -> Tensor:
    picture = torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(seed))
    return picture.to(os.environ.get("NST_TEST_DEVICE", "cpu"))


def torchvision_features(encoder: Encoder) -> nn.Sequential:
    """torchvision's `vgg19().features`, as wide as `encoder` and with its weights."""
    widths: list[str | int] = []
    for layer in LAYERS.values():
        if layer.kind == "conv":
            widths.append(encoder.convs[layer.name].out_channels)
        elif layer.kind == "pool":
            widths.append("M")
    features = vgg.make_layers(widths)
    for name in CONVS:
        features[LAYERS[name].index].load_state_dict(encoder.convs[name].state_dict())
    return features.to(encoder.device)


def by_torchvision(encoder: Encoder, picture: Tensor) -> dict[str, Tensor]:
    x, outputs = (picture - encoder.mean) / encoder.std, {}
    with torch.no_grad():
        for name, module in zip(LAYERS, torchvision_features(encoder), strict=True):
            x = module(x)
            outputs[name] = x.clone()  # torchvision's ReLUs work in place
    return outputs


# -- names, order and shapes


def test_the_table_is_torchvisions_configuration_e() -> None:
    blocks: list[str | int] = []
    for layer in LAYERS.values():
        if layer.kind != "relu":
            blocks.append(layer.channels if layer.kind == "conv" else "M")
    assert blocks == vgg.cfgs["E"]


def test_layer_kinds_stand_where_torchvision_has_them(tiny) -> None:
    kinds = {nn.Conv2d: "conv", nn.ReLU: "relu", nn.MaxPool2d: "pool"}
    assert [kinds[type(module)] for module in torchvision_features(tiny)] == [layer.kind for layer in LAYERS.values()]


def test_the_papers_layers_are_the_first_of_each_block_and_not_the_first_five() -> None:
    convolutions = [LAYERS[name.replace("relu", "conv")].index for name in (*CONTENT_LAYERS, *STYLE_LAYERS)]
    assert convolutions == [21, 0, 5, 10, 19, 28]


@pytest.mark.parametrize(("height", "width"), [(37, 50), (63, 33), (32, 47)])
def test_every_layer_halves_and_rounds_down_as_the_table_says(tiny, height: int, width: int) -> None:
    features = tiny(random_picture(height, width), LAYERS)
    assert list(features) == list(LAYERS)
    for name, layer in LAYERS.items():
        assert features[name].shape == (1, 4, height // layer.stride, width // layer.stride), name


def test_only_what_was_asked_for_comes_back(tiny) -> None:
    assert set(tiny(random_picture(20, 33), ["relu4_2", "conv1_1"])) == {"relu4_2", "conv1_1"}


def test_nothing_asked_for_is_nothing_computed(tiny) -> None:
    assert tiny(random_picture(20, 33), []) == {}


def test_a_layer_is_the_same_asked_alone_or_with_all_others(tiny) -> None:
    picture = random_picture(37, 50)
    together = tiny(picture, LAYERS)
    for name in LAYERS:
        assert torch.equal(tiny(picture, [name])[name], together[name]), name


def test_the_picture_is_left_as_it_was(tiny) -> None:
    picture = random_picture(33, 40)
    before = picture.clone()
    tiny(picture, LAYERS)
    assert torch.equal(picture, before)


@pytest.mark.parametrize("pooling", ["max", "average"])
def test_convolutions_keep_their_negative_values_and_relus_clamp_them(tiny, pooling: str) -> None:
    features = tiny(random_picture(48, 37), LAYERS, pooling=pooling)
    for conv, relu in zip(CONVS, RELUS, strict=True):
        assert features[conv].min() < 0, conv
        assert torch.equal(features[relu], features[conv].clamp_min(0)), relu


# -- against torchvision


def test_a_tiny_network_computes_what_torchvisions_does(tiny) -> None:
    picture = random_picture(37, 50)
    expected = by_torchvision(tiny, picture)
    for name, value in tiny(picture, LAYERS).items():
        torch.testing.assert_close(value, expected[name], rtol=1e-4, atol=1e-5, msg=name)


def test_the_oxford_network_computes_what_torchvisions_does(oxford) -> None:
    picture = random_picture(40, 51)
    expected = by_torchvision(oxford, picture)
    for name, value in oxford(picture, LAYERS).items():
        assert (value - expected[name]).norm() <= 1e-4 * expected[name].norm(), name


def test_the_picture_is_normalised_per_channel(tiny) -> None:
    mean_colour = tiny.mean.expand(1, 3, 6, 9)
    bias = tiny.convs["conv1_1"].bias.reshape(1, 4, 1, 1).expand(1, 4, 6, 9)
    torch.testing.assert_close(tiny(mean_colour, ["conv1_1"])["conv1_1"], bias)


# -- the units' geometry, measured with gradients


@pytest.mark.parametrize("name", ["conv1_2", "pool2", "relu3_1", "relu4_2", "relu5_1"])
def test_a_unit_sees_the_square_the_table_says(tiny, name: str) -> None:
    layer, encoder = LAYERS[name], copy.deepcopy(tiny)
    for conv in encoder.convs.values():  # nothing cancels and nothing is clipped
        conv.weight.fill_(0.1)
        conv.bias.fill_(1.0)
    # Far enough from the edge that the whole square is inside the picture.
    row, column = 130 // layer.stride, 150 // layer.stride
    picture = torch.rand(1, 3, 2 * 130 + layer.stride, 2 * 150 + layer.stride, device=encoder.device).requires_grad_()
    encoder(picture, [name], pooling="average")[name][0, 0, row, column].backward()
    assert picture.grad is not None
    for size, position, unit in ((0, row, picture.grad.amax((0, 1, 3))), (1, column, picture.grad.amax((0, 1, 2)))):
        seen = unit.nonzero().flatten()
        first, last = seen[0].item(), seen[-1].item()
        assert last - first + 1 == layer.receptive_field, size
        assert (first + last + 1) / 2 == layer.centre + position * layer.stride, size


# -- gradients


def test_the_gradient_reaches_the_picture_and_not_the_weights(tiny) -> None:
    picture = random_picture(20, 33).requires_grad_()
    tiny(picture, ["relu5_1"])["relu5_1"].sum().backward()
    assert picture.grad is not None
    assert picture.grad.abs().max() > 0
    assert all(not weight.requires_grad and weight.grad is None for weight in tiny.parameters())


# -- errors


@pytest.mark.parametrize(("layer", "needed"), [("relu5_1", 16), ("pool5", 32), ("relu1_2", 1)])
def test_the_smallest_picture_that_fits_and_the_first_that_does_not(tiny, layer: str, needed: int) -> None:
    assert tiny(random_picture(needed, needed + 3), [layer])[layer].shape[2] == 1
    if needed > 1:
        with pytest.raises(PictureError, match=f"{needed + 20}x{needed - 1} .*{layer}.*at least {needed} pixels"):
            tiny(random_picture(needed - 1, needed + 20), ["relu1_1", layer])


def test_a_layer_vgg19_does_not_have_is_an_error_with_the_nearest_names(tiny) -> None:
    with pytest.raises(LayerError, match=r"relu42.*relu4_2"):
        tiny(random_picture(20, 33), ["relu42"])


def test_weights_that_lack_a_layer_are_refused(tiny) -> None:
    weights = {f"{name}.{key}": value for name in CONVS for key, value in tiny.convs[name].state_dict().items()}
    del weights["conv5_4.bias"]
    with pytest.raises(WeightsError, match=r"conv5_4\.bias"):
        Encoder(weights, (0, 0, 0), (1, 1, 1))
