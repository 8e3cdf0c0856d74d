"""The run of the article, at the real network: from noise comes a picture with the photo's shapes and the style."""

from dataclasses import replace

from nst_core import ARTICLE, transfer
from nst_core.optimize import OPTIMIZERS


def test_all_style_terms_fall_from_noise_by_l_bfgs_the_farthest_and_by_gradient_descent_the_least(
    oxford, photo, painting
):
    totals = {}
    for optimizer in OPTIMIZERS:
        settings = replace(ARTICLE, size=64, evaluations=16, optimizer=optimizer)
        first, *_, last = [step for step in transfer(photo, painting, settings, oxford) if step.evaluation]
        assert all(first.relative[term] > last.relative[term] for term in first.relative if term.kind == "style")
        totals[optimizer] = last.total / first.total
    assert totals["lbfgs"] < totals["adam"] < totals["gradient"] < 0.5
