"""Pictures made to excite channels: they do, they differ, and the spectrum is what it says. On a tiny encoder."""

from itertools import count

import numpy as np
import pytest
import torch

from nst_core.errors import LayerError
from nst_core.explore import direction_at, excite
from nst_core.explore.excite import Spectrum, _likeness

SMALL = {"size": 32, "evaluations": 10}


def mean_response(encoder, layer: str, pictures: torch.Tensor, channel: int) -> list[float]:
    return encoder(pictures, [layer])[layer][:, channel].mean(dim=(1, 2)).tolist()


@pytest.mark.parametrize(
    ("layer", "conv", "channel"), [("relu1_1", "conv1_1", 2), ("relu3_2", "conv3_2", 2), ("pool2", "conv2_2", 3)]
)
def test_the_channel_responds_more_and_more(tiny, layer, conv, channel) -> None:
    steps = list(excite(tiny, layer, {channel: 1.0}, count=1, **SMALL, clock=count().__next__))
    assert [step.evaluation for step in steps] == list(range(11)) and steps[0].evaluations == 10
    first, last = (mean_response(tiny, conv, steps[n].batch.to(tiny.device), channel) for n in (0, -1))
    assert last[0] > first[0] and last[0] == pytest.approx(steps[-1].values[0], rel=0.5)
    assert [picture.size for picture in steps[-1].pictures()] == [(32, 32)]
    # Of ten evaluations the first seven are at half the size.
    assert steps[8].remaining == pytest.approx(steps[8].elapsed * 2 / (7 / 4 + 1)) and np.isnan(steps[0].remaining)


def test_a_pair_and_a_direction_excite_all_their_channels_and_a_negative_weight_the_opposite(tiny) -> None:
    def end(weights: dict[int, float]) -> torch.Tensor:
        *_, last = excite(tiny, "relu2_1", weights, count=1, **SMALL)
        return last.batch.to(tiny.device)

    pair, against = end({0: 1.0, 3: 1.0}), end({0: -1.0})
    start = next(excite(tiny, "relu2_1", {0: 1.0}, count=1, **SMALL)).batch.to(tiny.device)
    both = [sum(mean_response(tiny, "conv2_1", pictures, n)[0] for n in (0, 3)) for pictures in (start, pair)]
    assert both[1] > both[0]
    assert mean_response(tiny, "conv2_1", against, 0)[0] < mean_response(tiny, "conv2_1", start, 0)[0]


def test_the_same_seed_gives_the_same_pictures_and_another_seed_others(tiny) -> None:
    ends = [list(excite(tiny, "relu1_2", {1: 1.0}, seed=seed, **SMALL))[-1].batch for seed in (0, 0, 7)]
    assert torch.equal(ends[0], ends[1]) and not torch.equal(ends[0], ends[2])
    assert not torch.equal(ends[0][0], ends[0][1])


def test_what_is_no_channel_is_refused(tiny) -> None:
    for layer, weights in (("relu1_1", {64: 1.0}), ("relu1_1", {}), ("relu9_1", {0: 1.0})):
        with pytest.raises(LayerError):
            next(excite(tiny, layer, weights))


def test_at_half_the_size_the_picture_is_the_same_without_its_fine_detail() -> None:
    spectrum = Spectrum(1, 32, torch.Generator().manual_seed(0), torch.device("cpu"))
    with torch.no_grad():
        spectrum.coefficients.zero_()
        spectrum.coefficients[0, 0, 1, 2, 0] = 1  # one wave: once down, twice across
        whole, half = spectrum.pictures(32), spectrum.pictures(16)
        assert torch.allclose(whole[..., ::2, ::2], half, atol=1e-5) and whole.std() > 0.01
        spectrum.coefficients.zero_()
        spectrum.coefficients[0, 0, 12, 2, 0] = 5  # too short for 16 pixels
        assert spectrum.pictures(16).std() < 1e-6 < spectrum.pictures(32).std()


def test_likeness_adds_up_the_cosines_of_every_two_pictures() -> None:
    features = torch.zeros(3, 2, 1, 2)
    features[0, 0], features[1, 0], features[2, 1] = 1, 3, 2  # Gram matrices in one direction, and one across it
    assert _likeness(features).item() == pytest.approx(1)


def test_a_direction_is_what_sets_a_place_apart() -> None:
    features = np.zeros((3, 2, 2), np.float32)
    features[0], features[1, 1, 0], features[2, 0, 0] = 5, 8, 1
    found = direction_at(features, 1, 0)
    length = np.hypot(6, 0.25)
    assert found == pytest.approx({0: 0, 1: 6 / length, 2: -0.25 / length})
    assert direction_at(np.ones((3, 2, 2), np.float32), 0, 1) == {}
