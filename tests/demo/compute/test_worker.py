"""The worker that all sessions share."""

import threading
import time

import pytest
import torch

from demo.compute import cost, speed
from demo.compute.cost import Pace
from demo.compute.worker import Worker
from nst_core import memory, weights
from nst_core.errors import WeightsError
from nst_core.layers import CONVS, LAYERS
from nst_core.settings import Settings

PACE = Pace(0.01, 1e-11)
SMALL = Settings(size=64, evaluations=12)


def test_evaluations_of_two_runs_never_overlap(tiny, photo, painting):
    worker = Worker(tiny)
    inside = []
    overlaps = []

    def watch(*_: object) -> None:
        inside.append(1)
        overlaps.append(len(inside) > 1)
        time.sleep(0.005)
        inside.pop()

    handle = tiny.convs["conv1_2"].register_forward_pre_hook(watch)  # once an evaluation
    try:
        runs = [threading.Thread(target=lambda: list(worker.steps(photo, painting, SMALL))) for _ in range(2)]
        for run in runs:
            run.start()
        for run in runs:
            run.join()
    finally:
        handle.remove()
    assert len(overlaps) >= 24
    assert not any(overlaps)


def test_an_interruption_in_the_middle_of_an_evaluation_ends_it(tiny, photo, painting):
    worker, gone, passes = Worker(tiny), [], []
    worker.pace("auto")  # measured by evaluations that cannot be interrupted

    def leave(*_: object) -> None:
        if len(passes) == 3:  # one over the painting, two evaluations
            gone.append(1)

    hooks = [
        tiny.convs["conv3_1"].register_forward_pre_hook(leave),
        tiny.convs["conv5_1"].register_forward_pre_hook(lambda *_: passes.append(1)),
    ]
    try:
        steps = list(worker.steps(photo, painting, SMALL, lambda: bool(gone)))
    finally:
        for hook in hooks:
            hook.remove()
    assert [step.evaluation for step in steps] == [0, 1, 2]
    assert len(passes) == 3


def test_a_larger_picture_takes_longer_and_more_memory(tiny):
    worker = Worker(tiny)
    small, large = (worker.estimate(Settings(size=size), 600, 420) for size in (256, 1024))
    assert small.seconds < large.seconds
    assert small.needed_mb < large.needed_mb
    assert (large.width, large.height) == (1024, 717)


def test_the_time_limit_bounds_the_estimate(tiny):
    estimate = Worker(tiny).estimate(Settings(size=2048, max_seconds=0.5), 600, 420)
    assert estimate.seconds == 0.5


def test_a_real_run_corrects_the_measured_pace_while_it_goes_on(tiny, photo, painting):
    worker = Worker(tiny)
    measured = {precision: worker.pace(precision) for precision in ("float32", "bfloat16")}
    whole = Settings(size=160, evaluations=12, precision="bfloat16")
    for step in worker.steps(photo, painting, whole):
        corrected = worker.pace("bfloat16") != measured["bfloat16"]
        assert corrected == (step.evaluation >= cost.ENOUGH)
    assert worker.pace("float32") == measured["float32"]
    again = worker.estimate(whole, *photo.size)
    assert 0.5 * step.elapsed < again.seconds < 2 * step.elapsed


@pytest.mark.parametrize(
    "settings", [{"size": 96}, {"style_weight": 0, "content_layers": ["relu1_1"]}, {"evaluations": 9}]
)
def test_a_run_that_is_small_shallow_or_short_tells_nothing_of_the_pace(tiny, photo, painting, settings):
    worker = Worker(tiny)
    measured = worker.pace("auto")
    assert list(worker.steps(photo, painting, Settings(**{"size": 160, "evaluations": 12} | settings)))[-1].done
    assert worker.pace("auto") == measured


def test_the_measured_network_computes_as_the_run_will(tiny, monkeypatch):
    seen = []
    monkeypatch.setattr(speed, "measured_pace", lambda e: seen.append(e.convs["conv5_1"].weight.dtype) or PACE)
    Worker(tiny).pace("bfloat16")
    assert seen == [torch.bfloat16]


