"""The cache is bounded in bytes, and safe for several threads."""

import gc
import threading
import time
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple

import numpy as np
import pytest
from PIL import Image

from demo.compute.worker import Worker
from demo.explorer import feature_cache as module
from demo.explorer.feature_cache import FeatureCache, Uploads, approximate_bytes, paintings
from demo.explorer.view_state import ViewState
from demo.explorer.views.channels_actions import show
from demo.explorer.views.gram_actions import show as show_gram
from nst_core.explore import gram, look
from nst_core.explore.channels import Statistics
from nst_core.layers import CONVS, LAYERS, STYLE_LAYERS
from tests.support.pictures import plain

PLACE = ViewState(layer="relu3_1")


@pytest.fixture(autouse=True)
def small_heap() -> Iterator[None]:
    """What is there before the test is none of its garbage; without it, `gc.collect` is many times as fast."""
    gc.freeze()
    yield
    gc.unfreeze()


def alive(references: list[weakref.ref]) -> list:
    """What is still held by somebody."""
    gc.collect()
    return [value for value in (reference() for reference in references) if value is not None]


def test_looks_are_bounded_in_bytes_and_the_oldest_goes_first(tiny, passes):
    one = look(plain(0), tiny).nbytes
    cache, looks = FeatureCache(Worker(tiny), look_bytes=3 * one + 1), []
    passes.clear()
    for n in range(5):
        looks.append(weakref.ref(cache.look_at(plain(n))))
        assert sum(kept.nbytes for kept in alive(looks)) <= 3 * one + 1
    assert len(passes) == 5
    for n in (4, 3, 2):
        cache.look_at(plain(n))
    assert len(passes) == 5
    cache.look_at(plain(1))
    assert len(passes) == 6
    assert len(alive(looks)) == 2  # and the new one


def bytes_of(kept: object) -> int:
    """At least what a value holds, counted another way."""
    if isinstance(kept, np.ndarray | bytes):
        return len(kept.tobytes() if isinstance(kept, np.ndarray) else kept)
    if isinstance(kept, Image.Image):
        return len(kept.tobytes())
    if isinstance(kept, Statistics):
        return sum(map(bytes_of, astuple(kept)))
    if isinstance(kept, dict):
        return sum(map(bytes_of, kept.values()))
    return sum(map(bytes_of, kept)) if isinstance(kept, list | tuple) else 0


def test_what_is_derived_from_looks_is_bounded_too(tiny, photo):
    cache = FeatureCache(Worker(tiny), derived_bytes=1_000_000)
    view, arrays, made = cache.look_at(photo), [], 0

    def make() -> np.ndarray:
        nonlocal made
        made += 1
        return np.zeros(300_000, np.uint8)

    for n in range(9):
        arrays.append(weakref.ref(cache.derived(f"array {n}", view, "", make)))
        assert sum(array.nbytes for array in alive(arrays)) <= 1_000_000
    assert len(alive(arrays)) == 3
    for n in (8, 7, 6):
        cache.derived(f"array {n}", view, "", make)
    assert made == 9
    cache.derived("array 0", view, "", make)
    assert made == 10


def test_the_bytes_of_what_is_derived_are_not_underrated(cache, photo, painting):
    uploads = Uploads(photo, painting)
    kept: list[object] = []
    derived = cache.derived
    cache.derived = lambda *arguments: kept.append(derived(*arguments)) or kept[-1]
    for layer in ("relu1_1", "conv3_2", "pool5"):
        show(cache, ViewState(layer=layer), uploads)
        show_gram(cache, ViewState(view="gram", layer=layer), uploads)
    kept.append(cache.styles(STYLE_LAYERS[:1]))
    assert {Statistics, np.ndarray, Image.Image, tuple, dict} <= {type(value) for value in kept}
    for value in kept:
        assert 0 < bytes_of(value) <= approximate_bytes(value)


def test_the_three_pictures_of_a_visitor_fit_at_the_real_network():
    one = sum(4 * LAYERS[conv].channels * (384 // LAYERS[conv].stride) ** 2 for conv in CONVS)
    assert 3 * one < module.LOOK_BYTES < 1e9


def test_several_threads_may_ask_at_once(tiny, passes):
    """Room for two of three pictures: what one thread asks for is pushed out by another's."""
    pictures = [plain(n) for n in range(3)]
    expected = [look(picture, tiny).features("relu2_1") for picture in pictures]
    cache = FeatureCache(Worker(tiny), look_bytes=2 * look(pictures[0], tiny).nbytes + 1)
    start, looks, wrong = threading.Barrier(4), [], []

    def ask(first: int) -> None:
        start.wait()
        for n in range(first, first + 9):
            try:
                view = cache.look_at(pictures[n % 3])
                looks.append(weakref.ref(view))
                matrix = cache.matrix(view, "relu2_1")
                if not (np.array_equal(view.features("relu2_1"), expected[n % 3])):
                    wrong.append(n)
                if not np.array_equal(matrix, gram(expected[n % 3])):
                    wrong.append(n)
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=ask, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(set(map(id, alive(looks)))) == 2
    assert len(passes) > 4


def test_the_network_looks_at_one_picture_at_a_time_and_at_none_twice(cache, tiny, monkeypatch):
    inside, together, looked = [], [], []

    def slowly(picture: Image.Image, *arguments):
        inside.append(1)
        together.append(len(inside))
        time.sleep(0.05)
        looked.append(picture)
        inside.pop()
        return look(picture, *arguments)

    monkeypatch.setattr(module, "look", slowly)
    pictures = [plain(1), plain(2), plain(1), plain(2)]  # four visitors, two pictures
    with ThreadPoolExecutor(4) as visitors:
        views = list(visitors.map(cache.look_at, pictures))
    assert set(together) == {1} and len(looked) == 2
    assert views[0] is views[2] and views[1] is views[3]


def test_the_styles_of_the_paintings_are_computed_once_and_push_no_look_out(tiny, passes, photo):
    cache = FeatureCache(Worker(tiny), look_bytes=2 * look(photo, tiny).nbytes)
    passes.clear()
    cache.look(PLACE, Uploads(photo))
    styles = cache.styles(STYLE_LAYERS[:2])
    assert len(passes) == 1 + len(paintings()) == 1 + len(styles)
    assert cache.styles(STYLE_LAYERS[:2]).keys() == styles.keys()
    cache.look(PLACE, Uploads(photo))
    assert len(passes) == 1 + len(styles)
    assert [set(by_layer) for by_layer in styles.values()] == [set(STYLE_LAYERS[:2])] * len(styles)
