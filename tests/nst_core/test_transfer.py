"""What `transfer` promises, on the tiny encoder; the last tests use the real VGG19."""

from __future__ import annotations

import itertools
import math
import threading

import numpy as np
import pytest
import torch
from PIL import Image

from nst_core.errors import PictureError, SettingError
from nst_core.objective import Objective
from nst_core.plan import plan_levels
from nst_core.settings import Settings
from nst_core.transfer import stylize, transfer

SMALL = {"size": 80, "evaluations": 6, "levels": 2}


def run(photo, painting, encoder, **settings):
    return list(transfer(photo, painting, Settings(**{**SMALL, **settings}), encoder))


@pytest.fixture(scope="module")
def steps(tiny, photo, painting):
    return run(photo, painting, tiny)


def test_the_first_step_comes_before_any_evaluation_and_the_last_is_done(steps):
    assert steps[0].evaluation == 0 and math.isnan(steps[0].total) and not steps[0].terms and not steps[0].done
    assert [step.evaluation for step in steps] == [*range(7), 6]
    assert [step.done for step in steps] == [False] * 7 + [True]
    assert [step.level for step in steps[1:-1]] == sorted(step.level for step in steps[1:-1])
    assert steps[-1].remaining == 0 and all(step.elapsed <= later.elapsed for step, later in itertools.pairwise(steps))


def test_every_step_has_the_size_it_says_and_the_last_the_size_asked_for(steps):
    assert all(step.picture().size == (step.width, step.height) for step in steps)
    assert (steps[1].width, steps[1].height) == (40, 28)
    assert steps[-1].picture().size == (80, 56)


@pytest.mark.parametrize("shape", [(97, 41), (41, 97), (64, 64)])
def test_the_aspect_ratio_is_kept(tiny, painting, shape):
    picture = stylize(Image.new("RGB", shape, "teal"), painting, Settings(size=96, evaluations=2), tiny)
    assert max(picture.size) == 96
    assert picture.width / picture.height == pytest.approx(shape[0] / shape[1], rel=0.02)


@pytest.mark.parametrize("init", ["matched", "noise"])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_the_same_settings_give_the_same_bytes(tiny, photo, painting, init, precision):
    settings = {"init": init, "seed": 3, "precision": precision}
    first, second = (run(photo, painting, tiny, **settings)[-1].picture().tobytes() for _ in range(2))
    assert first == second


def test_another_seed_gives_another_picture_from_noise(tiny, photo, painting):
    first, second = (run(photo, painting, tiny, init="noise", seed=s)[-1].picture().tobytes() for s in (1, 2))
    assert first != second


def test_closing_the_generator_stops_at_once_and_leaves_no_thread(tiny, photo, painting):
    calls = []
    hook = tiny.register_forward_hook(lambda *_: calls.append(1))
    try:
        threads = threading.active_count()
        steps = transfer(photo, painting, Settings(**SMALL), tiny)
        kept = [next(steps) for _ in range(4)][-1]
        before = len(calls)
        steps.close()
    finally:
        hook.remove()
    assert len(calls) == before and threading.active_count() == threads
    assert kept.picture().size == (40, 28)  # what was reached stays good


TWO = {"levels": 1, "evaluations": 2}


@pytest.fixture(scope="module")
def uninterrupted(tiny, photo, painting):
    return run(photo, painting, tiny, **TWO)


@pytest.mark.parametrize("asked", range(27))
def test_an_interrupted_evaluation_is_left_at_once_forward_and_back(tiny, photo, painting, uninterrupted, asked):
    """Thirteen convolutions: 26 questions an evaluation. Here in the second, and after those about the targets."""
    whole = Settings(**{**SMALL, **TWO})
    targets, evaluation = 13 + 10, 2 * 13  # the painting's end with conv5_1, the photo's with conv4_2
    questions = []

    def interrupted() -> bool:
        questions.append(1)
        return len(questions) > targets + evaluation + asked

    steps = list(transfer(photo, painting, whole, tiny, interrupted))
    left = asked < evaluation
    assert [step.evaluation for step in steps] == [0, 1] + [2, 2] * (not left)
    assert len(questions) == targets + evaluation + min(asked + 1, evaluation)
    assert steps[-1].done is not left
    assert steps[1].picture().tobytes() == uninterrupted[1].picture().tobytes()


