"""Rebuilding a picture from one layer is a run of `transfer` with one of its two losses."""

import pytest

from nst_core.errors import LayerError, SettingError
from nst_core.explore import KINDS, reconstruction
from nst_core.layers import LAYERS, STYLE_LAYERS
from nst_core.settings import Settings
from nst_core.terms import Term
from nst_core.transfer import transfer


@pytest.mark.parametrize("layer", LAYERS)
def test_content_is_one_layer_and_no_style(layer) -> None:
    settings = reconstruction("content", layer)
    assert (settings.content_weight, settings.style_weight) == (1, 0)
    assert settings.content_layers == (layer,)
    assert settings.tv_weight > 0


@pytest.mark.parametrize(
    ("layer", "layers"),
    [
        ("conv1_1", ["relu1_1"]),  # at least the first
        ("relu1_1", ["relu1_1"]),
        ("conv2_1", ["relu1_1"]),
        ("relu2_1", ["relu1_1", "relu2_1"]),
        ("pool2", ["relu1_1", "relu2_1"]),
        ("relu3_4", ["relu1_1", "relu2_1", "relu3_1"]),
        ("relu4_1", ["relu1_1", "relu2_1", "relu3_1", "relu4_1"]),
        ("relu5_1", [*STYLE_LAYERS]),
        ("pool5", [*STYLE_LAYERS]),
    ],
)
def test_style_is_the_papers_layers_up_to_this_one_and_no_content(layer, layers) -> None:
    settings = reconstruction("style", layer)
    assert (settings.content_weight, settings.style_weight, settings.tv_weight) == (0, 1, 0)
    assert list(settings.style_layers) == layers


@pytest.mark.parametrize("kind", KINDS)
def test_it_begins_with_noise_on_one_level(kind) -> None:
    settings = reconstruction(kind, "relu4_2", size=128, evaluations=7, seed=3)
    assert (settings.init, settings.levels) == ("noise", 1)
    assert (settings.size, settings.evaluations, settings.seed) == (128, 7, 3)
    assert Settings.from_dict(settings.to_dict()) == settings


def test_what_cannot_be_rebuilt_is_an_error() -> None:
    with pytest.raises(LayerError):
        reconstruction("content", "relu42")
    with pytest.raises(SettingError):
        reconstruction("style", "relu1_1", size=5)


@pytest.mark.parametrize("layer", ["relu1_1", "pool2", "conv3_1", "relu4_2"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_few_evaluations_bring_the_picture_nearer(tiny, photo, kind, layer) -> None:
    settings = reconstruction(kind, layer, size=80, evaluations=12)
    steps = list(transfer(photo, photo, settings, tiny))
    totals = [step.total for step in steps[1:]]
    assert totals == sorted(totals, reverse=True) and totals[-1] < 0.7 * totals[0]
    expected = (layer,) if kind == "content" else settings.style_layers
    assert set(steps[-1].terms) - {Term("tv")} == {Term(kind, name) for name in expected}
    assert steps[-1].picture().size == (80, 56)


def test_the_seed_is_the_noise(tiny, photo) -> None:
    first, again, other = (
        next(transfer(photo, photo, reconstruction("content", "relu2_1", size=64, seed=seed), tiny)).picture()
        for seed in (1, 1, 2)
    )
    assert first == again != other
