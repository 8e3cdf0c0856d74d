"""A picture rebuilt from one layer: it streams, ends with a picture, and stops when asked."""

import io
from functools import partial
from itertools import count, repeat
from threading import Event

import numpy as np
import pytest
from PIL import Image

from demo.compute.worker import Worker
from demo.explorer.feature_cache import FeatureCache, Uploads
from demo.explorer.view_state import ViewState
from demo.explorer.views import rebuild_actions
from nst_core.errors import PictureError
from nst_core.explore.rebuild import reconstruction

EVALUATIONS = 6
PLACE = ViewState(view="rebuild", layer="relu2_1")


def never() -> bool:
    return False


@pytest.fixture
def cache(tiny, monkeypatch) -> FeatureCache:
    monkeypatch.setattr(rebuild_actions, "reconstruction", partial(reconstruction, evaluations=EVALUATIONS))
    return FeatureCache(Worker(tiny))


def pictures(panels) -> tuple[np.ndarray, np.ndarray]:
    """The original and what was rebuilt of it, as they stand side by side."""
    image = np.asarray(Image.open(io.BytesIO(panels["rebuilt"].data)), float)
    width = 384  # twice 192
    height = round(192 * 56 / 80) * 2
    return image[20 : 20 + height, :width], image[20 : 20 + height, width + 8 : 2 * width + 8]


@pytest.mark.parametrize("kind", ["content", "style"])
def test_a_rebuild_shows_every_second_what_it_has_and_ends_with_a_picture(cache, photo, kind):
    state = PLACE.updated(kind=kind)
    shown = list(rebuild_actions.run(cache, state, Uploads(photo), never, clock=count().__next__))
    assert len(shown) == EVALUATIONS + 2  # the noise it starts from, every evaluation, the end
    for panels in shown:
        assert panels.keys() == {"rebuilt", "rebuild_status"}
        original, rebuilt = pictures(panels)
        assert original.shape == rebuilt.shape
        expected = photo.resize((192, 134)).resize((384, 268))
        assert np.abs(original - np.asarray(expected, float)).max() <= 1
    assert shown[-1]["rebuilt"].name == f"vgg19-relu2_1-rebuilt-{kind}.png"
    assert Image.open(io.BytesIO(shown[-1]["rebuilt"].data)).text["Description"].endswith(state.link())
    assert len({panels["rebuilt"].data for panels in shown}) >= EVALUATIONS
    assert "Rebuilt in" in shown[-1]["rebuild_status"] and "Rebuilt" not in shown[-2]["rebuild_status"]


def test_between_two_pictures_a_second_passes(cache, photo):
    shown = list(rebuild_actions.run(cache, PLACE, Uploads(photo), never, clock=repeat(0.0).__next__))
    assert len(shown) == 2  # the first preview at once, the last picture always


def test_from_an_early_layer_the_picture_comes_back(tiny, photo, monkeypatch):
    monkeypatch.setattr(rebuild_actions, "reconstruction", partial(reconstruction, evaluations=40))
    state = ViewState(view="rebuild", layer="conv1_1")
    shown = rebuild_actions.run(FeatureCache(Worker(tiny)), state, Uploads(photo), never, clock=repeat(0.0).__next__)
    ends = [pictures(panels) for panels in shown if panels]
    before, after = (np.abs(original - rebuilt).mean() for original, rebuilt in ends)
    assert after < before / 4


def test_stop_ends_it_within_one_evaluation_and_keeps_the_picture(cache, photo, passes):
    stop = Event()
    shown = rebuild_actions.run(cache, PLACE, Uploads(photo), stop.is_set, clock=count().__next__)
    for _ in range(3):
        next(shown)
    stop.set()
    before = len(passes)
    (last,) = shown
    assert len(passes) - before <= 1
    assert "Stopped" in last["rebuild_status"]
    assert pictures(last)[1].std() > 1


def test_stopped_or_abandoned_it_leaves_the_worker_free(cache, photo):
    abandoned = rebuild_actions.run(cache, PLACE, Uploads(photo), never)
    next(abandoned)
    abandoned.close()
    (only,) = rebuild_actions.run(cache, PLACE, Uploads(photo), lambda: True)
    assert "Stopped" in only["rebuild_status"]
    *_, last = rebuild_actions.run(cache, PLACE, Uploads(photo), never)
    assert "Stopped" not in last["rebuild_status"]


def test_a_picture_too_narrow_for_the_layer_is_refused_before_anything_is_shown(cache):
    ribbon = Uploads(Image.new("RGB", (16, 200), "teal"))
    with pytest.raises(PictureError, match="too narrow"):
        next(rebuild_actions.run(cache, PLACE.updated(layer="pool5"), ribbon, never))
    assert next(rebuild_actions.run(cache, PLACE, ribbon, never)) is not None


def test_there_is_nothing_to_rebuild_of_a_missing_result(cache, photo):
    with pytest.raises(PictureError, match="no result of your pictures"):
        next(rebuild_actions.run(cache, PLACE.updated(slot="result"), Uploads(photo), never))


def test_the_words_name_the_layers_that_are_matched(cache):
    style = rebuild_actions.show(cache, PLACE.updated(kind="style", layer="conv3_4"), Uploads())["rebuild_words"]
    assert "relu1_1, relu2_1, relu3_1." in style and "relu4_1" not in style
    assert "relu2_1" in rebuild_actions.show(cache, PLACE, Uploads())["rebuild_words"]
