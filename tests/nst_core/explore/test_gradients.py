"""Which way content and style want the pixels changed: by finite differences, and what a step in that direction does."""

import numpy as np
import pytest
import torch
from PIL import Image

from nst_core.explore import Descent, agreement, averaged, descent, direction_picture, gradient_figure, gram, look
from nst_core.losses import OBJECTIVES
from nst_core.terms import Targets, loss_terms

CONTENT, STYLE = ("relu2_2",), ("relu1_1", "relu3_1")


@pytest.fixture(scope="module")
def targets(tiny, photo, painting) -> tuple[dict, dict]:
    view, style = look(photo, tiny, 64), look(painting, tiny, 64)
    return {name: view.features(name) for name in CONTENT}, {name: gram(style.features(name)) for name in STYLE}


@pytest.fixture(scope="module")
def picture(photo) -> Image.Image:
    """Neither photo nor painting, of the size at which the photo is looked at."""
    return photo.resize((64, 48)).transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def loss_of(kind: str, pixels: torch.Tensor, encoder, targets, objective: str) -> float:
    content, style = ({name: torch.from_numpy(of).double() for name, of in each.items()} for each in targets)
    wanted = Targets({name: of[None] for name, of in content.items()}, {}) if kind == "content" else Targets({}, style)
    terms = loss_terms(encoder.iter_features(pixels, CONTENT + STYLE), wanted, objective)
    return float(sum(terms.values()))


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_small_step_lowers_each_term_by_what_the_gradient_says(tiny, targets, picture, objective) -> None:
    found = descent(picture, tiny, *targets, objective, content_weight=2, style_weight=5)
    pixels = torch.from_numpy(np.asarray(picture).copy()).permute(2, 0, 1)[None] / 255
    for kind, direction, weight in (("content", found.content, 2), ("style", found.style, 5)):
        step = torch.from_numpy(direction).permute(2, 0, 1)[None]
        size = 1e-3 / float(step.norm())
        before, after = (loss_of(kind, pixels + sign * size * step, tiny, targets, objective) for sign in (-1, 1))
        assert weight * (before - after) == pytest.approx(2 * size * float(step.square().sum()), rel=0.05)
    assert np.array_equal(found.both, found.content + found.style)


def test_the_photo_itself_has_no_content_gradient(tiny, targets, photo) -> None:
    found = descent(look(photo, tiny, 64).picture, tiny, *targets)
    assert np.abs(found.content).max() <= 1e-6 * np.abs(found.style).max()


def test_the_cosine_and_the_agreement_say_whether_they_go_together() -> None:
    way = np.random.default_rng(0).normal(size=(12, 9, 3)).astype(np.float32)
    same, against, none = Descent(way, 3 * way), Descent(way, -way), Descent(way, 0 * way)
    assert same.cosine == pytest.approx(1) and against.cosine == pytest.approx(-1) and none.cosine == 0
    assert (
        np.allclose(agreement(same, 2), 1) and np.allclose(agreement(against, 2), -1) and not agreement(none, 2).any()
    )
    assert not against.both.any()
    halves = Descent(way, np.where(np.arange(9)[None, :, None] < 4, way, -way))
    assert agreement(halves, 0.5)[:, 0].min() > 0.9 and agreement(halves, 0.5)[:, 8].max() < -0.9


def test_directions_become_colours_and_averages_keep_what_neighbours_share() -> None:
    direction = np.zeros((20, 30, 3), np.float32)
    direction[:, :15, 0], direction[:, 15:, 2] = 1, -1
    pixels = np.asarray(direction_picture(direction))
    assert pixels[3, 3].tolist() == [255, 128, 128] and pixels[3, 25].tolist() == [128, 128, 0]
    noise = np.random.default_rng(1).normal(size=direction.shape)
    assert np.abs(averaged(direction + noise, 4)[10, 3] - [1, 0, 0]).max() < 0.4
    assert np.asarray(direction_picture(0 * direction)).std() == 0


def test_the_figure_has_eight_pictures(picture) -> None:
    zeros = np.zeros((48, 64, 3), np.float32)
    figure = gradient_figure(picture, Descent(zeros, zeros), enlarged=1)
    assert figure.width == 4 * 64 + 3 * 8 and figure.height > 2 * 48
    assert figure.crop((0, 20, 64, 68)).tobytes() == picture.tobytes()
