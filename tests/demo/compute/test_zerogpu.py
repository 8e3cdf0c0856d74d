"""ZeroGPU without its cards: a stand-in for the package `spaces` sends everything through pickle, as its processes do."""

import importlib.util
import pickle
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
import torch

from demo.compute import speed, zerogpu
from demo.compute import worker as module
from demo.compute.cost import Pace
from demo.compute.worker import Worker
from demo.paint import paint_actions as actions
from demo.paint import updates
from nst_core import weights
from nst_core.settings import Settings

SETTINGS = Settings(size=64, evaluations=12, seed=3, init="noise")


def there_and_back(value):
    return pickle.loads(pickle.dumps(value))


class Spaces(ModuleType):
    """`granted` collects the seconds that were asked for, `sent` what came back."""

    def __init__(self, zero_gpu: bool) -> None:
        """On a Space with shared cards, or elsewhere."""
        super().__init__("spaces")
        self.config = SimpleNamespace(Config=SimpleNamespace(zero_gpu=zero_gpu))
        self.granted, self.sent = [], []

    def GPU(self, duration):
        def decorate(work):
            def on_a_card(*arguments):
                self.granted.append(duration(*arguments))
                for result in work(*there_and_back(arguments)):
                    self.sent.append(there_and_back(result))
                    yield self.sent[-1]

            return on_a_card

        return decorate


def views(worker, photo, painting) -> list:
    """All that the page would show of a run, the last included; a preview after every evaluation."""
    hours = iter(range(10_000))
    shown = actions.paint(worker, photo, [painting], SETTINGS, actions.PaintSession(), clock=lambda: float(next(hours)))
    return [view for view in shown if view is not None]


def test_without_the_package_a_run_is_the_function_itself(monkeypatch):
    monkeypatch.setattr(zerogpu, "spaces", None)
    assert zerogpu.on_gpu(views, len) is views


def test_a_run_that_went_through_other_processes_streams_and_ends_with_the_same_picture(
    tiny, photo, painting, monkeypatch
):
    plain = views(Worker(tiny), photo, painting)
    spaces = Spaces(zero_gpu=False)
    monkeypatch.setattr(zerogpu, "spaces", spaces)
    shown = views(Worker(tiny), photo, painting)
    assert len(shown) == len(plain) == len(spaces.sent) > SETTINGS.evaluations
    assert [view.step.total for view in shown[1:]] == [view.step.total for view in plain[1:]]
    assert isinstance(shown[-1], updates.Finished) and shown[-1].step.done
    assert shown[-1].picture.tobytes() == plain[-1].picture.tobytes()


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_it_comes_back_once_with_what_it_has_learned_and_goes_on_with_that(
    tiny, photo, painting, optimizer, monkeypatch
):
    settings = replace(SETTINGS, optimizer=optimizer, levels=1)
    *_, whole = Worker(tiny).steps(photo, painting, settings)
    spaces = Spaces(zero_gpu=False)
    monkeypatch.setattr(zerogpu, "spaces", spaces)
    worker, part, more = Worker(tiny), replace(settings, evaluations=7), replace(settings, evaluations=5)
    *_, last = worker.steps(photo, painting, part)
    assert [step.memory is None for step in spaces.sent] == [True] * 8 + [False]
    *_, last = worker.steps(photo, painting, more, init=last.picture(), memory=last.memory)
    assert torch.equal(last.best, whole.best)


def test_a_run_that_nobody_looks_at_any_more_ends_there_too(tiny, photo, painting, monkeypatch):
    spaces = Spaces(zero_gpu=False)
    monkeypatch.setattr(zerogpu, "spaces", spaces)
    steps = Worker(tiny).steps(photo, painting, SETTINGS)
    next(steps)
    steps.close()
    assert len(spaces.sent) == 1


def test_a_run_asks_for_a_card_for_its_estimate_and_some_more(tiny, photo, painting, monkeypatch):
    spaces = Spaces(zero_gpu=False)
    monkeypatch.setattr(zerogpu, "spaces", spaces)
    worker = Worker(tiny)
    monkeypatch.setattr(speed, "measured_pace", lambda _: Pace(0.0, 1e-9))
    seconds = worker.estimate(SETTINGS, *photo.size).seconds
    next(worker.steps(photo, painting, SETTINGS))
    assert spaces.granted == [round(zerogpu.START + 1.5 * seconds)]


@pytest.mark.parametrize("estimate, asked", [(0, 10), (20, 40), (1000, 120), (float("inf"), 120)])
def test_a_card_is_asked_for_in_whole_seconds_and_never_for_too_long(monkeypatch, estimate, asked):
    spaces = Spaces(zero_gpu=False)
    monkeypatch.setattr(zerogpu, "spaces", spaces)
    list(zerogpu.on_gpu(lambda _: [1], lambda _: estimate)("photo"))
    assert spaces.granted == [asked]


@pytest.fixture
def loaded(monkeypatch):
    """loaded(spaces): demo/compute/zerogpu.py, imported where `import spaces` gives `spaces` (None: raises)."""

    def load(spaces: Spaces | None) -> ModuleType:
        monkeypatch.setitem(sys.modules, "spaces", spaces)
        about = importlib.util.spec_from_file_location("demo.compute.zerogpu_again", Path(zerogpu.__file__))
        module = importlib.util.module_from_spec(about)
        about.loader.exec_module(module)
        return module

    return load


def test_only_a_space_with_shared_cards_is_one(loaded):
    assert loaded(None).ACTIVE is False
    assert loaded(Spaces(zero_gpu=False)).ACTIVE is False
    assert loaded(Spaces(zero_gpu=True)).ACTIVE is True


def test_there_the_network_waits_on_the_processor_and_the_speed_is_a_guess(tiny, monkeypatch):
    monkeypatch.setattr(zerogpu, "ACTIVE", True)
    devices = []
    monkeypatch.setattr(weights, "load_encoder", lambda source, device, norm: devices.append(device) or tiny)
    worker = Worker()
    assert worker.encoder is tiny and devices == ["cpu"]
    assert worker.pace("auto") == Pace(0.0, 1 / zerogpu.SPEED)
    assert worker.estimate(Settings(), 600, 420).seconds < 10


def test_a_run_there_ends_before_its_card_is_taken_away(photo, painting, monkeypatch):
    given = []
    monkeypatch.setattr(zerogpu, "ACTIVE", True)
    monkeypatch.setattr(module, "transfer", lambda *arguments, **_: given.append(arguments) or [])
    worker = Worker(SimpleNamespace(to=lambda device: f"on {device}", device="cpu"))
    for evaluations in (60, 10_000):
        settings = worker.limits.bounded(Settings(size=768, evaluations=evaluations))
        assert list(worker.steps(photo, painting, settings)) == []
        _, _, bounded, encoder, *_ = given[-1]
        granted = zerogpu.granted(worker.estimate(settings, *photo.size).seconds)
        assert encoder == "on cuda" and bounded.max_seconds == granted - zerogpu.START
    assert granted == zerogpu.LONGEST
