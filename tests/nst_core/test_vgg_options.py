"""The encoder's options: average or max pooling, and the padding of conv1_1."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from nst_core.images import load_picture, resize, to_tensor
from nst_core.plan import fit
from nst_core.vgg import AVERAGE_POOL_SCALE


def random_picture(height: int, width: int) -> Tensor:
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("file", ["summer_palace.jpg", "chelsea.jpg", "astronaut.jpg"])
def test_average_pooling_keeps_the_size_of_the_real_networks_deep_features(oxford, file) -> None:
    photo = load_picture(Path(__file__).parents[2] / "assets/photos" / file)
    picture = to_tensor(resize(photo, *fit(*photo.size, 128)))
    layers = ["relu4_2", "relu5_1"]
    largest, average = (oxford(picture, layers, pooling=pooling) for pooling in ("max", "average"))
    for name in layers:
        assert 0.6 < (average[name].norm() / largest[name].norm()).item() < 1.6


def test_average_pooling_is_the_mean_of_four_rescaled(tiny) -> None:
    features = tiny(random_picture(21, 34), ["relu1_2", "pool1"], pooling="average")
    means = features["relu1_2"][..., :20, :].unfold(2, 2, 2).unfold(3, 2, 2).mean((-1, -2))
    torch.testing.assert_close(features["pool1"], AVERAGE_POOL_SCALE * means)


def test_max_pooling_is_the_largest_of_four(tiny) -> None:
    features = tiny(random_picture(21, 34), ["relu1_2", "pool1"])
    largest = features["relu1_2"][..., :20, :].unfold(2, 2, 2).unfold(3, 2, 2).amax((-1, -2))
    assert torch.equal(features["pool1"], largest)


def test_replicate_padding_keeps_a_flat_picture_flat_up_to_its_rim(tiny) -> None:
    flat = torch.tensor([0.9, 0.2, 0.4]).reshape(1, 3, 1, 1).expand(1, 3, 7, 10)
    framed = tiny(flat, ["conv1_1"])["conv1_1"]
    replicated = tiny(flat, ["conv1_1"], padding="replicate")["conv1_1"]
    torch.testing.assert_close(replicated, replicated[..., :1, :1].expand_as(replicated))
    assert not torch.allclose(framed[..., 0, 0], framed[..., 3, 5])
    torch.testing.assert_close(framed[..., 1:-1, 1:-1], replicated[..., 1:-1, 1:-1])
