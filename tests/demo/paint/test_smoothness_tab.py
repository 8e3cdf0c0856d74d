"""The slider beside the weight of total variation. What it does in a browser: tests/browser/test_page.py."""

from types import SimpleNamespace

from demo.paint.smoothness_tab import LEAST, STEPS
from nst_core.settings import Settings


def test_every_step_is_a_weight_that_can_be_used_and_a_larger_one_than_the_step_before():
    for objective, least in LEAST.items():
        weights = [Settings(objective=objective, tv_weight=least * factor).tv_weight for factor in STEPS.values()]
        assert weights[0] == 0 and sorted(set(weights)) == weights


def test_the_slider_sets_the_weight_and_nothing_else_is_taken_for_one(built):
    pick = built.handler("smoothness", "pick").fn
    assert pick(SimpleNamespace(weight=300)) == 300
    for other in (
        SimpleNamespace(weight="300"),
        SimpleNamespace(weight=[3]),
        SimpleNamespace(weight=True),
        SimpleNamespace(),
    ):
        assert pick(other) == {"__type__": "update"}
