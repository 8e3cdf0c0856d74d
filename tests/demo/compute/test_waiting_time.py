"""How long a run must wait for its turn."""

import math

from demo.compute.waiting_time import WaitingTime
from demo.compute.worker import Worker
from nst_core.settings import Settings


def test_the_next_waits_for_the_run_under_way_and_each_further_one_for_a_usual_run_more():
    now = [0.0]
    waiting = WaitingTime(jobs=1, clock=lambda: now[0])
    assert waiting.seconds(0) == 0
    for length in (10, 30):
        waiting.ended("earlier", length)
    waiting.update("now", 15)
    waiting.update("now", math.nan)  # not known: the earlier value holds
    assert waiting.seconds(0) == 15 and waiting.seconds(2) == 15 + 2 * 20
    now[0] = 5
    assert waiting.seconds(0) == 10
    now[0] = 60
    assert waiting.seconds(0) == 0  # late, and never negative
    waiting.ended("now", 50)
    assert waiting.seconds(1) == 30  # the mean of three


def test_with_two_jobs_the_next_waits_for_the_shorter_run_and_not_at_all_when_one_is_free():
    waiting = WaitingTime(jobs=2, clock=lambda: 0.0)
    waiting.update("one", 40)
    assert waiting.seconds(0) == 0
    waiting.update("other", 10)
    assert waiting.seconds(0) == 10
    assert waiting.seconds(1) == 10 + 40 / 2  # no run has ended yet: the longer one counts as usual


def test_a_run_that_painted_nothing_is_not_a_usual_run():
    waiting = WaitingTime(jobs=1)
    waiting.ended("cancelled", 0)
    waiting.ended("painted", 8)
    assert waiting.seconds(1) == 8


def test_the_worker_knows_how_long_its_run_needs_and_forgets_it_at_the_end(tiny, photo, painting):
    worker = Worker(tiny)
    steps = worker.steps(photo, painting, Settings(size=64, evaluations=20, levels=1))
    next(steps)
    before_the_first = worker.waiting_time.seconds(0)
    for _ in range(10):
        next(steps)
    assert worker.waiting_time.seconds(0) > 0
    assert before_the_first > 0
    steps.close()
    assert worker.waiting_time.seconds(0) == 0
