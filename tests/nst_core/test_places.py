"""Regions in a run: which style is matched where, what stays, and that every setting works with them."""

import numpy as np
import pytest
import torch
from PIL import Image

from nst_core.images import is_grey, resize, to_tensor
from nst_core.losses import OBJECTIVES, gram_matrix
from nst_core.masks import grown, part_for_layer
from nst_core.objective import Objective
from nst_core.places import places_at, too_small
from nst_core.plan import plan_levels
from nst_core.regions import KEPT, MIXED, read_regions
from nst_core.settings import Settings
from nst_core.terms import Term
from nst_core.transfer import transfer

EARLY = {"style_layers": "relu1_1,relu2_1", "content_layers": "relu2_2"}


def halves(left: str, right: str, size: tuple[int, int] = (80, 56)) -> Image.Image:
    image = Image.new("RGB", size, right)
    image.paste(left, (0, 0, size[0] // 2, size[1]))
    return image


def painted(photo, styles, encoder, regions, **settings):
    chosen = Settings(**{"size": 80, "evaluations": 6, "levels": 2, **EARLY, **settings})
    return list(transfer(photo, styles, chosen, encoder, regions=regions))


@pytest.fixture
def pictures(painting) -> list[Image.Image]:
    """The painting, and one in other colours."""
    return [painting, Image.merge("RGB", painting.split()[::-1]).rotate(180)]


def test_the_parts_add_up_to_1_and_end_softly_and_what_is_kept_ends_outside(photo):
    image = halves("red", "white")
    image.paste("black", (0, 0, 80, 20))
    places = places_at(photo, read_regions(image, 2), (0.5, 0.5), (160, 112))
    assert [part.label for part in places.parts] == [0, MIXED]
    assert [part.shares for part in places.parts] == [(1.0, 0.0), (0.5, 0.5)]
    whole = sum(part.mask for part in places.parts) + places.held
    assert torch.allclose(whole, torch.ones(1, 1, 112, 160), atol=0.01)
    assert (
        places.held[..., 60:, 80:].min() == 1 and 0 < places.held[..., 80, 78] < 1 and places.held[..., 70].max() == 0
    )
    edge = places.parts[0].mask[0, 0, 30:50, 20]
    assert edge[0] < 0.01 and edge[-1] == 1 and (edge.diff() >= 0).all() and ((edge > 0.1) & (edge < 0.9)).sum() > 1


def test_without_regions_an_opaque_photo_has_no_places(photo):
    assert places_at(photo, None, (1.0,), (80, 56)) is None


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_layers_term_is_the_sum_over_the_parts_of_guided_gram_matrices(tiny, photo, pictures, objective):
    settings = Settings(size=80, levels=1, objective=objective, mix="3,1", style_scale=1, padding="zeros", **EARLY)
    level = plan_levels(settings, *photo.size)[-1]
    image = halves("yellow", "black")
    image.paste("white", (60, 0, 80, 56))
    places = places_at(photo, read_regions(image, 2), settings.shares(2), level.size)
    made = Objective(photo, pictures, settings, level, tiny, places=places)
    result = torch.rand(1, 3, 56, 80, generator=torch.Generator().manual_seed(1))
    _, terms = made(result)
    alone = [Objective(photo, [style], Settings(**settings.to_dict() | {"mix": ()}), level, tiny) for style in pictures]
    held = places.hold(result)
    assert torch.equal(held[..., 62:], to_tensor(photo)[..., 62:]) and torch.equal(held[..., :55], result[..., :55])
    for name, features in tiny(held, settings.style_used).items():
        first, second = (one.targets.style[name] for one in alone)
        expected = 0.0
        for part, target in zip(places.parts, (second, 0.75 * first + 0.25 * second), strict=True):
            gram = gram_matrix(features, part_for_layer(part.mask, name))
            expected += float(part.mask.mean()) * float(OBJECTIVES[objective].style(gram, target))
        share = 1 if objective == "johnson" else 1 / 2
        assert float(terms[Term("style", name)]) == pytest.approx(share * expected, rel=1e-4)
    relative = made.relative({term: float(value) for term, value in terms.items()})
    assert list(relative) == [Term("content", "relu2_2"), Term("style", "relu1_1"), Term("style", "relu2_1")]
    assert all(0 < value < 10 for value in relative.values())


def test_a_map_of_one_colour_paints_with_that_painting_alone(tiny, photo, pictures):
    one = painted(photo, pictures, tiny, Image.new("RGB", (80, 56), "yellow"))[-1]
    alone = painted(photo, pictures[1], tiny, None)[-1]
    assert np.abs(np.asarray(one.picture(), float) - np.asarray(alone.picture(), float)).mean() < 2
    assert one.total == pytest.approx(alone.total, rel=0.02)


def test_each_half_gets_the_colours_of_its_painting(tiny, photo):
    flat = [Image.new("RGB", (60, 50), color) for color in ("red", "blue")]
    start, *_, last = painted(photo, flat, tiny, halves("red", "yellow"), style_weight=1000)
    for step, least in ((start, 0.2), (last, 0.05)):
        third = step.width // 3
        left, right = step.best[..., :third].mean((2, 3))[0], step.best[..., -third:].mean((2, 3))[0]
        assert left[0] > left[2] + least and right[2] > right[0] + least


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"init": "noise"},
        {"init": "content"},
        {"colors": "luminance", "precision": "bfloat16"},
        {"colors": "matched", "strength": 1, "style_scale": 1.5},
        {"mix": "1,0", "tv_weight": 5, "padding": "replicate"},
        {"objective": "gatys", "pooling": "average", "levels": 1},
        {"style_weight": 0},
        {"content_weight": 0, "objective": "johnson"},
        {"max_seconds": 1e-9, "levels": 0},
    ],
    ids=str,
)
def test_what_is_kept_is_the_photo_in_every_picture_whatever_the_settings(tiny, photo, pictures, changes):
    image = halves("yellow", "white")
    image.paste("black", (0, 0, 40, 20))
    for step in painted(photo, pictures, tiny, image, **changes):
        small = np.asarray(resize(photo, *step.picture().size))
        kept = np.asarray(step.picture())[:, small.shape[1] // 2 + 2 :]
        assert np.array_equal(kept, small[:, small.shape[1] // 2 + 2 :]), step.evaluation
    assert step.done and step.picture().size == (80, 56)
    moved = np.abs(np.asarray(step.picture(), float) - np.asarray(photo))[:, :36].mean()
    assert moved > 1 or "style_weight" in changes


def test_grey_stays_grey(tiny, photo, pictures):
    steps = painted(photo.convert("L"), [style.convert("L") for style in pictures], tiny, halves("red", "white"))
    assert is_grey(steps[-1].picture())


def test_a_region_too_small_for_a_layer_leaves_it_out_there_and_the_run_goes_on(tiny, photo, pictures):
    image = Image.new("RGB", (80, 56), "black")
    image.paste("red", (20, 20, 32, 32))
    regions = read_regions(image, 2)
    settings = Settings(size=160, levels=1, evaluations=3)
    assert too_small(photo, regions, settings, 2) == {0: ["relu5_1"]}
    assert too_small(photo, regions, Settings(size=1024), 2) == {} == too_small(photo, None, settings, 2)
    assert too_small(photo, regions, Settings(size=160, coarse_only_layers="relu4_1,relu5_1", levels=2), 2) == {}
    assert len(painted(photo, pictures, tiny, regions, size=160, style_layers="relu5_1", levels=1)) > 3


def test_layers_that_no_region_is_large_enough_for_count_nothing(tiny, photo, pictures):
    image = Image.new("RGB", (80, 56), "white")
    image.paste("red", (20, 20, 32, 32))
    step = painted(photo, pictures, tiny, image, style_layers="relu2_1,relu5_1", levels=1)[-1]
    assert step.terms[Term("style", "relu5_1")] == step.relative[Term("style", "relu5_1")] == 0
    assert step.relative[Term("style", "relu2_1")] > 0


def test_grown_is_the_largest_value_of_the_square_around_a_pixel():
    mask = torch.zeros(1, 1, 9, 12)
    mask[..., 4, 5] = 1
    wider = grown(mask, 2)
    assert wider.sum() == 25 and wider[..., 2:7, 3:8].min() == 1 and torch.equal(grown(mask, 0), mask)


def test_regions_are_used_as_they_are_or_as_a_map(tiny, photo, pictures):
    image = halves("red", "white")
    one, two = (painted(photo, pictures, tiny, given)[-1] for given in (image, read_regions(image, 2)))
    assert one.picture().tobytes() == two.picture().tobytes()
    assert KEPT in {value for _, value in read_regions(image, 2).labels.getcolors()}
