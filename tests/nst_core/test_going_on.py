"""From a picture on: the search goes on bit for bit as if it had never ended, or begins anew from the picture."""

from __future__ import annotations

import pickle
from collections import deque
from dataclasses import replace

import pytest
import torch
from PIL import Image

from nst_core import plan
from nst_core.errors import PictureError
from nst_core.images import ALPHA
from nst_core.settings import Settings
from nst_core.transfer import Step, transfer

SMALL = {"size": 80, "evaluations": 12, "levels": 2}  # six of them are at the coarse level


def kept(step: Step) -> Step:
    """The step with a copy of its memory: a run that goes on changes its own."""
    return replace(step, memory=step.memory and step.memory.copied_to("cpu"))


def run(photo, painting, encoder, **changes) -> list[Step]:
    """The steps of a run, each as the last would be of one that is left after it."""
    return [kept(step) for step in transfer(photo, painting, Settings(**{**SMALL, **changes}), encoder)]


def go_on(photo, painting, encoder, after: Step, **changes) -> Step:
    """The last step of a run that goes on `after` that one."""
    settings = Settings(**{**SMALL, **changes})
    *_, last = transfer(photo, painting, settings, encoder, init=after.picture(), memory=after.memory)
    return last


@pytest.fixture(scope="module")
def steps(tiny, photo, painting) -> list[Step]:
    return run(photo, painting, tiny)


def same(one: Step, other: Step) -> bool:
    return torch.equal(one.best, other.best) and (one.total, one.terms, one.relative) == (
        other.total,
        other.terms,
        other.relative,
    )


@pytest.mark.parametrize("stop", [7, 8, 9, 11])
def test_n_and_then_m_evaluations_are_n_plus_m_of_the_finest_level(tiny, photo, painting, steps, stop):
    more = go_on(photo, painting, tiny, steps[stop], evaluations=12 - stop)
    assert (more.level, more.levels, more.evaluation, more.ended) == (2, 2, 12 - stop, "finished")
    assert same(more, steps[-1])


CHANGES = [{"optimizer": "adam"}, {"optimizer": "gradient"}, {"colors": "luminance"}, {"init": "noise"}]


@pytest.mark.parametrize("changes", CHANGES, ids=str)
def test_so_they_are_with_other_settings(tiny, photo, painting, changes):
    steps = run(photo, painting, tiny, **changes)
    more = go_on(photo, painting, tiny, steps[9], **changes, evaluations=3)
    assert (more.level, more.levels, more.evaluation, more.ended) == (2, 2, 3, "finished")
    assert same(more, steps[-1])


def test_it_may_go_on_many_times_and_the_memory_that_was_handed_over_stays_as_it_was(tiny, photo, painting, steps):
    part = next(step for step in transfer(photo, painting, Settings(**SMALL), tiny) if step.evaluation == 7)
    step, memory = part, part.memory.copied_to("cpu")
    for _ in range(5):
        step = go_on(photo, painting, tiny, step, evaluations=1)
    assert same(step, steps[-1])
    again = [go_on(photo, painting, tiny, part, evaluations=5) for _ in range(2)]
    assert same(again[0], steps[-1]) and same(again[1], steps[-1])
    assert torch.equal(memory.picture, part.memory.picture)


def test_so_it_does_before_at_and_after_the_change_from_bfloat16_to_float32(tiny, photo, painting):
    settings = {"size": 64, "levels": 1, "precision": "bfloat16", "evaluations": 300}
    settings |= {"style_layers": "relu1_1,relu2_1", "content_layers": "relu2_2"}
    last: deque[Step] = deque(maxlen=6)  # with memories that the run no longer changes
    for step in transfer(photo, painting, Settings(**settings), tiny):
        if step.memory:  # the start has none
            last.append(kept(step))
        if len(last) == 6 and last[3].memory.precision == "float32":
            break
    parts, whole = list(last)[1:4], last[-1]
    assert [part.memory.precision for part in parts] == ["bfloat16", "bfloat16", "float32"]
    for part in parts:
        evaluations = whole.evaluation - part.evaluation
        more = go_on(photo, painting, tiny, part, **settings | {"evaluations": evaluations})
        assert evaluations > 1 and torch.equal(more.best, whole.best)


