"""Where runs ended: few of the memories that all visits share are kept, and none for a visit that is over."""

import gc

import pytest
from PIL import Image

from demo.compute.reached import MEMORIES, Reached, YoungestMemories
from nst_core.advice import Sample
from nst_core.errors import PictureError
from nst_core.optimize import OPTIMIZERS, Search
from nst_core.search_memory import SearchMemory


@pytest.fixture
def reached(photo):
    """reached() makes one with a memory of its own."""

    def make() -> Reached:
        memory = SearchMemory(Search(OPTIMIZERS["adam"]), "float32", ())
        return Reached(photo, evaluations=3, photo=Sample.of(photo), memory=memory)

    return make


def test_the_youngest_keep_their_memories_and_the_others_their_pictures(reached):
    memories, runs = YoungestMemories(), [reached() for _ in range(MEMORIES + 2)]
    for run in runs:
        memories.keep(run)
    assert [run.memory is not None for run in runs] == [False] * 2 + [True] * MEMORIES
    assert all(run.picture and run.evaluations == 3 for run in runs)
    memories.keep(runs[-2])  # again, which counts once
    memories.keep(reached())
    assert [run.memory is not None for run in runs[-2:]] == [True, False]


def test_a_visit_that_is_over_takes_no_place(reached):
    memories, first = YoungestMemories(), reached()
    memories.keep(first)
    for _ in range(MEMORIES + 1):
        memories.keep(reached())
        gc.collect()
    assert first.memory is not None


def test_a_picture_goes_on_with_its_own_photo_only(reached, photo):
    reached().check_photo(Sample.of(photo.copy()))
    for other in (photo.rotate(180), Image.new("RGB", photo.size)):
        with pytest.raises(PictureError, match=r"painted from another photo. Choose that photo"):
            reached().check_photo(Sample.of(other))
