"""The words of the page, and that they cover what the core declares."""

import pytest
import torch

from demo import status_line, text
from demo.compute.limits import Limits
from demo.paint import html, setting_text, setting_widgets
from nst_core.settings import FIELDS, Settings
from nst_core.transfer import Step


def test_every_setting_has_one_place_on_the_page():
    folded = [name for names in setting_text.GROUPS.values() for name in names]
    places = [*setting_text.LOOK, *setting_text.MIXING, *folded]
    assert sorted(places) == sorted(FIELDS)


def test_every_choice_has_words():
    declared = {name: set(field.metadata["choices"]) for name, field in FIELDS.items() if "choices" in field.metadata}
    assert {name: set(words) for name, words in setting_text.CHOICES.items()} == declared


def test_the_articles_symbols_stand_beside_the_weights():
    weights = ("content_weight", "style_weight", "tv_weight")
    assert [setting_text.label(name)[-1] for name in weights] == ["α", "β", "γ"]


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


def test_a_waiting_visitor_reads_the_place_and_when_the_turn_comes():
    words = "Another picture is being painted. You are second in the queue; your turn comes in about 40 s."
    assert text.waiting(2, 41.3) == words
    assert "You are number 13 in the queue" in text.waiting(13, 41.3)


def test_the_estimate_counts_those_who_come_before():
    assert (
        text.estimate(24, 1100, 2, 58)
        == "About 25 s, after 2 others (about 1 min), and 1.1 GB of memory on this machine."
    )
    assert "after 1 other (" in text.estimate(24, 1100, 1, 58)
    assert "after" not in text.estimate(24, 1100)


def at_the_end(evaluation: int, elapsed: float, ended: str) -> Step:
    """A run of 120 evaluations that ended after `evaluation` of them."""
    best = torch.zeros(1, 3, 64, 96)
    numbers = {"level": 2, "levels": 2, "width": 96, "height": 64, "evaluations": 120}
    return Step(**numbers, evaluation=evaluation, elapsed=elapsed, done=bool(ended), ended=ended, best=best)


OWN, HOSTS = Settings(max_seconds=20), Settings(max_seconds=60)


@pytest.mark.parametrize(
    "settings, evaluation, elapsed, ended, words",
    [
        (OWN, 120, 19.5, "finished", "Painted in 20 s · 120 evaluations"),
        (OWN, 32, 19.5, "time", "Time limit of 20 s reached after 32 of 120 evaluations"),
        (HOSTS, 32, 59.5, "time", "The host's time limit of 1 min reached after 32 of 120 evaluations"),
        (OWN, 32, 3, "converged", "Painted in 3 s · nothing left to gain after 32 of 120 evaluations"),
        (OWN, 30, 8, "", "Stopped after 8 s and 30 of 120 evaluations"),
    ],
)
def test_the_end_of_a_run_says_why_it_ended(settings, evaluation, elapsed, ended, words):
    line = status_line.finished(at_the_end(evaluation, elapsed, ended), settings, Limits(max_seconds=60))
    assert f"<span>{words} · 96 × 64 px</span>" in line.replace("&#x27;", "'")
    assert f'aria-valuenow="{100 * evaluation / 120:.1f}"' in line