def test_so_it_does_with_the_real_network(oxford, photo, painting):
    settings = {"size": 64, "levels": 1}
    steps = run(photo, painting, oxford, **settings, evaluations=4)
    assert same(go_on(photo, painting, oxford, steps[2], **settings, evaluations=2), steps[-1])


@pytest.mark.parametrize("asked", [3, 20, 40])
def test_an_evaluation_that_was_interrupted_is_done_again(tiny, photo, painting, asked):
    questions = []

    def interrupted() -> bool:
        questions.append(1)
        return len(questions) > 23 + 26 * 4 + asked  # 23 for the targets, 26 in every evaluation

    settings = {**SMALL, "levels": 1, "evaluations": 8}
    part = list(transfer(photo, painting, Settings(**settings), tiny, interrupted))[-1]
    assert part.evaluation == 4 + asked // 26 and not part.done
    more = go_on(photo, painting, tiny, part, levels=1, evaluations=8 - part.evaluation)
    assert same(more, run(photo, painting, tiny, **settings)[-1])


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam", "gradient"])
def test_a_copy_of_the_memory_goes_through_pickle_and_holds_a_bounded_history(
    tiny, photo, painting, optimizer, monkeypatch
):
    picture = 4 * 3 * 80 * 56  # bytes
    monkeypatch.setattr(plan, "HISTORY_BYTES", 10 * picture)
    settings = {"levels": 1, "optimizer": optimizer}
    steps = run(photo, painting, tiny, **settings)
    pickled = pickle.dumps(steps[10].memory)
    assert len(pickled) < (10 + 10) * picture
    part = replace(steps[10], memory=pickle.loads(pickled))
    assert same(go_on(photo, painting, tiny, part, **settings, evaluations=2), steps[-1])


CHANGES_OF_THE_LOSS = [
    *({"style_scale": 0.5}, {"strength": 1}, {"content_weight": 2}, {"tv_weight": 1}, {"size": 72}),
    *({"style_layer_weights": "2,1,1,1,1"}, {"pooling": "average"}, {"optimizer": "adam"}, {"precision": "bfloat16"}),
    *({"levels": 1}, {"coarse_only_layers": ""}),
]


@pytest.mark.parametrize("changes", CHANGES_OF_THE_LOSS, ids=str)
def test_where_a_setting_of_the_loss_has_changed_the_picture_alone_is_the_start(tiny, photo, painting, steps, changes):
    part, settings = steps[-1], Settings(**{**SMALL, "evaluations": 2, **changes})
    with_memory, without = (
        list(transfer(photo, painting, settings, tiny, init=part.picture(), memory=memory))
        for memory in (part.memory, None)
    )
    assert all(same(one, other) for one, other in zip(with_memory[1:], without[1:], strict=True))
    assert [step.evaluation for step in with_memory] == [0, 1, 2, 2]
    assert with_memory[0].picture().tobytes() == part.picture().resize(with_memory[0].picture().size, 1).tobytes()


def test_so_it_is_where_a_picture_has_changed_and_not_where_only_time_and_evaluations_have(
    tiny, photo, painting, steps
):
    part = steps[-1]
    seen_through = painting.copy()
    seen_through.info[ALPHA] = Image.linear_gradient("L").resize(painting.size)

    def more(*pictures, init=None, **changes) -> bool:
        settings = Settings(**{**SMALL, "evaluations": 1, **changes})
        with_memory, without = (
            list(transfer(*pictures, settings, tiny, init=init or part.picture(), memory=memory))[-1].best
            for memory in (part.memory, None)
        )
        return not torch.equal(with_memory, without)

    assert more(photo, painting) and more(photo, painting, max_seconds=100, seed=3, levels=3)
    assert not more(photo.rotate(180), painting) and not more(photo, painting.rotate(180))
    assert not more(photo, seen_through) and not more(photo, [painting, painting])
    assert not more(photo, painting, init=part.picture().rotate(180))


