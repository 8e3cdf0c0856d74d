"""The words of the page, and that they cover what the core declares."""

import pytest

from demo import status_line, text
from demo.paint import html, setting_text, setting_widgets
from nst_core.settings import FIELDS, Settings


def test_every_setting_has_one_place_on_the_page():
    places = [*setting_text.ALWAYS_SHOWN, *(name for names in setting_text.GROUPS.values() for name in names)]
    assert sorted(places) == sorted(FIELDS)


def test_every_choice_has_words():
    declared = {name: set(field.metadata["choices"]) for name, field in FIELDS.items() if "choices" in field.metadata}
    assert {name: set(words) for name, words in setting_text.CHOICES.items()} == declared


def test_the_articles_symbols_stand_beside_the_weights():
    assert [setting_text.label(name)[-1] for name in setting_text.ALWAYS_SHOWN] == ["α", "β", "γ"]


def test_the_presets_are_named_by_their_size():
    assert text.PRESETS.keys() == setting_widgets.PRESETS.keys()
    assert setting_widgets.presets()[1] == ("Standard · 512 px", "standard")
    assert setting_widgets.preset_of(Settings().size) == "standard"
    assert setting_widgets.preset_of(300) is None


def test_widget_values_and_settings_translate_both_ways():
    settings = Settings(style_layers=("relu1_1", "relu2_1"), style_layer_weights=(1, 0.25), objective="johnson")
    assert Settings.from_dict(dict(zip(FIELDS, setting_widgets.shown(settings), strict=True))) == settings


@pytest.mark.parametrize(
    "seconds, words",
    [(0.2, "1 s"), (14, "14 s"), (59.5, "1 min"), (130, "2 min 10 s"), (3600, "1 h 0 min"), (4000, "1 h 6 min")],
)
def test_durations(seconds, words):
    assert text.duration(seconds) == words


@pytest.mark.parametrize("seconds, rounded", [(0.3, 1), (7.6, 8), (43, 45), (100, 90), (1000, 990), (5000, 5100)])
def test_estimates_are_rounded(seconds, rounded):
    assert text.rounded(seconds) == rounded


def test_memory_in_words():
    assert [text.memory(megabytes) for megabytes in (848, 1240, 6882)] == ["850 MB", "1.2 GB", "6.9 GB"]


def test_words_from_elsewhere_cannot_bring_markup():
    assert "<script>" not in status_line.status("<script>alert(1)</script>")
    assert "<img" not in html.recipe(Settings(), "<img src=x>")


def test_how_it_works_points_at_what_is_on_the_page():
    page = " ".join(text.HOW)
    assert setting_text.label("init") in page and text.MORE in page
    assert all(f'class="key {kind}"' in page for kind in ("content", "style", "total"))
