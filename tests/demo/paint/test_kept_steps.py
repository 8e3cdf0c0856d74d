"""The steps of a run that the explorer follows: few, small, this visit's, and never in the way of the run."""

from dataclasses import replace
from itertools import chain, count, repeat

import pytest

from demo.compute.worker import Worker
from demo.paint import paint_actions as actions
from demo.paint.kept_steps import KeptSteps, followed
from demo.paint.loss_curves import History
from nst_core.explore.steps import MOST, SIDE, steps_to_keep
from nst_core.settings import Settings
from nst_core.step import Step

SMALL = Settings(size=64, evaluations=30, levels=1, init="noise")


def run(tiny, photo, painting, session, settings=SMALL, clock=None):
    """A run of `session`, which yields updates all the time unless told otherwise."""
    return actions.paint(Worker(tiny), photo, [painting], settings, session, clock=clock or count().__next__)


def numbers(kept: KeptSteps) -> list[int]:
    return [step.evaluation for step in kept.steps]


def test_a_run_can_be_followed_while_it_goes_on_and_gone_through_afterwards(tiny, photo, painting):
    session = actions.PaintSession()
    assert followed(session.steps, busy=False).over and not followed(session.steps, busy=False).steps
    views = run(tiny, photo, painting, session)
    planned = steps_to_keep(30)
    for evaluation in range(19):
        assert next(views).step.evaluation == evaluation
        kept = followed(session.steps, busy=True)
        # The newest is there, if only until the next one.
        assert numbers(kept) == sorted({number for number in planned if number <= evaluation} | {evaluation})
        assert not kept.over and kept.compared.painting.size == (85, 96)  # 1.5 times the result
    last = list(views)[-1]
    kept = followed(session.steps, busy=False)
    assert kept.over and numbers(kept) == planned and kept.compared is session.last
    assert kept.steps[-1].picture.tobytes() == last.picture.tobytes()
    assert (kept.steps[-1].width, kept.steps[-1].height) == last.picture.size
    assert kept.history.evaluations == 30 and kept.history.terms


def test_where_a_run_ends_early_its_last_picture_is_the_last_step(tiny, photo, painting):
    session = actions.PaintSession()
    times = chain(repeat(0.0, 19), repeat(1.0))  # no update between the first and the twentieth
    views = run(tiny, photo, painting, session, clock=times.__next__)
    assert [next(views).step.evaluation for _ in range(2)] == [0, 19]
    assert numbers(session.steps) == [number for number in steps_to_keep(30) if number <= 19]
    session.stop = True
    last = list(views)[-1]
    assert numbers(session.steps)[-1] == last.step.evaluation
    assert session.steps.steps[-1].picture.tobytes() == last.picture.tobytes()

    session.stop, earlier = False, session.steps
    views = run(tiny, photo, painting, session)
    next(views)
    views.close()  # the visitor leaves
    assert session.steps is not earlier and session.steps.over and numbers(session.steps) == [0]
    assert not followed(session.steps, busy=True).steps  # another run waits for its turn


def test_another_visit_sees_nothing_of_it(tiny, photo, painting):
    mine, other = actions.PaintSession(), actions.PaintSession()
    views = run(tiny, photo, painting, mine)
    next(views)
    assert mine.steps.steps and other.steps is None and followed(other.steps, busy=True).steps == ()
    views.close()


@pytest.mark.parametrize("evaluations", [40, 10_000])
def test_many_evaluations_of_large_pictures_stay_few_and_small(tiny, evaluations):
    import torch

    kept, settings = KeptSteps(History(Settings()), over=False), {"level": 1, "levels": 1, "width": 420, "height": 300}
    best = torch.rand(1, 3, 300, 420)
    most = 0
    for number in range(0, evaluations + 1, max(1, evaluations // 60)):
        step = Step(**settings, evaluation=number, evaluations=evaluations, best=best)
        kept.add(step, step.picture())
        most = max(most, len(kept.steps))
    for number in steps_to_keep(evaluations):
        kept.add(Step(**settings, evaluation=number, evaluations=evaluations, best=best))
    assert max(most, len(kept.steps)) <= MOST + 1
    assert {step.picture.size for step in kept.steps} == {(SIDE, 183)}
    assert sum(3 * step.picture.width * step.picture.height for step in kept.steps) < 5_000_000


def test_a_step_that_cannot_be_kept_costs_no_picture(tiny, photo, painting, monkeypatch):
    def fail(*_):
        raise MemoryError

    monkeypatch.setattr(KeptSteps, "add", fail)
    session = actions.PaintSession()
    assert list(run(tiny, photo, painting, session, replace(SMALL, evaluations=3)))[-1].picture.size == (64, 45)
    assert session.steps.steps == ()