def test_a_search_that_had_nothing_more_to_gain_has_nothing_more_to_gain(tiny, photo):
    settings = {"init": "content", "levels": 1, "style_scale": 1}
    part = run(photo, photo, tiny, **settings)[-1]
    more = go_on(photo, photo, tiny, part, **settings)
    assert part.ended == more.ended == "converged" and more.evaluation == 0 and more.done
    assert same(part, more)


def test_only_the_finest_level_is_remembered(steps):
    assert [step.memory is not None for step in steps] == [False] * 7 + [True] * 7


def test_a_run_from_a_picture_leaves_out_the_levels_that_are_smaller(tiny, photo, painting):
    def sizes(init: Image.Image, **changes) -> list[int]:
        layers = {"style_layers": "relu1_1", "content_layers": "relu1_1"}
        settings = Settings(**{"size": 400, "evaluations": 3, **layers, **changes})
        return [step.width for step in transfer(photo, painting, settings, tiny, init=init)][1:-1]

    assert sizes(photo.resize((400, 280))) == sizes(photo.resize((300, 210))) == [400] * 3
    assert sizes(photo.resize((200, 140))) == [200, 200, 400]
    assert sizes(photo.resize((40, 28))) == [100, 200, 400]
    assert sizes(photo.resize((400, 280)), levels=3) == sizes(photo.resize((800, 560))) == [400] * 3
    assert sizes(photo.resize((200, 140)), evaluations=1) == [400]


def test_the_start_is_the_picture_at_the_size_of_the_first_level(tiny, photo, painting):
    def first(start: Image.Image, **changes) -> Step:
        return next(transfer(photo, painting, Settings(**{"size": 80, **changes}), tiny, init=start))

    other = photo.rotate(180)
    assert first(other).picture().tobytes() == other.tobytes()
    smaller = first(other.resize((40, 28)))
    assert smaller.picture().size == (80, 56)
    detail = first(photo.resize((40, 28)), init="content").best - first(photo.resize((40, 28)), init="noise").best
    assert detail.abs().max() > 0.1, "a smaller picture is enlarged with the photo's detail, but not where noise is"
    assert torch.allclose(first(photo.resize((40, 28)), init="content").best, first(photo).best, atol=0.15)
    grey = first(other, colors="luminance").best
    assert torch.allclose((grey - first(photo, colors="luminance").best).std(1).mean(), torch.tensor(0.0), atol=0.02)


def test_the_last_level_leaves_out_what_it_leaves_out_after_others(tiny, photo, painting, steps):
    part, settings = steps[-1], Settings(**SMALL | {"evaluations": 2})
    more = list(transfer(photo, painting, settings, tiny, init=part.picture()))
    assert {step.level for step in more} == {2} and {step.levels for step in more} == {2}
    assert more[-1].terms.keys() == part.terms.keys() and "style relu5_1" not in map(str, part.terms)


def test_regions_and_a_transparent_photo_go_on_likewise_and_other_regions_anew(tiny, photo, painting):
    map_ = Image.new("RGB", photo.size, "red")
    map_.paste("white", (0, 0, 40, 56))
    clear = photo.copy()
    clear.putalpha(Image.linear_gradient("L").rotate(90).resize(photo.size))
    for picture, regions in ((photo, map_), (clear, None)):

        def paint(evaluations, regions=regions, picture=picture, **given):
            settings = Settings(**SMALL | {"evaluations": evaluations})
            return [kept(step) for step in transfer(picture, painting, settings, tiny, regions=regions, **given)]

        whole = paint(12)
        part = whole[9]
        given = {"init": part.picture(), "memory": part.memory}
        assert same(paint(3, **given)[-1], whole[-1])
        other = map_.rotate(180)
        with_memory, without = (paint(1, other, init=part.picture(), memory=m)[-1] for m in (part.memory, None))
        assert same(with_memory, without)


@pytest.mark.parametrize("size", [(80, 40), (56, 80), (80, 80)])
def test_a_picture_of_other_proportions_is_refused_before_the_run(tiny, photo, painting, size):
    with pytest.raises(PictureError, match=f"{size[0]}x{size[1]} pixels and the photo 80x56.*Crop one"):
        next(transfer(photo, painting, Settings(**SMALL), tiny, init=photo.resize(size)))
