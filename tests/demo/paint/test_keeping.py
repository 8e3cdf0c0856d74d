"""A run's picture is kept whatever ends the run. Called as plain Python on a tiny encoder."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import count

import pytest
from PIL import Image

from demo.compute.kept_results import KeptResult
from demo.compute.limits import Limits
from demo.compute.worker import Worker
from demo.paint import keeping, kept_actions
from demo.paint import paint_actions as actions
from demo.paint.file_names import FILE, NAME
from nst_core.images import load_picture, picture_sha256
from nst_core.recipe import read_recipe
from nst_core.settings import Settings

SMALL = Settings(size=64, evaluations=8, seed=7)


@pytest.fixture
def worker(tiny) -> Worker:
    return Worker(tiny)


@pytest.fixture
def session(worker) -> actions.PaintSession:
    return actions.PaintSession(visitor=worker.kept.key())


@pytest.fixture
def started(worker, session, photo, painting):
    """started(evaluations) is a run that has got so far."""

    def start(evaluations: int = 0, settings: Settings = SMALL, **options) -> Iterator:
        views = actions.paint(worker, photo, [painting], settings, session, clock=count().__next__, **options)
        for _ in range(evaluations + 1):
            next(views)
        return views

    return start


def kept(worker: Worker, session: actions.PaintSession) -> list[KeptResult]:
    """What is kept once no run of the visitor's goes on."""
    for _ in range(1000):
        if not worker.kept.running(session.visitor):
            return worker.kept.of(session.visitor)
        time.sleep(0.01)
    raise AssertionError("the run does not end")


def test_a_finished_run_is_kept_with_all_that_the_page_shows_of_it(worker, session, started, photo, painting):
    *_, last = started()
    (result,) = kept(worker, session)
    assert (result.ended, result.evaluation, result.width, result.height) == ("finished", 8, 64, 45)
    assert (result.png, result.filename, result.settings) == (last.png, last.filename, SMALL)
    assert (result.status, result.recipe) == (last.status, last.recipe)
    assert (result.by_term, result.by_layer) == (last.by_term, last.by_layer)
    pictures = [load_picture(picture.data) for picture in result.pictures]
    assert list(map(picture_sha256, pictures)) == list(map(picture_sha256, [photo, painting]))
    assert max(load_picture(result.thumbnail).size) <= keeping.THUMBNAIL_SIDE


def test_the_files_are_kept_as_they_were_uploaded_under_names_without_surprises(worker, session, painting, tmp_path):
    path = tmp_path / "a.jpg"
    Image.new("RGB", (80, 56), "teal").save(path)
    photo = load_picture(path)
    photo.info |= {NAME: "../../Überraschung\0.j<p>g", FILE: str(path)}
    views = actions.paint(worker, photo, [painting], SMALL, session)
    next(views)
    path.unlink()  # as the page's temporary files are after an hour
    list(views)
    (result,) = kept(worker, session)
    assert (result.photo.name, load_picture(result.photo.data).size) == ("Uberraschung.jpg", (80, 56))
    assert result.photo.data[:2] == b"\xff\xd8"  # a JPEG


def test_a_run_that_is_stopped_or_out_of_time_is_kept(worker, session, started):
    views = started(3)
    session.stop = True
    list(views)
    session.stop = False
    list(started(settings=Settings(size=64, evaluations=10_000, max_seconds=0.3)))
    out_of_time, stopped = kept(worker, session)
    assert (stopped.ended, stopped.evaluation) == ("stopped", 3) and "Stopped after" in stopped.status
    assert out_of_time.ended == "time"


def test_a_visitor_who_leaves_during_an_evaluation_finds_what_it_had_reached(worker, session, started):
    gone = []
    views = started(3, left=lambda: bool(gone))
    gone.append(True)
    list(views)
    (result,) = kept(worker, session)
    assert (result.ended, result.evaluation) == ("left", 3)
    assert "The page was away, so this run ended after 3 of 8 evaluations." in result.status
    assert read_recipe(result.png)["result"]["evaluations"] == 3


def test_a_visitor_who_leaves_between_two_evaluations_finds_it_too_and_nothing_is_drawn_in_the_event_loop(
    worker, session, started, monkeypatch
):
    views = started(3)
    finished, threads = keeping.Run.finished, []

    def noting(run: keeping.Run, step):
        threads.append((threading.current_thread() is threading.main_thread(), worker.kept.running(session.visitor)))
        return finished(run, step)

    monkeypatch.setattr(keeping.Run, "finished", noting)
    views.close()
    (result,) = kept(worker, session)
    assert (result.ended, result.evaluation) == ("left", 3) and threads == [(False, 1)]
    assert worker.waiting_time.seconds(0) == 0  # the next run does not wait for it


def test_an_error_after_the_first_evaluation_costs_no_picture(tiny, worker, session, started):
    views = started(2)

    def fail(*_: object) -> None:
        raise RuntimeError("out of memory")

    handle = tiny.convs["conv1_2"].register_forward_pre_hook(fail)
    try:
        list(views)
    finally:
        handle.remove()
    (result,) = kept(worker, session)
    assert (result.evaluation, result.ended) == (2, "stopped") and "An error" in result.status


def test_without_an_evaluation_there_is_nothing_to_keep(worker, session, started):
    started(0).close()
    session.stop = True
    with suppress(StopIteration):
        started(0)
    assert kept(worker, session) == []


def test_without_a_key_and_where_the_host_keeps_nothing_nothing_is_kept(tiny, photo, painting):
    worker = Worker(tiny, limits=Limits(keep_minutes=0))
    assert worker.kept.key("a" * 43) is None
    list(actions.paint(worker, photo, [painting], SMALL, actions.PaintSession()))
    assert worker.kept.size() == 0


def test_what_cannot_be_kept_costs_nothing_else(worker, session, started, monkeypatch, caplog):
    def fail(*_: object) -> bytes:
        raise OSError("secret")

    monkeypatch.setattr(keeping, "_webp", fail)
    *_, last = started()
    assert last.png and kept(worker, session) == []
    assert "OSError" in caplog.text and "secret" not in caplog.text.replace('OSError("secret")', "")


def test_the_key_is_not_in_a_sessions_text(session):
    assert session.visitor not in repr(session)


def test_what_is_kept_of_a_visitor_who_left_can_be_gone_on_with(worker, session, started, photo, painting):
    started(3).close()
    (result,) = kept(worker, session)
    reached = kept_actions.reopened(result).reached
    assert (reached.evaluations, reached.share, reached.memory) == (3, 8, None)
    for view in actions.paint(worker, photo, [painting], SMALL, session, start=reached):
        last = view
    assert last.step.evaluation == 8 and "11 in all" in last.status
    assert [result.reached for result in kept(worker, session)] == [11, 3]
