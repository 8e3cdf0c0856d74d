"""The actions of the paint tab, called as plain Python on a tiny encoder."""

import io
from dataclasses import replace
from itertools import count, repeat

import pytest
from PIL import Image

from demo import api, text
from demo.compute.limits import Limits
from demo.compute.worker import Worker
from demo.paint import paint_actions as actions
from demo.paint import setting_text, updates
from demo.paint.file_names import NAME
from nst_core.errors import PictureError, SettingError
from nst_core.images import picture_sha256
from nst_core.recipe import read_recipe, style_hashes
from nst_core.settings import FIELDS, Settings
from nst_core.vgg import Encoder

SMALL = Settings(size=64, evaluations=8, seed=7)


@pytest.fixture
def worker(tiny: Encoder) -> Worker:
    return Worker(tiny)


def run(worker: Worker, photo: Image.Image | None, painting: Image.Image | None, settings: Settings = SMALL):
    """All that a run yields, with a clock that moves a second every time it is asked."""
    return list(actions.paint(worker, photo, [painting], settings, actions.PaintSession(), clock=count().__next__))


def test_a_run_shows_its_start_every_evaluation_and_its_end(worker, photo, painting):
    views = run(worker, photo, painting)
    assert [view.step.evaluation for view in views] == [*range(9), 8]
    assert isinstance(views[-1], updates.Finished)
    assert views[-1].picture.size == views[-1].photo.size == (64, 45)


def test_between_two_previews_a_second_passes(worker, photo, painting):
    times = repeat(0.0)
    views = list(actions.paint(worker, photo, [painting], SMALL, actions.PaintSession(), clock=times.__next__))
    assert [view.step.evaluation for view in views] == [0, 8]  # the first preview at once, the last view always


def test_a_preview_is_small_and_keeps_its_shape():
    assert updates.preview(Image.new("RGB", (1024, 500))).size == (384, 188)
    assert updates.preview(Image.new("RGB", (90, 64))).size == (90, 64)


def test_stop_ends_the_run_with_the_picture_reached(worker, photo, painting):
    session = actions.PaintSession()
    views = actions.paint(worker, photo, [painting], SMALL, session, clock=count().__next__)
    reached = [next(views) for _ in range(4)][-1]
    session.stop = True
    rest = list(views)
    assert len(rest) == 1
    assert isinstance(rest[0], updates.Finished)
    assert rest[0].step.evaluation == reached.step.evaluation == 3  # the evaluation under way is left
    assert rest[0].picture.tobytes() == reached.step.picture().tobytes()
    assert "Stopped" in rest[0].status
    assert read_recipe(rest[0].png)["result"]["evaluations"] == 3


def test_stop_before_the_first_evaluation_keeps_the_start(worker, photo, painting):
    (only,) = actions.paint(worker, photo, [painting], SMALL, actions.PaintSession(stop=True))
    assert isinstance(only, updates.Finished)
    assert read_recipe(only.png)["result"]["total"] is None


def test_closing_ends_the_work_and_frees_the_worker(worker, photo, painting):
    views = actions.paint(worker, photo, [painting], SMALL, actions.PaintSession())
    next(views)
    views.close()
    assert list(views) == []
    assert run(worker, photo, painting)[-1].step.done


def test_the_png_carries_the_settings_and_sets_every_control(worker, photo, painting, tmp_path):
    settings = Settings(size=64, evaluations=3, seed=11, objective="gatys", style_layers=("relu1_1", "conv3_2"))
    last = run(worker, photo, painting, settings)[-1]
    path = tmp_path / last.filename
    path.write_bytes(last.png)
    assert actions.settings_in(path) == settings
    assert Image.open(io.BytesIO(last.png)).size == (64, 45)
    assert last.filename.endswith("64px.png")  # the start is not noise, so the seed changes nothing
    noise = run(worker, photo, painting, replace(settings, init="noise"))[-1]
    assert noise.filename.endswith("64px-seed11.png")


def test_the_recipe_is_of_the_settings_that_ran_the_hosts_limits_included(tiny, photo, painting):
    worker = Worker(tiny, limits=Limits(max_seconds=60))
    for asked, ran in ((0, 60), (7, 7), (500, 60)):
        values = Settings(size=64, evaluations=3, max_seconds=asked).to_dict()
        settings = actions.read_settings(list(values.values()), worker.limits)
        last = run(worker, photo, painting, settings)[-1]
        assert read_recipe(last.png)["settings"]["max_seconds"] == ran
        assert f"<dt>Time limit in seconds</dt><dd>{ran}</dd>" in last.recipe


