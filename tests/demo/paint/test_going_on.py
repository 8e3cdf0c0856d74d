"""Going on from a result, called as plain Python on a tiny encoder."""

from itertools import count

import pytest

from demo import text
from demo.compute.cost import Pace
from demo.compute.limits import Limits
from demo.compute.reached import MEMORIES
from demo.compute.worker import Worker
from demo.paint import going_on_actions, going_on_text, setting_widgets
from demo.paint import paint_actions as actions
from demo.paint.updates import Finished
from nst_core.advice import Sample
from nst_core.errors import PictureError, SettingError
from nst_core.images import picture_sha256
from nst_core.recipe import read_recipe
from nst_core.settings import Settings

SMALL = Settings(size=64, evaluations=8, levels=1)


@pytest.fixture
def worker(tiny) -> Worker:
    return Worker(tiny)


@pytest.fixture
def paint(worker, photo, painting):
    """paint(session, settings) does a run, paint(session, settings, more=5) goes on; `stop`: after so many evaluations."""

    def run(session, settings=SMALL, more=None, stop=None, painting=painting, photo=photo) -> list:
        start, session.stop = None, False
        if more is not None:
            start = going_on_actions.start_of(session.reached)
            settings = going_on_actions.settings_for(setting_widgets.shown(settings), more, worker.limits)
        views = []
        for view in actions.paint(worker, photo, [painting], settings, session, clock=count().__next__, start=start):
            views.append(view)
            session.stop = view.step.evaluation == stop
        return views

    return run


def test_five_evaluations_and_three_more_are_eight(paint):
    session, whole = actions.PaintSession(), paint(actions.PaintSession())[-1]
    first = paint(session, stop=5)[-1]
    assert "Stopped after" in first.status and session.reached.evaluations == 5
    views = paint(session, more=3)
    assert "going on from 5 evaluations · level 1 of 1 · evaluation 2 of 3" in views[2].status
    assert isinstance(views[-1], Finished) and "3 of 3 evaluations more, 8 in all" in views[-1].status
    assert views[-1].picture.tobytes() == whole.picture.tobytes() != first.picture.tobytes()
    assert views[-1].step.total == whole.step.total
    recipe = read_recipe(views[-1].png)
    assert recipe["init_sha256"] == picture_sha256(first.picture) and recipe["settings"]["evaluations"] == 3
    assert "init_sha256" not in read_recipe(first.png)
    assert session.reached.evaluations == 8 and session.last.picture.tobytes() == whole.picture.tobytes()


def test_it_goes_on_with_other_weights_another_painting_and_another_size(paint, painting):
    session = actions.PaintSession()
    first = paint(session)[-1]
    for changes in ({"settings": Settings(size=64, strength=2)}, {"painting": painting.rotate(180)}):
        last = paint(session, more=6, **changes)[-1]
        assert last.picture.tobytes() != first.picture.tobytes()
    assert session.reached.evaluations == 20
    larger = paint(session, Settings(size=128), more=4)[-1]
    assert larger.picture.size == (128, 90) and "24 in all" in larger.status


def test_a_run_that_was_stopped_at_a_coarse_level_comes_to_its_full_size(paint):
    session, settings = actions.PaintSession(), Settings(size=200, evaluations=6)
    assert paint(session, settings, stop=2)[-1].picture.size == (100, 70)
    views = paint(session, settings, more=4)
    assert [view.step.width for view in views[1:]] == [100, 100, 200, 200, 200]


def test_what_older_runs_of_others_have_learned_is_dropped_and_they_go_on_from_their_pictures(paint):
    sessions = [actions.PaintSession() for _ in range(MEMORIES + 1)]
    for session in sessions:
        paint(session, stop=5)
    ends = [paint(session, more=3)[-1].picture.tobytes() for session in (sessions[1], sessions[0])]
    assert ends[0] != ends[1]
    assert [session.reached.evaluations for session in sessions] == [8, 8, 5]


def test_what_cannot_go_on_is_refused_and_nothing_is_lost(paint, photo, worker):
    session = actions.PaintSession()
    with pytest.raises(PictureError, match="no result yet"):
        paint(session, more=3)
    paint(session)
    before = session.reached, session.last
    with pytest.raises(PictureError, match="painted from another photo"):
        paint(session, more=3, photo=photo.rotate(180))
    for more in (0, "many", None, 10_001):
        with pytest.raises(SettingError, match="evaluations must be"):
            going_on_actions.settings_for(setting_widgets.shown(SMALL), more, worker.limits)
    assert before == (session.reached, session.last)


def test_an_error_before_the_first_evaluation_leaves_the_result_as_it_was(paint, tiny, monkeypatch):
    session = actions.PaintSession()
    whole = paint(actions.PaintSession())[-1].picture
    paint(session, stop=5)
    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr(type(tiny), "iter_features", lambda *_, **__: (_ for _ in ()).throw(RuntimeError))
        paint(session, more=3)
    assert paint(session, more=3)[-1].picture.tobytes() == whole.tobytes()


def test_a_run_that_its_time_limit_ends_says_how_to_continue(tiny, photo, painting):
    worker = Worker(tiny, limits=Limits(max_seconds=5))
    values = setting_widgets.shown(Settings(size=200, evaluations=10_000, max_seconds=0.3))
    settings = actions.read_settings(values, worker.limits)
    *_, last = actions.paint(worker, photo, [painting], settings, actions.PaintSession())
    assert f"px. {going_on_text.AFTER_TIME}" in last.status


def test_the_estimate_is_of_the_levels_that_are_left(paint, photo, worker):
    session = actions.PaintSession()
    paint(session, Settings(size=200, evaluations=6))

    def said(photo, size, more) -> str:
        settings = going_on_actions.settings_for(setting_widgets.shown(Settings(size=size)), more, worker.limits)
        return going_on_actions.estimate(worker, photo and Sample.of(photo), settings, session.reached, False)

    worker.paces.correct("float32", Pace(0.0, 1e-12))  # large pictures take longer, however small the network
    assert session.reached.share == 3
    assert said(None, 200, 5) == text.NO_PHOTO
    assert said(photo, 200, 5).startswith("About ") and "GB" not in said(photo, 200, 5)
    whole = going_on_actions.settings_for(setting_widgets.shown(Settings(size=200)), 10, worker.limits)
    ends = [worker.estimate(whole, *photo.size, start).seconds for start in ((200, 140), (100, 70), None)]
    assert ends[0] > ends[1] == ends[2]
    with pytest.raises(PictureError, match="another photo"):
        said(photo.rotate(180), 200, 5)
