"""The network beside itself with random weights: both are shown, and both paint. On a tiny encoder."""

import io
from itertools import count, repeat
from threading import Event

import numpy as np
import pytest
from PIL import Image

from demo.compute.worker import Worker
from demo.explorer.feature_cache import FeatureCache, Uploads
from demo.explorer.view_state import ViewState
from demo.explorer.views import untrained_actions
from nst_core.explore import effective_dimension, look, spectrum

PLACE = ViewState(view="untrained", layer="relu2_1")


@pytest.fixture
def cache(tiny) -> FeatureCache:
    return FeatureCache(Worker(tiny))


@pytest.fixture(autouse=True)
def short_runs(monkeypatch) -> None:
    monkeypatch.setattr(untrained_actions, "EVALUATIONS", 3)
    monkeypatch.setattr(untrained_actions, "PAINTED", 64)


def test_the_words_hold_the_dimensions_of_both_networks(cache, tiny, photo, painting) -> None:
    panels = untrained_actions.show(cache, PLACE, Uploads(photo, painting))
    other = untrained_actions.untrained(tiny)
    assert other.name == "untrained" and other.convs["conv3_1"].weight.shape == (4, 4, 3, 3)
    for encoder in (tiny, other):
        own = effective_dimension(spectrum(look(photo, encoder).features("relu2_1")))
        assert f"<b>{own:.1f}</b>" in panels["untrained_words"]
    for name in ("both_maps", "both_grams"):
        assert "relu2_1" in Image.open(io.BytesIO(panels[name].data)).text["Description"]


def test_one_network_paints_after_the_other_and_both_paintings_stand_side_by_side(cache, photo, painting) -> None:
    uploads = Uploads(photo, painting)
    shown = list(untrained_actions.run(cache, PLACE, uploads, lambda: False, clock=count().__next__))
    assert len(shown) == 2 * 5 + 1  # of each the start, three evaluations and the end; and the end of both
    first, last = (np.asarray(Image.open(io.BytesIO(shown[n]["both"].data))) for n in (0, -1))
    assert first.shape[1] == 128 and last.shape[1] == 2 * 128 + 8
    left, right = last[20:100, :128], last[20:100, 136:]
    assert not np.array_equal(left, right) and left.std() > 1 and right.std() > 1
    assert "tiny and untrained" in Image.open(io.BytesIO(shown[-1]["both"].data)).text["Description"]
    seldom = list(untrained_actions.run(cache, PLACE, uploads, lambda: False, clock=repeat(0.0).__next__))
    assert len(seldom) == 2  # the first preview at once, both pictures at the end


def test_stop_keeps_what_there_is_and_leaves_the_worker_free(cache, photo, painting) -> None:
    stop = Event()
    run = untrained_actions.run(cache, PLACE, Uploads(photo, painting), stop.is_set, clock=count().__next__)
    next(run), next(run)
    stop.set()
    (last,) = run
    assert "Stopped after" in last["both_status"] and last["both"].name.endswith("untrained.png")
    assert cache.worker.turns.evaluate(int) == 0  # nothing else is being evaluated
