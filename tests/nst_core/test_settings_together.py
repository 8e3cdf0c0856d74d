"""`Settings` that depend on one another, cannot be changed, and go to JSON and back."""

import dataclasses
import json
import math

import pytest

from nst_core.errors import LayerError, NSTError, SettingError
from nst_core.settings import FIELDS, Settings


def test_the_layers_of_coarser_levels_keep_the_others_weights() -> None:
    settings = Settings(style_layer_weights="5,4,3,2,1", coarse_only_layers="relu5_1,relu2_1,relu3_2")
    assert settings.at_level(1, 2) == settings
    last = settings.at_level(2, 2)
    assert last.style_layers == ("relu1_1", "relu3_1", "relu4_1")
    assert last.style_layer_weights == (5, 3, 2)


def test_the_last_level_keeps_a_style_layer() -> None:
    for layers in ({"style_layers": "relu5_1"}, {"style_layers": "relu4_1,relu5_1", "style_layer_weights": "0,1"}):
        assert Settings(**layers).at_level(2, 2) == Settings(**layers)


def test_no_layer_at_all_needs_its_weight_to_be_zero() -> None:
    with pytest.raises(SettingError, match="No style layer is chosen"):
        Settings(style_layers=[])
    with pytest.raises(SettingError, match="No content layer is chosen"):
        Settings(content_layers="")
    assert Settings(style_layers=[], style_weight=0).style_layers == ()
    assert Settings(content_layers=[], content_weight=0).content_layers == ()


def test_two_weights_of_zero_leave_nothing_to_paint() -> None:
    with pytest.raises(SettingError, match="both 0"):
        Settings(content_weight=0, style_weight=0, tv_weight=1)
    assert Settings(content_weight=0).content_weight == 0
    assert Settings(style_weight=0).style_weight == 0, "zero is a weight, not a missing one"


def test_style_layer_weights_are_one_number_a_layer() -> None:
    layers = ["relu1_1", "relu3_1"]
    assert Settings(style_layers=layers, style_layer_weights="0.5, 2").style_layer_weights == (0.5, 2.0)
    assert Settings(style_layers=layers, style_layer_weights=[1e-6, 1e6]).style_layer_weights == (1e-6, 1e6)
    with pytest.raises(SettingError, match="3 numbers for 2 style layers"):
        Settings(style_layers=layers, style_layer_weights=[1, 2, 3])
    for wrong in (-1, math.nan, math.inf, "heavy", None, True, 2e6):
        with pytest.raises(SettingError, match="style_layer_weights must be"):
            Settings(style_layers=layers, style_layer_weights=[1, wrong])


def test_a_style_layer_of_weight_0_is_left_out() -> None:
    settings = Settings(style_layer_weights="1,0,3,0,0.5")
    assert settings.style_used == ("relu1_1", "relu3_1", "relu5_1") and settings.style_used_weights == (1, 3, 0.5)
    assert settings.layers_used == ("relu4_2", "relu1_1", "relu3_1", "relu5_1")
    assert Settings().style_used == Settings().style_layers and Settings().style_used_weights == ()
    with pytest.raises(SettingError, match="style_layer_weights are all 0"):
        Settings(style_layer_weights=[0] * 5)
    assert Settings(style_layer_weights=[0] * 5, style_weight=0).style_used == ()


def test_mix_is_one_number_a_painting() -> None:
    assert Settings().shares(1) == (1.0,) and Settings().shares(4) == (0.25,) * 4
    assert Settings(mix="1,0,3").shares(3) == (0.25, 0, 0.75)
    with pytest.raises(SettingError, match="3 numbers for 2 paintings"):
        Settings(mix=[1, 2, 3]).shares(2)
    with pytest.raises(SettingError, match="mix are all 0"):
        Settings(mix=[0, 0])


def test_one_stop_of_strength_doubles_the_style_weight_of_every_objective() -> None:
    for objective, weight in (("balanced", 30), ("gatys", 1000), ("johnson", 20)):
        weights = [Settings(objective=objective, strength=s).style_weight_used for s in (-1, 0, 0.5, 3)]
        assert weights == pytest.approx([weight / 2, weight, weight * 2**0.5, weight * 8])
    assert Settings(style_weight=0, strength=3).style_weight_used == 0


def test_settings_cannot_be_changed_only_replaced() -> None:
    settings = Settings()
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.size = 100  # type: ignore[misc]
    assert dataclasses.replace(settings, size=100).size == 100
    with pytest.raises(SettingError):
        dataclasses.replace(settings, size=10)
    assert hash(settings) == hash(Settings())


UNUSUAL = Settings(
    size=300,
    init="noise",
    objective="gatys",
    content_weight=0.25,
    tv_weight=1e-3,
    content_layers=["conv3_1", "relu4_2"],
    style_layers=["pool1", "relu3_1"],
    style_layer_weights=[0.1, 3],
    pooling="average",
    padding="zeros",
    precision="bfloat16",
    levels=1,
    evaluations=17,
    optimizer="adam",
    seed=2**31 - 1,
    max_seconds=2.5,
    style_scale=2,
    strength=-0.5,
    colors="luminance",
    mix=[2, 0],
    coarse_only_layers=["relu3_1"],
    gram_changes=["relu3_1:3-5x0", "pool1:0:2x2.5"],
)


@pytest.mark.parametrize("settings", [Settings(), UNUSUAL], ids=["defaults", "nothing default"])
def test_json_there_and_back_is_the_same_settings(settings: Settings) -> None:
    assert Settings.from_dict(json.loads(json.dumps(settings.to_dict()))) == settings
    assert json.loads(json.dumps(settings.to_dict())) == settings.to_dict()
    assert list(settings.to_dict()) == list(FIELDS)


def test_the_unusual_settings_differ_from_the_defaults_in_every_field() -> None:
    assert all(getattr(UNUSUAL, name) != getattr(Settings(), name) for name in FIELDS)


def test_missing_settings_take_their_defaults() -> None:
    assert Settings.from_dict({"size": 100}) == Settings(size=100)


def test_an_unknown_setting_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SettingError, match=r"no setting 'style_wieght'.*size, init.*style_weight"):
        Settings.from_dict({"size": 100, "style_wieght": 3})
    with pytest.raises(SettingError) as error:
        Settings.from_dict({"x" * 10_000: 1, 3: 4})
    assert len(str(error.value)) < 350


def test_every_refusal_is_one_of_ours() -> None:
    assert issubclass(SettingError, NSTError) and issubclass(LayerError, NSTError) and issubclass(NSTError, ValueError)
