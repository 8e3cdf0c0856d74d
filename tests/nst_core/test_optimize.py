"""The loop's promises: in the box, downhill, counted, restartable, never a NaN."""

from __future__ import annotations

import math
import pickle

import pytest
import torch

from nst_core import plan
from nst_core.lbfgs import LBFGS, smooth
from nst_core.optimize import OPTIMIZERS, Search, minimize

SHAPE = (1, 3, 5, 7)
WHERE = torch.linspace(-0.5, 1.5, 105).reshape(SHAPE)  # a third of it lies outside the box


def bowl(picture):
    """Lowest at WHERE, with curvatures from 1 to 100."""
    term = (torch.linspace(1, 100, 105).reshape(SHAPE) * (picture - WHERE).square()).sum()
    return 2 * term, {"bowl": term}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_picture_evaluated_stays_in_the_box(optimizer):
    seen = []

    def loss(picture):
        seen.append(picture.detach().clone())
        return bowl(picture)

    list(minimize(loss, torch.full(SHAPE, 0.5), evaluations=60, optimizer=optimizer))
    assert 30 <= len(seen) <= 60  # a search may find that nothing is left to gain
    assert all(picture.min() >= 0 and picture.max() <= 1 for picture in seen)


def test_lbfgs_finds_the_lowest_point_of_the_box():
    last = list(minimize(bowl, torch.full(SHAPE, 0.5), evaluations=120))[-1]
    assert torch.allclose(last.picture, WHERE.clamp(0, 1), atol=1e-3)


def test_of_a_large_picture_half_as_much_is_remembered_and_the_lowest_point_is_found(monkeypatch):
    taken = []
    for large in (math.inf, 1):
        monkeypatch.setattr(plan, "LARGE", large)
        search = Search(LBFGS(torch.full(SHAPE, 0.5)))
        last = list(minimize(bowl, search, evaluations=120))[-1]
        assert torch.allclose(last.picture, WHERE.clamp(0, 1), atol=1e-3), large
        taken.append(len(pickle.dumps(search)))
    most = plan.HISTORY_PAIRS * plan.PAIR_BYTES * SHAPE[-2] * SHAPE[-1]
    assert taken[0] - taken[1] == pytest.approx(most / 2, rel=0.02)


def test_gradient_descent_goes_downhill_slowly_and_against_the_gradient():
    start = torch.full(SHAPE, 0.5)
    found = list(minimize(bowl, start, evaluations=300, optimizer="gradient"))
    first = next(f for f in found if f.total < found[0].total)
    moved, against = first.picture - start, -found[0].gradient
    inside = (first.picture > 0) & (first.picture < 1)
    rate = moved[inside].norm() / against[inside].norm()
    assert inside.sum() > 50 and torch.allclose(moved[inside], rate * against[inside], atol=1e-5)
    lowest = float(bowl(WHERE.clamp(0, 1))[0])
    assert found[-1].total == pytest.approx(lowest, rel=1e-3)
    assert list(minimize(bowl, start, evaluations=15))[-1].total < found[14].total


def test_adam_comes_near_the_lowest_point_of_the_box():
    last = list(minimize(bowl, torch.full(SHAPE, 0.5), evaluations=300, optimizer="adam"))[-1]
    assert torch.allclose(last.picture, WHERE.clamp(0, 1), atol=0.05)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_total_never_rises_and_the_terms_belong_to_the_picture(optimizer):
    found = list(minimize(bowl, torch.rand(SHAPE), evaluations=50, optimizer=optimizer))
    totals = [f.total for f in found]
    assert totals == sorted(totals, reverse=True) and totals[-1] < totals[0] / 2
    for f in found[::10]:
        total, terms = bowl(f.picture)
        assert f.total == pytest.approx(float(total)) and f.terms == {"bowl": pytest.approx(float(terms["bowl"]))}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_evaluations_are_counted_and_never_overshot(optimizer):
    calls = 0

    def loss(picture):
        nonlocal calls
        calls += 1
        return bowl(picture)

    for asked in (1, 2, 17):
        calls = 0
        assert len(list(minimize(loss, torch.rand(SHAPE), evaluations=asked, optimizer=optimizer))) == asked == calls


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("scale", [1e-12, 1e12])
def test_the_way_down_does_not_depend_on_the_scale_of_the_loss(optimizer, scale):
    def scaled(picture):
        total, terms = bowl(picture)
        return scale * total, {name: scale * term for name, term in terms.items()}

    start = torch.full(SHAPE, 0.5)
    plain = list(minimize(bowl, start, evaluations=20, optimizer=optimizer))[-1].total
    found = list(minimize(scaled, start, evaluations=20, optimizer=optimizer))[-1].total
    assert found / scale == pytest.approx(plain, rel=0.02)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_loss_with_holes_and_cliffs_is_still_brought_down(optimizer):
    """Now and then an evaluation answers NaN or a blown-up number: the run carries on from the best picture."""
    calls = 0

    def loss(picture):
        nonlocal calls
        calls += 1
        total, terms = bowl(picture)
        factor = math.nan if calls % 31 == 0 else 1e20 if calls % 17 == 0 else 1.0
        return factor * total, terms

    found = list(minimize(loss, torch.full(SHAPE, 0.5), evaluations=100, optimizer=optimizer))
    assert all(math.isfinite(f.total) and bool(torch.isfinite(f.picture).all()) for f in found)
    lowest = float(bowl(WHERE.clamp(0, 1))[0])
    assert found[-1].total - lowest < 0.1 * (found[0].total - lowest)


def test_a_start_that_cannot_be_improved_ends_the_run_early():
    def flat(picture):
        return (picture * 0).sum(), {}

    assert len(list(minimize(flat, torch.rand(SHAPE), evaluations=30))) == 1


def test_the_start_is_left_as_it_was_and_no_graph_leaks_to_the_consumer():
    start = torch.rand(SHAPE)
    before = start.clone()
    for found in minimize(bowl, start, evaluations=3):
        assert torch.is_grad_enabled() and not found.picture.requires_grad
    assert torch.equal(start, before)


def test_smoothing_is_symmetric_positive_and_favours_low_frequencies():
    a, b = torch.rand(SHAPE), torch.rand(SHAPE)
    assert (smooth(a) * b).sum() == pytest.approx(float((a * smooth(b)).sum()), rel=1e-4)
    assert (smooth(a - 0.5) * (a - 0.5)).sum() > 0
    assert torch.allclose(smooth(torch.ones(SHAPE)), torch.ones(SHAPE), atol=1e-5)
    checker = (torch.arange(8)[:, None] + torch.arange(8)).remainder(2).float().expand(1, 3, 8, 8) - 0.5
    assert smooth(checker).abs().max() < 0.3 * checker.abs().max()