def test_max_seconds_ends_in_time_at_full_size(tiny, photo, painting):
    steps = run(photo, painting, tiny, evaluations=10000, max_seconds=0.7)
    assert steps[-1].done and steps[-1].picture().size == (80, 56)
    assert 0 < steps[-1].evaluation < 10000
    assert {step.level for step in steps[1:]} == {1, 2}  # every level got its share of the time
    # One evaluation of this network takes some milliseconds; the slack is for a busy machine.
    assert steps[-1].elapsed < 0.7 + 2


def test_a_photo_too_narrow_is_refused_before_the_run(tiny, painting):
    with pytest.raises(PictureError, match="too narrow for relu5_1"):
        next(transfer(Image.new("RGB", (16, 4000)), painting, Settings(), tiny))


def test_a_very_long_painting_is_used_as_it_is(tiny, photo):
    strip = Image.effect_noise((16, 400), 90).convert("RGB")
    assert run(photo, strip, tiny)[-1].done


@pytest.mark.parametrize("colour", ["black", "white", "grey"])
def test_flat_pictures_give_no_nan(tiny, photo, colour):
    flat = Image.new("RGB", (70, 50), colour)
    for content, style in ((photo, flat), (flat, photo), (flat, flat)):
        assert all(math.isfinite(step.total) for step in run(content, style, tiny)[1:])


def test_the_estimate_of_the_remaining_time_counts_work_not_evaluations(tiny, photo):
    levels = plan_levels(Settings(size=96, levels=2, evaluations=20), *photo.size)
    steps = list(transfer(photo, photo.rotate(90), Settings(size=96, levels=2, evaluations=20, init="noise"), tiny))
    at_the_turn = steps[levels[0].evaluations]
    spent = at_the_turn.elapsed / levels[0].evaluations
    assert at_the_turn.remaining > 1.5 * spent * levels[1].evaluations  # the next level's evaluations cost four times


def test_the_last_step_says_why_the_run_ended(tiny, photo, painting, steps):
    assert [step.ended for step in steps] == [""] * 7 + ["finished"]
    assert run(photo, painting, tiny, evaluations=5000, max_seconds=0.1)[-1].ended == "time"
    same = run(photo, photo, tiny, init="content", levels=1, style_scale=1)
    assert same[-1].ended == "converged" and same[-1].evaluation < 6
    stopped = list(transfer(photo, painting, Settings(**SMALL), tiny, lambda: True))
    assert stopped[-1].ended == "" and not stopped[-1].done


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_where_bfloat16_can_lower_no_more_float32_goes_on(tiny, photo, painting, optimizer):
    settings = {"levels": 1, "evaluations": 150, "size": 64, "optimizer": optimizer}
    settings |= {"style_layers": "relu1_1", "content_layers": "relu1_1"}
    rounded = run(photo, painting, tiny, **settings, precision="bfloat16")[-1]
    exact = run(photo, painting, tiny, **settings, precision="float32")[-1]
    assert rounded.evaluation > 0.8 * exact.evaluation and rounded.total < 1.1 * exact.total


def test_a_style_layer_of_weight_0_paints_as_if_it_were_not_named(tiny, photo, painting):
    for objective in ("balanced", "gatys", "johnson"):
        few = run(photo, painting, tiny, objective=objective, style_layers="relu1_1,relu3_1", style_layer_weights="1,2")
        names = "relu1_1,relu2_1,relu3_1,relu5_4"
        more = run(photo, painting, tiny, objective=objective, style_layers=names, style_layer_weights="1,0,2,0")
        assert few[-1].terms == more[-1].terms and few[-1].picture().tobytes() == more[-1].picture().tobytes()


