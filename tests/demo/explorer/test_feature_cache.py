"""What is kept of the pictures: one forward pass each, and nothing is taken for something else."""

import copy
from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest

from demo.compute.worker import Worker
from demo.examples import PAIRS
from demo.explorer import labels
from demo.explorer.feature_cache import LARGEST, Uploads, bundled, paintings
from demo.explorer.view_state import ViewState
from demo.explorer.views.channels_actions import show
from nst_core.errors import PictureError
from nst_core.explore import gram, statistics
from nst_core.layers import LAYERS
from tests.support.pictures import plain

PLACE = ViewState(layer="relu3_1")


def test_a_picture_is_shown_to_the_network_once_for_all_layers_and_readings(cache, passes, photo):
    uploads = Uploads(photo)
    for layer in LAYERS:
        view = cache.look(ViewState(layer=layer), uploads)
        cache.statistics(view, layer), cache.order(view, layer), cache.matrix(view, layer, "correlation")
    assert len(passes) == 1
    cache.look(PLACE, Uploads(photo.copy()))
    cache.look(PLACE.updated(slot="painting"), Uploads(painting=photo))
    assert len(passes) == 1
    cache.look(PLACE, Uploads(photo.rotate(180)))
    assert len(passes) == 2


def test_the_same_view_again_needs_no_forward_pass(cache, passes, photo, painting):
    state, uploads = PLACE.updated(sort="difference"), Uploads(photo, painting)
    first = show(cache, state, uploads)
    shown = len(passes)
    assert show(cache, state, uploads)["sheet"] == first["sheet"]
    assert len(passes) == shown == 2


def test_what_is_kept_depends_on_the_picture_the_size_and_the_weights(cache, tiny, passes, photo):
    view = cache.look_at(photo)
    assert cache.look_at(photo, 64).picture.size == (64, 48) != view.picture.size
    assert len(passes) == 2
    other = copy.deepcopy(tiny)
    other.sha256, other.name = "1" * 64, "other"
    other.convs["conv3_1"].weight.mul_(2)
    cache.worker = Worker(other)
    again = cache.look_at(photo)
    assert (view.weights, again.weights) == ("tiny", "other")
    for one in (again, view):
        assert np.array_equal(cache.matrix(one, "relu3_1"), gram(one.features("relu3_1")))
    assert not np.allclose(cache.matrix(again, "relu3_1"), cache.matrix(view, "relu3_1"))


def test_two_pictures_of_equal_pixels_and_other_shape_are_two_pictures(cache, passes):
    sizes = [cache.look_at(plain(1, size)).picture.size for size in ((64, 32), (32, 64))]
    assert sizes == [(64, 32), (32, 64)]
    assert len(passes) == 2


def test_what_is_made_of_one_layer_or_picture_is_not_taken_for_another(cache, photo, painting):
    for picture in (photo, painting):
        view = cache.look_at(picture)
        for layer in ("relu2_1", "relu4_1", "conv4_1"):
            expected = statistics(view.features(layer))
            for _ in range(2):
                assert all(map(np.array_equal, astuple(cache.statistics(view, layer)), astuple(expected)))


def test_what_was_painted_of_bundled_pictures_is_no_result_of_ones_own(cache, photo, painting):
    state = PLACE.updated(slot="result")
    for uploads in (Uploads(photo), Uploads(painting=painting), Uploads(photo, painting)):
        with pytest.raises(PictureError) as error:
            cache.look(state, uploads)
        assert str(error.value) == labels.NO_RESULT
    assert cache.picture(state, Uploads(photo, result=painting)) is painting
    assert cache.picture(state, Uploads(result=painting)) is painting
    assert cache.picture(state, Uploads()) == bundled(PAIRS[0].result)


def test_every_pair_has_its_three_pictures_and_its_painting_a_title(cache):
    for n, pair in enumerate(PAIRS):
        for slot in ("photo", "painting", "result"):
            picture = cache.picture(ViewState(pair=n), Uploads(), slot)
            assert picture.mode == "RGB" and 256 <= max(picture.size) <= LARGEST
        assert Path(pair.result).stem == f"{Path(pair.photo).stem}__{Path(pair.painting).stem}"
    titles = [labels.title(path) for path in paintings()]
    assert len(set(titles)) == len(titles) == len({pair.painting for pair in PAIRS})
    assert all(title[0].isupper() and f"as {title[0].lower()}" in _all_words().lower() for title in titles)


def _all_words() -> str:
    return " ".join(pair.words for pair in PAIRS)
