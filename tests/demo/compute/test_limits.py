"""What a host grants: limits from its environment, and the processors of its container."""

import inspect
import os

import pytest

from demo.compute import limits
from demo.compute.limits import VARIABLES, Limits, from_environment, granted_cpus
from demo.compute.worker import Worker
from demo.page import build
from nst_core.errors import SettingError
from nst_core.settings import Settings

PHOTO = (80, 56)


def test_at_home_nearly_everything_is_allowed():
    home = Limits(max_seconds=86400, max_size=8192, jobs=1, temporary_mb=2000, keep_minutes=60, keep_mb=500)
    assert from_environment({}) == Limits() == home


def test_a_page_that_others_can_reach_is_tighter():
    home, public = from_environment({}), from_environment({}, public=True)
    assert (public.max_seconds, public.max_size, public.temporary_mb) == (180, 768, 1000)
    assert (public.keep_minutes, public.keep_mb) == (60, 300)
    assert public.max_seconds < home.max_seconds and public.max_size < home.max_size


@pytest.mark.parametrize("public", [False, True])
def test_what_the_environment_says_counts_everywhere(public):
    said = {"NST_MAX_SECONDS": "60", "NST_MAX_SIZE": " 512 ", "NST_JOBS": "2", "NST_TEMPORARY_MB": "50"}
    said |= {"NST_KEEP_MINUTES": "0", "NST_KEEP_MB": "80"}
    assert from_environment(said, public) == Limits(60, 512, 2, 50, 0, 80)


def test_an_empty_variable_is_none():
    assert from_environment({"NST_JOBS": " "}) == Limits()


BAD = ["many", "-1", "1.5", "0", "9" * 50, "NaN", "½"]


@pytest.mark.parametrize(
    "name, given", [(name, given) for name in VARIABLES for given in BAD if (name, given) != ("NST_KEEP_MINUTES", "0")]
)
def test_a_limit_that_is_none_gets_one_sentence(name, given):
    with pytest.raises(SettingError) as error:
        from_environment({name: given})
    _, _, low, high = VARIABLES[name]
    assert str(error.value).startswith(f"{name} must be a whole number between {low} and {high}, not '{given[:10]}")
    assert str(error.value).count("\n") == 0 and len(str(error.value)) < 120


@pytest.mark.parametrize("given, granted", [(0, 180), (30, 30), (180, 180), (86400, 180)])
def test_a_run_ends_in_time_and_never_later_than_asked(given, granted):
    assert Limits(max_seconds=180).bounded(Settings(max_seconds=given)).max_seconds == granted


def test_a_size_that_is_too_large_for_the_host_is_refused():
    assert Limits(max_size=768).bounded(Settings(size=768)).size == 768
    with pytest.raises(SettingError, match="up to 768 px, not 769"):
        Limits(max_size=768).bounded(Settings(size=769))


def test_nothing_else_is_touched():
    settings = Settings(seed=3, style_weight=7, evaluations=10_000)
    assert Limits(max_seconds=180).bounded(settings).to_dict() == settings.to_dict() | {"max_seconds": 180}


def test_at_home_a_run_without_a_limit_stays_without():
    assert Limits().bounded(Settings()) == Settings()


def test_the_worker_keeps_to_the_limits(tiny, photo, painting):
    worker = Worker(tiny, limits=Limits(max_seconds=5, max_size=96))
    settings = worker.limits.bounded(Settings(size=96, evaluations=10_000))
    assert worker.estimate(settings, *PHOTO).seconds <= 5
    with pytest.raises(SettingError, match="up to 96 px"):
        next(worker.steps(photo, painting, Settings(size=97)))


@pytest.mark.parametrize(
    "largest, size, presets",
    [(2048, 512, ["draft", "standard", "fine"]), (700, 512, ["draft", "standard"]), (128, 128, []), (64, 64, [])],
)
def test_the_page_offers_no_more_than_the_host_allows(tiny, largest, size, presets):
    page = build(Worker(tiny, limits=Limits(max_size=largest)))
    widgets = {block.elem_id: block for block in page.blocks.values() if getattr(block, "elem_id", None)}
    assert (widgets["size"].value, widgets["size"].maximum) == (size, largest)
    assert [name for _, name in widgets["preset"].choices] == presets
    endpoint = next(f for f in page.fns.values() if f.api_name == "stylize")
    assert inspect.signature(endpoint.fn).parameters["size"].default == size


@pytest.fixture
def container(tmp_path, monkeypatch):
    """container(text) makes `text` the cpu.max of the control group, on a machine of eight processors."""
    monkeypatch.setattr(limits, "CPU_QUOTA", tmp_path / "cpu.max")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    return (tmp_path / "cpu.max").write_text


@pytest.mark.parametrize(
    "quota, cpus",
    [("200000 100000\n", 2), ("150000 100000", 2), ("50000 100000", 1), ("max 100000", 8), ("1600000 100000", 8)],
)
def test_the_containers_quota_is_what_torch_may_use(container, quota, cpus):
    container(quota)
    assert granted_cpus({}) == cpus


@pytest.mark.parametrize("quota", ["", "rubbish", "1 0", "1 2 3", "max"])
def test_a_quota_that_cannot_be_read_is_none(container, quota):
    container(quota)
    assert granted_cpus({}) == 8


def test_without_a_control_group_the_affinity_counts(container):
    assert granted_cpus({}) == 8


@pytest.mark.parametrize("said, cpus", [("2", 2), ("16", 4), ("0", 1), ("two", 4), ("", 4), ("-1", 4)])
def test_a_space_says_how_many_cores_it_has(container, said, cpus):
    container("400000 100000")
    assert granted_cpus({"CPU_CORES": said}) == cpus


def test_where_nothing_is_known_it_is_the_machines_processors(container, monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert granted_cpus({}) == 1
