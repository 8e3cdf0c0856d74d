"""Pictures that excite what was chosen: they stream, end, stop when asked, and take turns with every other run."""

import io
from functools import partial
from itertools import count, repeat
from threading import Event

import pytest
from PIL import Image

from demo.compute.worker import Worker
from demo.explorer import ready_pictures
from demo.explorer.feature_cache import FeatureCache, Uploads
from demo.explorer.view_state import ViewState
from demo.explorer.views import channels_actions, excite_actions, excite_text
from nst_core.errors import PictureError
from nst_core.explore.excite import excite
from tests.support.toy_vgg19 import toy

PLACE = ViewState(view="excite", layer="relu2_1", channel=3, first=0, second=2)
EVALUATIONS = 4


def never() -> bool:
    return False


@pytest.fixture
def cache(tiny, monkeypatch) -> FeatureCache:
    monkeypatch.setattr(excite_actions, "excite", partial(excite, evaluations=EVALUATIONS, size=32))
    return FeatureCache(Worker(tiny))


@pytest.mark.parametrize("target", excite_text.TARGETS)
def test_it_shows_what_it_has_and_ends_with_three_pictures(cache, photo, target) -> None:
    state = PLACE.updated(target=target, row=3, column=5)
    shown = list(excite_actions.run(cache, state, Uploads(photo), never, clock=count().__next__))
    assert len(shown) == EVALUATIONS + 1 and all(panels.keys() == {"excited", "excite_status"} for panels in shown)
    last = Image.open(io.BytesIO(shown[-1]["excited"].data))
    assert last.width == 3 * 256 + 2 * 8 and shown[-1]["excited"].name == f"vgg19-relu2_1-excites-{target}.png"
    said = last.text["Description"]
    expected = {
        "channel": "channel 3 of conv2_1",
        "pair": "channels 0 and 2 of conv2_1",
        "direction": "row 3, column 5",
    }
    assert expected[target] in said and said.endswith(state.link())
    assert expected[target] in excite_actions.show(cache, state, Uploads(photo))["excite_words"]
    assert f"{EVALUATIONS} evaluations" in shown[-1]["excite_status"] and "Made in" in shown[-1]["excite_status"]


def test_between_two_pictures_time_passes_and_stop_keeps_the_pictures(cache, photo) -> None:
    shown = list(excite_actions.run(cache, PLACE, Uploads(photo), never, clock=repeat(0.0).__next__))
    assert len(shown) == 2  # the first pictures at once, the last always
    stop = Event()
    run = excite_actions.run(cache, PLACE, Uploads(photo), stop.is_set, clock=count().__next__)
    next(run), next(run)
    stop.set()
    (last,) = run
    assert "Stopped after" in last["excite_status"] and last["excited"]


def test_an_abandoned_run_leaves_the_worker_free(cache, photo) -> None:
    run = excite_actions.run(cache, PLACE, Uploads(photo), never)
    next(run)
    assert cache.worker.waiting_time.seconds(0) > 0
    run.close()
    assert cache.worker.waiting_time.seconds(0) == 0
    assert list(excite_actions.run(cache, PLACE, Uploads(photo), never))


def test_of_a_direction_the_place_that_gave_it_is_shown(cache, photo) -> None:
    state = PLACE.updated(target="direction", row=3, column=5)
    panels = excite_actions.show(cache, state, Uploads(photo))
    assert panels["excite_ready"] is None
    assert "row 3, column 5" in Image.open(io.BytesIO(panels["excite_places"].data)).text["Description"]


def test_where_no_place_stands_out_there_is_no_direction() -> None:
    black = Uploads(Image.new("RGB", (48, 32)))  # which the toy network sees as zeros
    state = PLACE.updated(target="direction", layer="relu1_1", channel=0)
    with pytest.raises(PictureError, match="same features"):
        next(excite_actions.run(FeatureCache(Worker(toy())), state, black, never))


def test_what_was_made_beforehand_is_there_for_the_bundled_weights_only(oxford, tiny, photo) -> None:
    names = {
        ready_pictures.file_name(conv, channel)
        for conv, channels in ready_pictures.CHANNELS.items()
        for channel in channels
    }
    files = list(ready_pictures.FOLDER.iterdir())
    assert {path.name for path in files} == names and sum(path.stat().st_size for path in files) < 600_000
    for conv, channels in ready_pictures.CHANNELS.items():
        for channel in channels:
            assert ready_pictures.ready(conv, channel, oxford.sha256).size == (384, 128)
    assert ready_pictures.ready("relu2_1", 67, tiny.sha256) is None
    assert ready_pictures.ready("relu2_1", 66, oxford.sha256) is None
    cache, state = FeatureCache(Worker(oxford)), ViewState(view="excite", layer="relu2_1", channel=67)
    file = excite_actions.ready_file(cache, state)
    assert "channel 67 of conv2_1" in Image.open(io.BytesIO(file.data)).text["Description"]
    assert channels_actions.show(cache, state, Uploads(photo))["ready"].name == file.name
