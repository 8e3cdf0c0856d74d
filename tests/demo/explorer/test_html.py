"""What the explorer says of its numbers is true of these numbers."""

from itertools import product
from statistics import mean

import pytest

from demo.examples import PAIRS
from demo.explorer import html, labels
from demo.explorer.view_state import ViewState
from nst_core.explore import lesson, look, perturbed
from nst_core.explore.lesson import CHANGES
from nst_core.images import load_picture

LEVELS = (0.0, 0.0001, 0.1, 0.19, 0.4, 0.6, 3.0)


def judged(change: str, content: dict[str, float], style: dict[str, float]) -> str:
    """The sentence about the mismatches, after its claims have been compared with them."""
    said = html.lesson(change, content, style)
    deep = max(style, key=lambda layer: (layer[-3], layer[-1]))
    early = [value for layer, value in style.items() if layer != deep] or list(style.values())
    if "The content loss is large, the style loss small" in said:
        assert mean(content.values()) > 0.5 and max(early) < 0.2 and change != "grey"
    if "last style layer changes most" in said:
        assert style[deep] == max(style.values()) > max(early)
    if "Style changes more" in said:
        assert mean(style.values()) > mean(content.values())
    if "colours are gone" in said:
        assert change == "grey"
    if "Neither loss" in said:
        assert max([*content.values(), *style.values()]) < 0.001
    if "Content changes more" in said:
        assert mean(content.values()) > mean(style.values())
    if "Both losses" in said:
        assert mean(content.values()) == mean(style.values())
    assert labels.CHANGES[change] in said
    return said


@pytest.mark.parametrize("change", CHANGES)
def test_the_sentence_about_the_mismatches_is_true_whatever_they_are(change):
    said = set()
    for content, first, last in product(LEVELS, repeat=3):
        for style in ({"relu1_1": first, "relu4_1": last}, {"relu4_1": last, "relu1_1": first}, {"relu2_1": first}):
            said.add(judged(change, {"relu4_2": content}, style))
    assert len(said) >= 4


def test_at_the_real_network_moving_changes_content_and_grey_changes_style(oxford):
    original = look(load_picture(PAIRS[2].photo), oxford, 256)
    said = {}
    for change, amount in (("shift", 16), ("mirror", None), ("grey", None), ("shuffle", 4), ("shuffle", 200)):
        found = lesson(original, perturbed(original.picture, change, amount), oxford)
        said[change, amount] = judged(change, found.content, found.style)
    assert all(
        "The content loss is large, the style loss small" in said[key] for key in (("shift", 16), ("mirror", None))
    )
    assert "colours are gone" in said["grey", None]
    assert "Style changes more" in said["shuffle", 4]
    assert "Neither loss" in said["shuffle", 200]  # squares larger than the picture


def test_the_verdict_on_a_pair_follows_its_correlation():
    readings = {"gram": 5.0, "cosine": 0.9}
    verdicts = {
        r: html.equation(ViewState(), 5.0, readings | {"correlation": r}, 100)
        for r in (-0.9, -0.11, 0.0, 0.1, 0.11, 1.0)
    }
    for r, said in verdicts.items():
        assert ("avoid each other" in said) == (r < -0.1)
        assert ("more than by chance" in said) == (r > 0.1)
        assert f"{r:+.3f}" in said