@pytest.mark.parametrize("changes", [{"init": "noise"}, {"optimizer": "adam"}, {"init": "content"}, {}], ids=str)
def test_a_grey_photo_with_a_grey_painting_stays_grey(tiny, photo, painting, changes):
    grey = [picture.convert("L").convert("RGB") for picture in (photo, painting)]
    pixels = np.asarray(run(*grey, tiny, **changes)[-1].picture()).astype(int)
    assert np.abs(pixels - pixels[..., :1]).max() <= 1 and pixels.std() > 5
    pixels = np.asarray(run(grey[0], painting, tiny, **changes)[-1].picture()).astype(int)
    assert np.abs(pixels - pixels[..., :1]).max() > 20, "a painting with colours brings them"


def test_several_paintings_mix_their_gram_matrices_by_their_shares(tiny, photo, painting):
    other = painting.rotate(90)
    settings = Settings(**SMALL, mix="3,1")
    level = plan_levels(settings, *photo.size)[-1]
    mixed = Objective(photo, [painting, other], settings, level, tiny).targets.style
    one, two = (Objective(photo, [p], Settings(**SMALL), level, tiny).targets.style for p in (painting, other))
    for name, gram in mixed.items():
        assert torch.allclose(gram, 0.75 * one[name] + 0.25 * two[name], rtol=1e-5)


def test_a_mix_of_equal_paintings_and_a_share_of_nothing_change_nothing(tiny, photo, painting, steps):
    alone = steps[-1].picture()
    for paintings, mix in (([painting], "5"), ([painting, painting.rotate(90)], "1,0")):
        assert run(photo, paintings, tiny, mix=mix)[-1].picture().tobytes() == alone.tobytes()
    twice = np.asarray(run(photo, [painting, painting], tiny)[-1].picture(), int)
    assert np.abs(twice - np.asarray(alone, int)).mean() < 1
    mixed = np.asarray(run(photo, [painting, painting.rotate(90).convert("L")], tiny)[-1].picture(), int)
    assert np.abs(mixed - np.asarray(alone, int)).mean() > 2


def test_a_mix_starts_with_the_colours_of_both(tiny, photo):
    red, blue = (Image.new("RGB", (60, 50), colour) for colour in ("red", "blue"))
    start = next(transfer(photo, [red, blue], Settings(**SMALL, mix="1,3"), tiny)).best
    assert start.mean((0, 2, 3)).tolist() == pytest.approx([0.25, 0, 0.75], abs=0.08)


def test_a_mix_of_another_length_and_no_painting_are_refused(tiny, photo, painting):
    with pytest.raises(SettingError, match="2 numbers for 1 paintings"):
        next(transfer(photo, painting, Settings(**SMALL, mix="1,2"), tiny))
    with pytest.raises(PictureError, match="No painting"):
        next(transfer(photo, [], Settings(**SMALL), tiny))


def test_brush_and_strength_change_the_picture(tiny, photo, painting, steps):
    usual = steps[-1].picture().tobytes()
    for changes in ({"style_scale": 2}, {"style_scale": 0.5}, {"strength": 2}, {"strength": -2}):
        assert run(photo, painting, tiny, **changes)[-1].picture().tobytes() != usual, changes


def test_the_last_of_several_levels_leaves_layers_out(tiny, photo, painting):
    settings = Settings(size=80, levels=2, evaluations=4, coarse_only_layers="relu5_1,relu4_1")
    _, *steps = transfer(photo, painting, settings, tiny)
    layers = [[term.layer for term in step.terms if term.kind == "style"] for step in steps]
    assert layers[0] == layers[1] == ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"]
    assert layers[2] == layers[3] == ["relu1_1", "relu2_1", "relu3_1"]


def test_a_single_level_leaves_no_layer_out(tiny, photo, painting):
    usual, coarse_only = (
        stylize(photo, painting, Settings(size=64, levels=1, evaluations=4, coarse_only_layers=layers), tiny)
        for layers in ("", "relu5_1")
    )
    assert usual.tobytes() == coarse_only.tobytes()
