"""Where the network is evaluated: with all processors, in threads that stay or end; all others compute with one."""

import threading
import weakref
from contextvars import ContextVar
from functools import partial

import pytest
import torch

from demo.compute import evaluation_threads, speed
from demo.compute.cost import Pace
from demo.compute.evaluation_threads import call_in, in_new_thread, new_threads
from demo.compute.worker import Worker
from demo.explorer import feature_cache
from demo.explorer.feature_cache import FeatureCache
from nst_core import weights
from nst_core.settings import Settings

WHO: ContextVar[str] = ContextVar("WHO", default="nobody")


@pytest.fixture(autouse=True)
def processors(monkeypatch) -> None:
    """Three of them, as many as no test process has."""
    monkeypatch.setattr(evaluation_threads, "_processors", lambda: 3)


def elsewhere(function):
    found = []
    thread = threading.Thread(target=lambda: found.append(function()))
    thread.start()
    thread.join()
    return found[0]


@pytest.mark.parametrize("call", [partial(call_in, new_threads(1)), in_new_thread])
def test_a_thread_of_its_own_has_all_processors_and_every_other_one(call):
    assert call(torch.get_num_threads) == 3
    assert elsewhere(torch.get_num_threads) == torch.get_num_threads() == 1
    assert call(threading.current_thread) is not threading.current_thread()


@pytest.mark.parametrize("call", [partial(call_in, new_threads(1)), in_new_thread])
def test_arguments_results_errors_and_the_callers_context_pass(call):
    assert call(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        call(divmod, 7, 0)
    token = WHO.set("a visitor")
    assert call(WHO.get) == "a visitor"
    WHO.reset(token)


def test_the_thread_that_stays_is_the_same_whoever_calls():
    work = partial(call_in, new_threads(1), threading.current_thread)
    assert elsewhere(work) is work()


def test_what_was_computed_is_not_held():
    threads = new_threads(1)
    made = weakref.ref(call_in(threads, lambda: torch.zeros(3)))
    call_in(threads, int)
    assert made() is None


def test_a_new_thread_leaves_no_thread_behind():
    used = in_new_thread(threading.current_thread)
    assert not used.is_alive()


def test_there_the_network_is_loaded_measured_and_evaluated(tiny, photo, painting, monkeypatch):
    used = {}

    def in_thread(name, value):
        def recorded(*_: object, **__: object):
            used[name] = threading.current_thread()
            return value

        return recorded

    monkeypatch.setattr(weights, "load_encoder", in_thread("load", tiny))
    monkeypatch.setattr(speed, "measured_pace", in_thread("measure", Pace(0.0, 1e-12)))
    worker = Worker()
    made = feature_cache.look(photo, tiny)
    monkeypatch.setattr(feature_cache, "look", in_thread("look", made))
    *_, step = worker.steps(photo, painting, Settings(size=64, evaluations=2), in_thread("evaluate", False))
    assert step.done
    FeatureCache(worker).look_at(photo)
    assert used["measure"] is used["evaluate"] and used["measure"].name.startswith("evaluation")
    assert not used["load"].is_alive() and not used["look"].is_alive()
