"""The view "edit": what is changed in the painting's Gram matrix, and drafts before and after. On a tiny encoder."""

import io
from itertools import count, repeat
from threading import Event

import numpy as np
import pytest
from PIL import Image

from demo.compute.worker import Worker
from demo.explorer.feature_cache import FeatureCache, Uploads
from demo.explorer.view_state import ViewState
from demo.explorer.views import edit_actions, edit_drafts, edit_text
from nst_core.errors import PictureError
from nst_core.explore import gram_drafts
from nst_core.explore.palette import CHANGED
from nst_core.settings import Settings
from nst_core.transfer import stylize

PLACE = ViewState(view="edit", layer="relu2_1", first=1, second=3, percent=50)


@pytest.fixture
def cache(tiny) -> FeatureCache:
    return FeatureCache(Worker(tiny))


@pytest.fixture(autouse=True)
def short_runs(monkeypatch) -> None:
    edit_drafts.FINISHED.clear()
    monkeypatch.setattr(gram_drafts, "EVALUATIONS", 3)
    monkeypatch.setattr(gram_drafts, "SIZE", 64)


def opened(file) -> Image.Image:
    return Image.open(io.BytesIO(file.data))


@pytest.mark.parametrize(
    ("state", "setting", "words"),
    [
        (PLACE, "relu2_1:1x0.5", "Channel 1 of relu2_1 counts as if it responds 0.5 times as strongly"),
        (PLACE.updated(percent=0), "relu2_1:1x0", "Channel 1 of relu2_1 is muted"),
        (
            PLACE.updated(touched="pair", percent=300),
            "relu2_1:1:3x3",
            "The cell of channels 1 and 3 is multiplied by 3",
        ),
        (PLACE.updated(touched="pair", second=1), "relu2_1:1x0.5", "Channel 1 of relu2_1"),
        (
            PLACE.updated(touched="block"),
            "relu2_1:0-3x0.5",
            "All 4 channels of the framed block of relu2_1 count as if",
        ),
        (PLACE.updated(touched="layer", percent=400), "relu2_1x4", "The whole layer relu2_1 counts as if"),
        (PLACE.updated(touched="layer", percent=0), "relu2_1x0", "The whole layer relu2_1 is muted"),
    ],
)
def test_the_words_and_the_matrix_say_what_is_changed(cache, photo, painting, state, setting, words) -> None:
    panels = edit_actions.show(cache, state, Uploads(photo, painting))
    assert str(edit_actions.change_of(cache, state, Uploads(photo, painting))) == setting
    assert Settings(gram_changes=setting).gram_changes == (setting,)
    assert words in panels["edit_words"] and f"<code>{setting}</code>" in panels["edit_words"]
    for name in ("edit_whole", "edit_window"):
        outlined = (np.asarray(opened(panels[name]))[:512] == CHANGED).all(axis=2).any()
        assert outlined == (state.touched in ("channel", "pair"))  # of the tiny network a block is the whole matrix


def test_a_block_beside_the_diagonal_is_of_pairs(oxford, photo, painting) -> None:
    state = PLACE.updated(touched="block", down=1, across=2)
    change = edit_actions.change_of(FeatureCache(Worker(oxford)), state, Uploads(photo, painting))
    assert len(change.rows) == len(change.columns) == 32 and not set(change.rows) & set(change.columns)


def test_both_drafts_are_those_of_the_core_and_stand_beside_the_matrix(cache, tiny, photo, painting) -> None:
    uploads = Uploads(photo, painting)
    shown = list(edit_actions.run(cache, PLACE, uploads, lambda: False, clock=count().__next__))
    assert len(shown) == 2 * 5 + 1  # of each the start, three evaluations and the end; and the end of both
    last = opened(shown[-1]["edit_drafts"])
    height = 3 * 45
    pixels = np.asarray(last)[20 : 20 + height]
    for n, changes in enumerate(("", "relu2_1:1x0.5")):
        settings = Settings(size=64, evaluations=3, gram_changes=changes)
        draft = stylize(photo, painting, settings, tiny).resize((192, height), Image.Resampling.BICUBIC)
        left = height + 8 + n * 200
        assert np.array_equal(pixels[:, left : left + 192], np.asarray(draft))
    assert "relu2_1:1x0.5" in last.text["Description"] and edit_text.PAINTED in shown[-1]["edit_status"]
    seldom = list(edit_actions.run(cache, PLACE.updated(first=2), uploads, lambda: False, clock=repeat(0.0).__next__))
    assert len(seldom) == 2, "the first preview at once, and the end"
    often = list(edit_actions.run(cache, PLACE.updated(first=3), uploads, lambda: False, clock=count().__next__))
    assert len(often) == 5 + 1, "the draft before is kept: only one was painted"
    (again,) = edit_actions.run(cache, PLACE, uploads, lambda: False)
    assert again["edit_drafts"].data == shown[-1]["edit_drafts"].data


def test_stop_keeps_what_there_is_and_what_was_stopped_is_painted_again(cache, photo, painting) -> None:
    stop = Event()
    run = edit_actions.run(cache, PLACE, Uploads(photo, painting), stop.is_set, clock=count().__next__)
    next(run), next(run)
    stop.set()
    (last,) = run
    assert "Stopped" in last["edit_status"] and last["edit_drafts"].name.endswith("before-and-after.png")
    assert cache.worker.turns.evaluate(int) == 0  # nothing else is being evaluated
    assert not edit_drafts.FINISHED


def test_of_a_mix_all_paintings_are_changed(cache, tiny, photo, painting) -> None:
    other = painting.rotate(90)
    uploads = Uploads(photo, painting, photo, others=(other,), shares=(0.75, 0.25))
    *_, last = edit_actions.run(cache, PLACE, uploads, lambda: False)
    settings = Settings(size=64, evaluations=3, gram_changes="relu2_1:1x0.5", mix=(0.75, 0.25))
    draft = stylize(photo, [painting, other], settings, tiny).resize((192, 135), Image.Resampling.BICUBIC)
    assert np.array_equal(np.asarray(opened(last["edit_drafts"]))[20:155, 343:535], np.asarray(draft))


def test_a_layer_that_the_style_loss_does_not_use_cannot_be_changed_and_the_words_say_so(
    cache, photo, painting
) -> None:
    state = PLACE.updated(layer="relu3_2")
    assert "relu3_2 is not a style layer" in edit_actions.show(cache, state, Uploads(photo, painting))["edit_words"]
    with pytest.raises(PictureError, match=r"relu3_2 is not a style layer.*Choose one of relu1_1"):
        next(edit_actions.run(cache, state, Uploads(photo, painting), lambda: False))
