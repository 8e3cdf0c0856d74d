"""`Settings`: every bound, every kind of nonsense, and JSON both ways."""

import dataclasses
import math

import pytest

from nst_core.errors import LayerError, SettingError
from nst_core.layers import LAYERS
from nst_core.settings import FIELDS, STYLE_WEIGHTS, Settings

# Written out, so that a bound cannot move unnoticed.
BOUNDS = {
    "size": (64, 8192),
    "content_weight": (0, 1e9),
    "style_weight": (0, 1e9),
    "tv_weight": (0, 1e9),
    "levels": (0, 6),
    "evaluations": (1, 10_000),
    "seed": (0, 2_147_483_647),
    "max_seconds": (0, 86_400),
    "style_scale": (0.25, 4),
    "strength": (-3, 3),
}
WHOLE = ("size", "levels", "evaluations", "seed")
CHOICES = {
    "init": ("matched", "content", "noise"),
    "objective": ("balanced", "gatys", "johnson"),
    "pooling": ("max", "average"),
    "padding": ("replicate", "zeros"),
    "precision": ("auto", "float32", "bfloat16"),
    "optimizer": ("lbfgs", "adam", "gradient"),
    "colors": ("painting", "luminance", "matched"),
}
LISTS = ("content_layers", "style_layers", "style_layer_weights", "mix", "coarse_only_layers", "gram_changes")


def test_these_tests_know_every_field() -> None:
    assert set(FIELDS) == {*BOUNDS, *CHOICES, *LISTS}
    assert list(FIELDS) == [f.name for f in dataclasses.fields(Settings)]


def test_every_field_has_words_for_those_who_set_it() -> None:
    assert all(len(f.metadata["words"]) > 10 for f in FIELDS.values())


@pytest.mark.parametrize("name", BOUNDS)
def test_a_number_is_taken_at_its_bounds_and_refused_beyond(name: str) -> None:
    low, high = BOUNDS[name]
    assert getattr(Settings(**{name: low}), name) == low
    assert getattr(Settings(**{name: high}), name) == high
    step = 1 if name in WHOLE else 1e-6 * max(1, high)
    for beyond in (low - step, high + step, -high - 1):
        with pytest.raises(SettingError, match=rf"^{name} must be between .* and .*, not"):
            Settings(**{name: beyond})


@pytest.mark.parametrize("name", BOUNDS)
@pytest.mark.parametrize(
    "nonsense", [math.nan, math.inf, -math.inf, "nan", "inf", "much", "", True, False, [], {}, b"1", 1j, 10**400]
)
def test_what_is_no_number_is_refused_in_words(name: str, nonsense: object) -> None:
    with pytest.raises(SettingError, match=rf"^{name} must be .*between") as error:
        Settings(**{name: nonsense})
    assert len(str(error.value)) < 150


@pytest.mark.parametrize("name", sorted(set(BOUNDS) - {"style_weight"}))
def test_none_is_no_number(name: str) -> None:
    with pytest.raises(SettingError, match=name):
        Settings(**{name: None})


@pytest.mark.parametrize("name", WHOLE)
def test_whole_numbers_stay_whole(name: str) -> None:
    for given in (65 if name == "size" else 3, "65" if name == "size" else "3", 65.0 if name == "size" else 3.0):
        value = getattr(Settings(**{name: given}), name)
        assert isinstance(value, int) and value == float(given)
    with pytest.raises(SettingError, match=f"{name} must be a whole number"):
        Settings(**{name: 100.5 if name == "size" else 2.5})


def test_the_message_names_the_largest_seed_exactly() -> None:
    with pytest.raises(SettingError, match="between 0 and 2147483647, not -1"):
        Settings(seed=-1)


def test_a_number_in_text_is_a_number() -> None:
    assert Settings(style_weight="2.5e1", tv_weight=" 0.5 ").style_weight == 25.0


@pytest.mark.parametrize("name", CHOICES)
def test_a_choice_is_one_of_its_words(name: str) -> None:
    for word in CHOICES[name]:
        assert getattr(Settings(**{name: word}), name) == word
    assert getattr(Settings(), name) == CHOICES[name][0], "the first is the default"
    for wrong in ("other", "", None, 0, [], CHOICES[name][0].upper(), "x" * 10_000):
        with pytest.raises(SettingError, match=rf"^{name} cannot be .*{', '.join(CHOICES[name])}") as error:
            Settings(**{name: wrong})
        assert len(str(error.value)) < 200


@pytest.mark.parametrize("objective", STYLE_WEIGHTS)
def test_the_style_weight_follows_the_objective_unless_given(objective: str) -> None:
    assert Settings(objective=objective).style_weight == STYLE_WEIGHTS[objective]
    assert Settings(objective=objective, style_weight=7).style_weight == 7
    assert set(STYLE_WEIGHTS) == set(CHOICES["objective"])


@pytest.mark.parametrize("name", ["content_layers", "style_layers"])
def test_layers_come_as_a_list_or_as_text(name: str) -> None:
    for given in (["relu1_1", "pool3"], ("relu1_1", "pool3"), "relu1_1,pool3", " relu1_1, pool3 ", "relu1_1 pool3"):
        assert getattr(Settings(**{name: given}), name) == ("relu1_1", "pool3")
    assert getattr(Settings(**{name: list(LAYERS)}), name) == tuple(LAYERS)


@pytest.mark.parametrize("name", ["content_layers", "style_layers"])
def test_layers_that_cannot_be_are_refused(name: str) -> None:
    with pytest.raises(LayerError, match=rf"^{name}: VGG19 has no layer 'relu42'\. Try relu4_2") as error:
        Settings(**{name: ["relu42"]})
    assert str(error.value).count(". ") == 1 and "\n" not in str(error.value), "what was given, then what to do"
    with pytest.raises(LayerError):
        Settings(**{name: [None]})
    with pytest.raises(SettingError, match=f"{name} names relu1_1 twice"):
        Settings(**{name: "relu1_1 relu2_1 relu1_1"})
    for nonsense in (None, 4, {"relu1_1": 1}, 1.5):
        with pytest.raises(SettingError, match=f"{name} must be a list"):
            Settings(**{name: nonsense})
