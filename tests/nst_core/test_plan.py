"""The plan of a run: sizes, shares and arithmetic, before anything is computed."""

import itertools

import pytest

from nst_core.errors import PictureError
from nst_core.layers import STYLE_LAYERS, smallest_side
from nst_core.plan import Level, fit, flops_per_evaluation, painting_size, plan_levels
from nst_core.settings import Settings

SHAPES = [(640, 427), (427, 640), (512, 512), (1000, 300), (80, 56), (4032, 3024)]


def sizes(settings: Settings, width: int, height: int) -> list[tuple[int, int]]:
    return [(level.width, level.height) for level in plan_levels(settings, width, height)]


@pytest.mark.parametrize(
    ("given", "size", "fitted"),
    [
        ((640, 427), 512, (512, 342)),
        ((427, 640), 512, (342, 512)),
        ((100, 100), 64, (64, 64)),
        ((80, 56), 160, (160, 112)),
        ((1999, 1), 64, (64, 1)),
    ],
)
def test_the_longer_side_becomes_the_size(given: tuple[int, int], size: int, fitted: tuple[int, int]) -> None:
    assert fit(*given, size) == fitted


@pytest.mark.parametrize(("shape", "size"), list(itertools.product(SHAPES, (64, 129, 512, 2048))))
def test_the_aspect_ratio_is_kept_to_half_a_pixel(shape: tuple[int, int], size: int) -> None:
    width, height = fit(*shape, size)
    assert max(width, height) == size and (width >= height) == (shape[0] >= shape[1])
    assert abs(min(width, height) - size * min(shape) / max(shape)) <= 0.5


def test_the_default_plan_is_a_quarter_a_half_and_the_whole() -> None:
    assert sizes(Settings(), 640, 427) == [(128, 85), (256, 171), (512, 342)]
    assert sizes(Settings(size=256), 640, 427) == [(128, 85), (256, 171)]
    assert sizes(Settings(size=128), 640, 427) == [(128, 85)]
    assert sizes(Settings(size=2048), 640, 427) == [(128, 85), (256, 171), (512, 342), (1024, 683), (2048, 1366)]


def test_one_level_is_the_papers_single_scale() -> None:
    assert plan_levels(Settings(levels=1, evaluations=50), 427, 640) == [Level(342, 512, 50)]


@pytest.mark.parametrize("levels", range(7))
@pytest.mark.parametrize("evaluations", [*range(1, 30), 100, 219, 220, 9999, 10_000])
def test_the_shares_add_up_exactly_and_none_is_empty(levels: int, evaluations: int) -> None:
    for size, (width, height) in itertools.product((64, 300, 512, 2048), SHAPES):
        plan = plan_levels(Settings(size=size, levels=levels, evaluations=evaluations), width, height)
        assert sum(level.evaluations for level in plan) == evaluations
        assert min(level.evaluations for level in plan) >= 1
        assert (plan[-1].width, plan[-1].height) == fit(width, height, size), "the last level is the result's size"


@pytest.mark.parametrize("levels", range(7))
def test_levels_grow_from_coarse_to_fine_and_the_coarse_get_more_evaluations(levels: int) -> None:
    plan = plan_levels(Settings(size=2048, levels=levels), 640, 427)
    assert levels == 0 or len(plan) == levels
    for coarse, fine in itertools.pairwise(plan):
        assert abs(2 * coarse.width - fine.width) <= 1 and abs(2 * coarse.height - fine.height) <= 1
        assert coarse.evaluations >= fine.evaluations


@pytest.mark.parametrize("size", [64, 100, 512])
def test_no_level_is_too_small_for_the_deepest_layer(size: int) -> None:
    for layers in (["relu1_1"], ["relu3_1"], ["relu5_1"], ["pool5"]):
        settings = Settings(size=size, levels=6, style_layers=layers, content_layers=layers)
        assert min(min(pair) for pair in sizes(settings, 640, 427)) >= smallest_side(layers)


def test_fewer_evaluations_than_levels_drop_the_coarsest() -> None:
    plan = plan_levels(Settings(evaluations=2), 640, 427)
    assert plan == [Level(256, 171, 1), Level(512, 342, 1)]


def test_a_ribbon_is_refused_before_the_run_with_its_size_and_a_remedy() -> None:
    with pytest.raises(PictureError, match=r"16x4000 becomes 2x512.*relu5_1, which needs 16.*Crop it") as error:
        plan_levels(Settings(), 16, 4000)
    assert "\n" not in str(error.value)


def test_the_narrowest_picture_that_fits_is_taken() -> None:
    assert sizes(Settings(), 512, 16) == [(512, 16)]
    with pytest.raises(PictureError, match="512x15"):
        plan_levels(Settings(), 512, 15)
    assert sizes(Settings(style_layers=["relu1_1"], content_layers=["relu1_1"], levels=1), 16, 4000) == [(2, 512)]


def test_a_layer_that_only_content_uses_counts_too() -> None:
    with pytest.raises(PictureError, match="pool5, which needs 32"):
        plan_levels(Settings(content_layers=["pool5"]), 512, 31)


def test_layers_of_a_loss_without_weight_do_not_count() -> None:
    ribbon = {"content_layers": ["relu1_1"], "size": 256}
    assert sizes(Settings(style_weight=0, **ribbon), 600, 30)[-1] == (256, 13)
    with pytest.raises(PictureError, match="relu5_1"):
        plan_levels(Settings(**ribbon), 600, 30)


def test_an_evaluation_costs_four_flops_a_multiplication() -> None:
    # Multiplications of each convolution at 224x224, in millions, up to relu5_1: forward only.
    first, regular, entering = 86.704128, 1849.688064, 924.844032
    block5 = 462.422016
    total = first + regular + 3 * (entering + regular) + 2 * 2 * regular + block5
    assert flops_per_evaluation(224, 224, STYLE_LAYERS) == pytest.approx(4e6 * total)
    assert flops_per_evaluation(224, 224, ["relu1_1"]) == pytest.approx(4e6 * first)
    assert flops_per_evaluation(224, 224, ["conv1_2"]) == pytest.approx(4e6 * (first + regular))


def test_odd_sides_are_halved_rounding_down() -> None:
    assert flops_per_evaluation(7, 5, ["relu2_1"]) == 4 * 9 * (35 * (3 * 64 + 64 * 64) + 3 * 2 * 64 * 128)
    assert flops_per_evaluation(300, 100, STYLE_LAYERS) == flops_per_evaluation(100, 300, STYLE_LAYERS)


@pytest.mark.parametrize("scale, size", [(0.25, (64, 48)), (1, (256, 192)), (1.5, (384, 288)), (4, (1024, 768))])
def test_the_brush_is_the_size_at_which_the_painting_is_looked_at(scale: float, size: tuple[int, int]) -> None:
    assert painting_size(Settings(style_scale=scale), 4000, 3000, Level(200, 256, evaluations=1)) == size


def test_with_the_smallest_brush_a_ribbon_still_has_a_unit_in_every_layer() -> None:
    assert min(painting_size(Settings(style_scale=0.25), 4000, 100, Level(96, 96, evaluations=1))) == 16