def test_before_the_first_visitor_the_network_is_there_and_measured(tiny, monkeypatch):
    loads = []
    monkeypatch.setattr(weights, "load_encoder", lambda *_: loads.append(1) or tiny)
    worker = Worker()
    worker.warm_up()
    assert worker.health()["loaded"]
    monkeypatch.setattr(speed, "measured_pace", None)  # nothing is left to measure
    assert worker.estimate(Settings(), 600, 420).seconds > 0
    assert loads == [1]


def test_weights_that_are_missing_at_the_start_are_said_in_the_log(monkeypatch, caplog):
    def load(*_: object):
        raise WeightsError("The file is missing. Install it again.")

    monkeypatch.setattr(weights, "load_encoder", load)
    Worker().warm_up()
    assert "The file is missing. Install it again." in caplog.text


def test_memory_follows_the_measured_sizes():
    """Peaks of the command line with all of L-BFGS's memory: the estimate is never below, nor more than 15 % above."""
    for size, megabytes in ((256, 914), (512, 1444), (1024, 1493), (2048, 2315), (4096, 5955)):
        assert megabytes <= memory.needed_mb(Settings(size=size), size, size * 5 // 8) <= 1.15 * megabytes


def test_a_container_may_leave_less_than_the_machine(tmp_path, monkeypatch):
    """Of a limit of 2 GB, 1.5 GB are used, 0.3 GB of that by the cache of files: 0.8 GB are left."""
    (tmp_path / "meminfo").write_text("MemAvailable: 8000000 kB\n")
    (tmp_path / "memory.max").write_text("2000000000\n")
    (tmp_path / "memory.current").write_text("1500000000\n")
    (tmp_path / "memory.stat").write_text("anon 1200000000\ninactive_file 300000000\n")
    monkeypatch.setattr(memory, "PROC", tmp_path)
    monkeypatch.setattr(memory, "CGROUP", tmp_path)
    assert memory.usable_mb() == 800
    (tmp_path / "memory.max").write_text("max\n")
    assert memory.usable_mb() == 8192


def test_where_the_system_does_not_say_nothing_is_refused(tmp_path, monkeypatch, tiny):
    monkeypatch.setattr(memory, "PROC", tmp_path / "none")
    monkeypatch.setattr(memory, "CGROUP", tmp_path / "none")
    assert Worker(tiny).estimate(Settings(size=2048), 600, 600).fits


@pytest.fixture
def asked(tiny, monkeypatch) -> list[tuple[str, str]]:
    """(source, norm) of every call of `load_encoder`, which has only the bundled weights and mine.pth."""
    asked = []

    def load(source: str = "oxford", device: str = "auto", norm: str = "torchvision"):
        asked.append((source, norm))
        if source not in ("oxford", "mine.pth"):
            raise WeightsError("There is no network.")
        return tiny

    monkeypatch.setattr(weights, "load_encoder", load)
    return asked


def test_weights_are_loaded_once_when_first_needed(asked, tiny):
    worker = Worker(weights="mine.pth", norm="oxford")
    assert asked == []
    assert worker.encoder is worker.encoder is tiny
    assert asked == [("mine.pth", "oxford")]
    assert worker.missing is None


def test_weights_that_cannot_be_loaded_are_named_and_replaced(asked, tiny, caplog):
    worker = Worker(weights="/home/ada/vgg.pth")
    assert worker.encoder is tiny
    assert [source for source, _ in asked] == ["/home/ada/vgg.pth", "oxford"]
    assert worker.missing == "vgg.pth"
    assert "There is no network. The page goes on with the bundled weights, oxford." in caplog.text


def test_nothing_replaces_the_bundled_weights(monkeypatch):
    def load(*_: object, **__: object) -> None:
        raise WeightsError("The VGG19 weights file is missing.")

    monkeypatch.setattr(weights, "load_encoder", load)
    with pytest.raises(WeightsError, match="missing"):
        _ = Worker().encoder


def test_a_state_dict_of_ones_own_is_used(tmp_path):
    zero, state, inputs = torch.zeros(()), {}, 3  # every tensor stored as one number
    for name in CONVS:
        place, channels = f"features.{LAYERS[name].index}", LAYERS[name].channels
        state |= {f"{place}.weight": zero.expand(channels, inputs, 3, 3), f"{place}.bias": zero.expand(channels)}
        inputs = channels
    torch.save(state, tmp_path / "mine.pth")
    worker = Worker(weights=str(tmp_path / "mine.pth"))
    assert worker.encoder.name == "mine.pth"
    assert worker.missing is None