def test_settings_beyond_the_hosts_limits_are_never_painted(tiny, photo, painting):
    """Whoever forgets to read settings through `read_settings` finds out at once."""
    worker = Worker(tiny, limits=Limits(max_size=96))
    with pytest.raises(SettingError, match="up to 96 px"):
        run(worker, photo, painting, Settings(size=97))
    with pytest.raises(AssertionError, match="bounded where they are read"):
        run(Worker(tiny, limits=Limits(max_seconds=60)), photo, painting)


def test_a_client_that_leaves_ends_the_run(worker, photo, painting):
    gone = []
    updates = actions.paint(worker, photo, [painting], SMALL, actions.PaintSession(), lambda: bool(gone))
    assert next(updates).step.evaluation == 0
    gone.append(True)
    assert [update.step.evaluation for update in updates] == [0]


def test_the_end_shows_every_setting(worker, photo, painting):
    recipe = run(worker, photo, painting)[-1].recipe
    assert all(setting_text.label(name) in recipe for name in FIELDS)
    assert "Brush 1.5 · style +0 · α 1" in recipe


def test_curves_grow_with_the_run(worker, photo, painting):
    views = run(worker, photo, painting)
    assert "polyline" not in views[0].by_term
    assert all(word in views[-1].by_term for word in ("total", "content", "style", "64 px"))
    assert all(name in views[-1].by_layer for name in SMALL.style_layers)


@pytest.mark.parametrize("missing, words", [("photo", text.NO_PHOTO), ("painting", text.NO_PAINTING)])
def test_a_missing_picture_is_named(worker, photo, painting, missing, words):
    given = {"photo": photo, "painting": painting} | {missing: None}
    with pytest.raises(PictureError) as error:
        run(worker, **given)
    assert str(error.value) == words


def test_several_paintings_are_mixed_and_the_recipe_names_each(worker, photo, painting):
    settings = replace(SMALL, mix=(1, 3))
    views = actions.paint(worker, photo, [painting, photo], settings, actions.PaintSession(), clock=count().__next__)
    recipe = read_recipe(list(views)[-1].png)
    assert style_hashes(recipe) == [picture_sha256(picture) for picture in (painting, photo)]
    assert recipe["settings"]["mix"] == [1, 3]


def test_too_many_paintings_and_shares_of_others_are_refused_before_anything_is_shown(worker, photo, painting):
    with pytest.raises(PictureError, match="At most four paintings"):
        next(actions.paint(worker, photo, [painting] * 5, SMALL, actions.PaintSession()))
    with pytest.raises(SettingError, match="2 numbers for 3 paintings"):
        next(actions.paint(worker, photo, [painting] * 3, replace(SMALL, mix=(1, 2)), actions.PaintSession()))


def test_a_photo_too_narrow_for_the_layers_is_refused_before_anything_is_shown(worker, painting):
    ribbon = Image.new("RGB", (16, 2000))
    with pytest.raises(PictureError, match="too narrow"):
        run(worker, ribbon, painting)
    with pytest.raises(PictureError, match="too narrow"):
        actions.estimate(worker, ribbon.size, SMALL)


def test_progress_is_plain_numbers(worker, photo, painting):
    views = run(worker, photo, painting)
    first, last = api.progress(views[0]), api.progress(views[-1])
    assert first["total"] is None and first["remaining"] is None and not first["done"]
    assert last["done"] and last["evaluation"] == 8 and last["total"] > 0
    assert set(last["terms"]) == set(last["relative"]) > {"content relu4_2", "style relu1_1"}


def test_the_download_is_named_by_photo_and_painting_as_far_as_their_names_are_known(worker, photo, painting):
    def name(*names: str) -> str:
        pictures = photo.copy(), painting.copy()
        for picture, of in zip(pictures, names, strict=True):
            picture.info[NAME] = of
        return run(worker, *pictures, replace(SMALL, evaluations=1))[-1].filename

    assert name("C:\\Users\\ada\\Château d'If.JPG", "starry night.png") == "Chateau-d-If-as-starry-night-64px.png"
    assert name("", "/tmp/night.png") == "night-64px.png"
    assert name("写真.png", "...") == "painting-64px.png"
    assert len(name("a" * 300, "b" * 300)) < 120


def test_a_run_that_its_time_limit_ends_says_so(tiny, photo, painting):
    worker = Worker(tiny, limits=Limits(max_seconds=5))
    settings = actions.read_settings(
        list(Settings(size=200, evaluations=10_000, max_seconds=0.3).to_dict().values()), Limits()
    )
    assert "Time limit of 1 s reached after" in run(worker, photo, painting, settings)[-1].status
