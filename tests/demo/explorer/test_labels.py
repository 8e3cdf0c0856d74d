"""What the explorer says of its numbers is true of these numbers."""

import re
from itertools import product

import pytest

from demo.examples import PAIRS
from demo.explorer import labels, svg_charts
from demo.explorer.view_state import CHOICES, SLOTS, VIEWS, ViewState
from nst_core.explore import lesson, look, perturbed
from nst_core.explore.lesson import CHANGES
from nst_core.images import load_picture

LEVELS = (0.0, 0.0001, 0.1, 0.19, 0.4, 0.6, 3.0)


def judged(change: str, content: dict[str, float], style: dict[str, float]) -> str:
    """The sentence about the needles, after its claims have been held against them."""
    said = labels.lesson(change, content, style)
    deep = max(style, key=lambda layer: (layer[-3], layer[-1]))
    early = [value for layer, value in style.items() if layer != deep] or list(style.values())
    if "Content is wrecked" in said:
        assert max(content.values()) > 0.5 and max(early) < 0.2 and change != "grey"
    if "last style layer notices most" in said:
        assert style[deep] == max(style.values()) > max(early)
    if "Style notices more" in said:
        assert max(style.values()) > max(content.values())
    if "colours are gone" in said:
        assert change == "grey"
    if "Neither needle" in said:
        assert max([*content.values(), *style.values()]) < 0.001
    if "Content notices more" in said:
        assert max(content.values()) > max(style.values())
    if "Both needles" in said:
        assert max(content.values()) > 0 and max(style.values()) > 0
    assert labels.CHANGES[change] in said
    return said


@pytest.mark.parametrize("change", CHANGES)
def test_the_sentence_about_the_needles_is_true_whatever_they_say(change):
    said = set()
    for content, first, last in product(LEVELS, repeat=3):
        for style in ({"relu1_1": first, "relu4_1": last}, {"relu4_1": last, "relu1_1": first}, {"relu2_1": first}):
            said.add(judged(change, {"relu4_2": content}, style))
    assert len(said) >= 4


def test_at_the_real_network_moving_wrecks_content_and_grey_is_for_style(oxford):
    original = look(load_picture(PAIRS[0].photo), oxford, 256)
    said = {}
    for change, amount in (("shift", 16), ("mirror", None), ("grey", None), ("shuffle", 4), ("shuffle", 200)):
        found = lesson(original, perturbed(original.picture, change, amount), oxford)
        said[change, amount] = judged(change, found.content, found.style)
    assert "Content is wrecked" in said["shift", 16] and "Content is wrecked" in said["mirror", None]
    assert "colours are gone" in said["grey", None]
    assert "Style notices more" in said["shuffle", 4]
    assert "Neither needle" in said["shuffle", 200]  # squares larger than the picture


def test_everything_that_can_be_chosen_has_words():
    said = {
        "view": labels.VIEWS,
        "slot": labels.SLOTS,
        "level": labels.LEVELS,
        "sort": labels.SORTS,
        "scale": labels.SCALES,
    }
    said |= {"mode": labels.MODES, "curve": labels.CURVES, "pairs_by": labels.PAIRS_BY_CHOICES}
    said |= {"change": labels.CHANGES, "kind": labels.KINDS}
    assert {name: sorted(named) for name, named in said.items()} == {name: sorted(CHOICES[name]) for name in said}
    assert set(CHOICES) - set(said) == {"layer"}
    assert len(set(labels.VIEWS.values())) == len(VIEWS) and len(set(labels.SLOTS.values())) == len(SLOTS)


@pytest.mark.parametrize(
    ("share", "said"), [(0.994, "99 %"), (0.1, "10 %"), (0.0123, "1.2 %"), (0.00001, "0.001 %"), (0.0, "0 %")]
)
def test_shares_in_words(share, said):
    assert labels.percent(share) == said


@pytest.mark.parametrize(("value", "said"), [(0.0012, "0.001"), (0.0994, "0.099"), (0.9, "0.90"), (12.345, "12.35")])
def test_mismatches_in_words(value, said):
    assert labels.relative(value) == said


def test_the_verdict_on_a_pair_follows_its_correlation():
    readings = {"gram": 5.0, "cosine": 0.9}
    verdicts = {
        r: labels.equation(ViewState(), 5.0, readings | {"correlation": r}, 100)
        for r in (-0.9, -0.11, 0.0, 0.1, 0.11, 1.0)
    }
    for r, said in verdicts.items():
        assert ("avoid each other" in said) == (r < -0.1)
        assert ("more than chance" in said) == (r > 0.1)
        assert f"{r:+.3f}" in said


def test_a_bar_is_as_long_as_its_share_and_a_longer_one_is_marked():
    drawn = svg_charts.bars(
        [svg_charts.Bar(f"<{n}>", value, "x") for n, value in enumerate((0.0, 0.25, 1.0, 7.0))], 1.0
    )
    assert re.findall(r"width:([\d.]+)%", drawn) == ["0.0", "25.0", "100.0", "100.0"]
    assert drawn.count("beyond") == 1 and "<0>" not in drawn and "&lt;0&gt;" in drawn


def test_charts_of_nothing_are_drawn_too():
    assert svg_charts.falling({}, "t") == svg_charts.falling({"photo": [0.0, 0.0]}, "t") == ""
    assert "nan" not in svg_charts.histogram([0, 0], 0.0, 0.0, "t") + svg_charts.histogram([], 0.0, 0.0, "t")
    assert "nan" not in svg_charts.falling({"photo": [1.0]}, "t") + svg_charts.bars(
        [svg_charts.Bar("a", 1.0, "1")], 0.0
    )
