"""What the losses of a run mean, and what their weights do to its result."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nst_core.objective import Objective
from nst_core.plan import plan_levels
from nst_core.settings import Settings
from nst_core.terms import Term
from nst_core.transfer import transfer

SMALL = {"size": 80, "evaluations": 6, "levels": 2}


def run(photo, painting, encoder, **settings):
    return list(transfer(photo, painting, Settings(**{**SMALL, **settings}), encoder))


@pytest.mark.parametrize("objective", ["balanced", "gatys", "johnson"])
@pytest.mark.parametrize("init", ["matched", "content", "noise"])
@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_the_total_falls_far_from_every_start_under_every_objective(tiny, photo, painting, objective, init, optimizer):
    settings = {"objective": objective, "init": init, "optimizer": optimizer, "evaluations": 12, "levels": 1}
    steps = run(photo, painting, tiny, **settings)
    totals = [step.total for step in steps[1:]]
    assert totals == sorted(totals, reverse=True)
    assert totals[-1] < (0.5 if optimizer == "lbfgs" else 0.8) * totals[0]
    assert np.asarray(steps[-1].picture()).std() > 10  # neither a grey field nor a black one


@pytest.mark.parametrize("weights", [(1e9, 1), (1, 1e9), (0, 1e9), (1e-9, 1e-9), (1e9, 0)])
@pytest.mark.parametrize("objective", ["balanced", "gatys", "johnson"])
def test_any_legal_weights_give_finite_losses_and_a_picture(tiny, photo, painting, weights, objective):
    content_weight, style_weight = weights
    steps = run(
        photo,
        painting,
        tiny,
        content_weight=content_weight,
        style_weight=style_weight,
        objective=objective,
        init="noise",
        tv_weight=1e9,
        levels=1,
    )
    assert all(math.isfinite(step.total) for step in steps[1:])
    assert steps[-1].total < 0.5 * steps[1].total


TWENTY = {"levels": 1, "evaluations": 20, "size": 64}


@pytest.fixture(scope="module")
def real(oxford, photo, painting):
    """A run with the real network."""
    return run(photo, painting, oxford, precision="float32", **TWENTY)


def test_half_the_bits_paint_as_well(oxford, photo, painting, real):
    *_, last, done = run(photo, painting, oxford, precision="bfloat16", **TWENTY)
    exact = real[-1]
    assert done.picture().tobytes() != exact.picture().tobytes()
    # What it believes to have reached it has: its picture, evaluated anew with all bits, scores the same.
    whole = Settings(**TWENTY)
    judge = Objective(photo, [painting], whole, plan_levels(whole, *photo.size)[-1], oxford)
    judged = float(judge(last.best)[0])
    assert judged == pytest.approx(last.total, rel=0.01) and judged == pytest.approx(exact.total, rel=0.05)


def test_relative_terms_mean_the_same_under_every_objective(tiny, photo, painting):
    first = {o: run(photo, painting, tiny, objective=o, init="content")[1] for o in ("balanced", "gatys", "johnson")}
    layers = set(first["balanced"].relative)
    assert layers == {Term("content", "relu4_2"), *(Term("style", f"relu{block}_1") for block in range(1, 6))}
    for step in first.values():
        assert step.relative == pytest.approx(first["balanced"].relative, rel=1e-4)
    assert first["balanced"].relative[Term("content", "relu4_2")] == 0  # the photo is its own content
    relu3_1 = Term("style", "relu3_1")
    assert first["gatys"].terms[relu3_1] != pytest.approx(first["johnson"].terms[relu3_1], rel=0.1)


def test_layer_weights_move_the_result_towards_their_layer(tiny, photo, painting):
    def mismatch(weights):
        layers = ("relu1_1", "relu4_1")
        steps = run(photo, painting, tiny, style_layers=layers, style_layer_weights=weights, evaluations=10, levels=1)
        return steps[-1].relative

    early, late = mismatch((1000, 1)), mismatch((1, 1000))
    relu1_1, relu4_1 = Term("style", "relu1_1"), Term("style", "relu4_1")
    assert early[relu1_1] < late[relu1_1] and late[relu4_1] < early[relu4_1]


def test_a_term_of_weight_zero_is_neither_computed_nor_shown(tiny, photo, painting):
    used = []
    hooks = [c.register_forward_hook(lambda *_, name=name: used.append(name)) for name, c in tiny.convs.items()]
    try:
        step = run(photo, painting, tiny, style_weight=0, content_layers="relu2_1", padding="zeros")[-1]
    finally:
        for hook in hooks:
            hook.remove()
    assert set(step.terms) == {Term("content", "relu2_1")} == set(step.relative)
    assert set(used) == {"conv1_1", "conv1_2", "conv2_1"}


def test_total_variation_smooths(tiny, photo, painting):
    runs = (run(photo, painting, tiny, tv_weight=w, evaluations=12, levels=1) for w in (0, 1e4))
    difference = [np.abs(np.diff(np.asarray(steps[-1].picture(), dtype=float), axis=1)).mean() for steps in runs]
    assert difference[1] < 0.8 * difference[0]


def test_the_real_network_paints(real):
    assert real[-1].total < 0.35 * real[1].total
    first, last = real[1].relative, real[-1].relative
    assert all(last[term] < first[term] / 2 for term in first if term.kind == "style")
    assert last[Term("content", "relu4_2")] < 1
