"""Where the network is evaluated: with all processors, in threads that stay or end; all others compute with one."""

import gc
import threading
import weakref
from contextvars import ContextVar
from functools import partial

import pytest
import torch

from demo.compute import evaluation_threads
from demo.compute.evaluation_threads import EvaluationThreads, apart

WHO: ContextVar[str] = ContextVar("WHO", default="nobody")


@pytest.fixture(autouse=True)
def processors(monkeypatch) -> None:
    """Three of them, as many as no test process has."""
    monkeypatch.setattr(evaluation_threads, "_processors", lambda: 3)


def in_a_new_thread(function):
    found = []
    thread = threading.Thread(target=lambda: found.append(function()))
    thread.start()
    thread.join()
    return found[0]


@pytest.mark.parametrize("call", [EvaluationThreads(1).run, apart])
def test_a_thread_of_its_own_has_all_processors_and_every_other_one(call):
    assert call(torch.get_num_threads) == 3
    assert in_a_new_thread(torch.get_num_threads) == torch.get_num_threads() == 1
    assert call(threading.current_thread) is not threading.current_thread()


@pytest.mark.parametrize("call", [EvaluationThreads(1).run, apart])
def test_arguments_results_errors_and_the_callers_context_pass(call):
    assert call(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        call(divmod, 7, 0)
    token = WHO.set("a visitor")
    assert call(WHO.get) == "a visitor"
    WHO.reset(token)


def test_the_same_thread_is_used_again_whoever_calls_and_ends_with_what_it_belongs_to():
    threads = EvaluationThreads(1)
    first = threads.run(threading.current_thread)
    assert in_a_new_thread(partial(threads.run, threading.current_thread)) is first
    del threads
    gc.collect()
    first.join(timeout=30)
    assert not first.is_alive()


def test_of_two_threads_one_works_while_the_other_waits():
    threads, go_on = EvaluationThreads(2), threading.Event()
    waiting = threading.Thread(target=threads.run, args=(go_on.wait,))
    waiting.start()
    assert threads.run(divmod, 7, 2) == (3, 1)
    go_on.set()
    waiting.join()


def test_what_was_computed_is_not_held():
    threads = EvaluationThreads(1)
    made = weakref.ref(threads.run(lambda: torch.zeros(3)))
    threads.run(int)
    assert made() is None


def test_apart_leaves_no_thread_behind():
    used = apart(threading.current_thread)
    assert not used.is_alive()
