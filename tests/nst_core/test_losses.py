"""The losses against numbers worked by hand, and against the papers' formulas written out with loops."""

import copy

import pytest
import torch
from torch import Tensor
from torch.autograd import gradcheck

from nst_core.layers import CONTENT_LAYERS, STYLE_LAYERS
from nst_core.losses import (
    OBJECTIVES,
    Targets,
    content_loss,
    gram_matrix,
    loss_terms,
    relative_mismatch,
    style_loss,
    total_variation,
    weighted_sum,
)

# Two channels on a 1 x 3 map: F F^T = [[14, -1], [-1, 2]], so G = F F^T / 3.
F = torch.tensor([[[[1.0, 2.0, 3.0]], [[0.0, 1.0, -1.0]]]])
# P differs from F by 1, 0, 2 and by 0, -2, 0: squares add up to 9. P P^T = [[5, 5], [5, 10]].
P = torch.tensor([[[[0.0, 2.0, 1.0]], [[0.0, 3.0, -1.0]]]])


def random_features(channels: int, height: int, width: int, seed: int) -> Tensor:
    return torch.rand(1, channels, height, width, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def products(features: Tensor) -> list[list[float]]:
    """G' = F F^T with loops: Gatys et al. 2016, eq. 3."""
    rows = features[0].flatten(1).tolist()
    return [[sum(a * b for a, b in zip(first, second, strict=True)) for second in rows] for first in rows]


def cells(g: list[list[float]], a: list[list[float]]) -> list[tuple[float, float]]:
    return [(g[i][j], a[i][j]) for i in range(len(g)) for j in range(len(g))]


def example() -> tuple[dict[str, Tensor], Targets]:
    """Features of one content and two style layers, and targets, the style's from a picture of another size."""
    features = {name: random_features(4, 5, 7, seed) for seed, name in enumerate(("relu1_1", "relu2_1", "relu4_2"))}
    content = {"relu4_2": random_features(4, 5, 7, 10)}
    style = {name: gram_matrix(random_features(4, 6, 3, seed)) for seed, name in ((11, "relu1_1"), (12, "relu2_1"))}
    return features, Targets(content, style)


# -- one layer at a time


def test_the_gram_matrix_is_the_mean_product_of_two_channels() -> None:
    assert torch.allclose(gram_matrix(F), torch.tensor([[14.0, -1.0], [-1.0, 2.0]]) / 3)


def test_the_gram_matrix_forgets_where_things_are() -> None:
    features = random_features(4, 5, 7, seed=1)
    order = torch.randperm(35, generator=torch.Generator().manual_seed(2))
    shuffled = features.flatten(2)[..., order].reshape(1, 4, 7, 5)
    assert not torch.equal(shuffled.flatten(), features.flatten())
    assert torch.allclose(gram_matrix(shuffled), gram_matrix(features))


def test_the_gram_matrix_of_a_tiled_picture_is_the_same() -> None:
    features = random_features(4, 5, 7, seed=1)
    assert torch.allclose(gram_matrix(features.repeat(1, 1, 3, 2)), gram_matrix(features))


def test_the_gram_matrix_reads_channels_last_memory_alike() -> None:
    features = random_features(4, 5, 7, seed=1)
    assert torch.allclose(gram_matrix(features.contiguous(memory_format=torch.channels_last)), gram_matrix(features))


def test_content_loss_is_half_the_sum_of_squares() -> None:
    assert content_loss(F, P).item() == pytest.approx(9 / 2)


def test_content_loss_is_equation_1() -> None:
    features, target = random_features(4, 5, 7, 1), random_features(4, 5, 7, 2)
    by_loops = 0.0
    for i in range(4):
        for row in range(5):
            for column in range(7):
                by_loops += (features[0, i, row, column].item() - target[0, i, row, column].item()) ** 2
    assert content_loss(features, target).item() == pytest.approx(by_loops / 2)


def test_style_loss_by_hand() -> None:
    # G' - A' = [[9, -6], [-6, -8]]: squares add up to 81 + 36 + 36 + 64 = 217; 4 C^2 M^2 = 4 * 4 * 9.
    assert style_loss(gram_matrix(F), gram_matrix(P)).item() == pytest.approx(217 / 144)


def test_style_loss_is_equation_4() -> None:
    features, style = random_features(4, 5, 7, 1), random_features(4, 7, 5, 2)
    channels, positions = 4, 35
    squares = sum((g - a) ** 2 for g, a in cells(products(features), products(style)))
    expected = squares / (4 * channels**2 * positions**2)
    assert style_loss(gram_matrix(features), gram_matrix(style)).item() == pytest.approx(expected)


def test_total_variation_by_hand() -> None:
    # Squared differences in each channel: across 1, 0 and 1, 4; down 1, 1, 9.
    channel = torch.tensor([[0.0, 1.0, 1.0], [1.0, 2.0, 4.0]])
    picture = channel.expand(1, 3, 2, 3)
    assert total_variation(picture).item() == pytest.approx(6 / 4 + 11 / 3)


def test_a_flat_picture_has_no_total_variation() -> None:
    assert total_variation(torch.full((1, 3, 4, 6), 0.3)).item() == 0


@pytest.mark.parametrize(("value", "expected"), [(P, 0.0), (torch.zeros_like(P), 1.0), (2 * P, 1.0), (-P, 4.0)])
def test_relative_mismatch_is_0_when_perfect_and_1_when_nothing_is_there(value: Tensor, expected: float) -> None:
    assert relative_mismatch(value, P).item() == pytest.approx(expected)


def test_relative_mismatch_with_an_empty_target_is_finite() -> None:
    assert torch.isfinite(relative_mismatch(F, torch.zeros_like(F)))


# -- the three conventions


def test_gatys_adds_equations_1_and_4_with_equal_shares() -> None:
    features, targets = example()
    terms = loss_terms(features.items(), targets, "gatys")
    assert terms["content relu4_2"].item() == pytest.approx(
        content_loss(features["relu4_2"], targets.content["relu4_2"]).item()
    )
    for name in ("relu1_1", "relu2_1"):
        layer = style_loss(gram_matrix(features[name]), targets.style[name]).item()
        assert terms[f"style {name}"].item() == pytest.approx(layer / 2)


def test_johnson_takes_means_over_features_and_over_the_cells_of_the_gram_matrix() -> None:
    features, targets = example()
    terms = loss_terms(features.items(), targets, "johnson")
    pairs = zip(features["relu4_2"].flatten().tolist(), targets.content["relu4_2"].flatten().tolist(), strict=True)
    squares = [(f - p) ** 2 for f, p in pairs]
    assert terms["content relu4_2"].item() == pytest.approx(sum(squares) / len(squares))
    channels, positions = 4, 35
    for name in ("relu1_1", "relu2_1"):
        g = [[value / (channels * positions) for value in row] for row in products(features[name])]
        a = (targets.style[name] / channels).tolist()
        squares = [(x - y) ** 2 for x, y in cells(g, a)]
        assert terms[f"style {name}"].item() == pytest.approx(sum(squares) / len(squares))


def test_balanced_calls_features_of_nothing_1_in_content_and_1_in_style() -> None:
    features, targets = example()
    nothing = {name: torch.zeros_like(value) for name, value in features.items()}
    terms = loss_terms(nothing.items(), targets, "balanced")
    assert terms["content relu4_2"].item() == pytest.approx(1)
    assert [terms[f"style {name}"].item() for name in targets.style] == pytest.approx([1 / 2, 1 / 2])


def test_balanced_does_not_feel_the_scale_of_the_features() -> None:
    features, targets = example()
    louder = {name: 10 * value for name, value in features.items()}
    louder_targets = Targets(
        {name: 10 * value for name, value in targets.content.items()},
        {name: 100 * value for name, value in targets.style.items()},
    )
    quiet, loud = loss_terms(features.items(), targets), loss_terms(louder.items(), louder_targets)
    assert {name: value.item() for name, value in loud.items()} == pytest.approx(
        {name: value.item() for name, value in quiet.items()}
    )


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_perfect_picture_costs_nothing(objective: str) -> None:
    features, _ = example()
    targets = Targets({"relu4_2": features["relu4_2"]}, {"relu1_1": gram_matrix(features["relu1_1"])})
    assert [value.item() for value in loss_terms(features.items(), targets, objective).values()] == [0, 0]


# -- layers and their weights


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_only_the_ratio_of_the_layer_weights_counts(objective: str) -> None:
    features, targets = example()

    def terms(weights: tuple[float, ...]) -> list[float]:
        return [value.item() for value in loss_terms(features.items(), targets, objective, weights).values()]

    assert terms((5, 5)) == pytest.approx(terms(()))
    assert terms((3, 1)) == pytest.approx(terms((0.6, 0.2)))
    content, first, second = terms(())
    assert terms((3, 1)) == pytest.approx([content, 1.5 * first, 0.5 * second])


def test_a_layer_weight_too_few_is_an_error() -> None:
    features, targets = example()
    with pytest.raises(ValueError):
        loss_terms(features.items(), targets, "balanced", (1.0,))


def test_several_content_layers_are_averaged_or_added_as_the_convention_says() -> None:
    features, _ = example()
    one = Targets({"relu1_1": torch.zeros(1, 4, 5, 7, dtype=torch.float64)}, {})
    two = Targets({**one.content, "relu2_1": torch.zeros(1, 4, 5, 7, dtype=torch.float64)}, {})
    for objective, share in (("balanced", 0.5), ("gatys", 0.5), ("johnson", 1.0)):
        alone = loss_terms(features.items(), one, objective)["content relu1_1"].item()
        assert loss_terms(features.items(), two, objective)["content relu1_1"].item() == pytest.approx(share * alone)


def test_the_total_is_equation_7_with_a_smoothness_term() -> None:
    numbers = {"content relu4_2": 2.0, "content relu5_1": 3.0, "style relu1_1": 5.0, "style relu2_1": 7.0, "tv": 11.0}
    terms = {name: torch.tensor(value) for name, value in numbers.items()}
    assert weighted_sum(terms, 10, 100, 1000).item() == pytest.approx(10 * 5 + 100 * 12 + 1000 * 11)


# -- gradients: the number that is returned is the number that is differentiated


@pytest.mark.parametrize("pooling", ["max", "average"])
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_gradient_of_the_total_reaches_the_pixels_unchanged(tiny, objective: str, pooling: str) -> None:
    encoder = copy.deepcopy(tiny).double()
    layers = {*CONTENT_LAYERS, *STYLE_LAYERS}
    with torch.no_grad():
        content = encoder(random_features(3, 16, 19, 1), CONTENT_LAYERS, pooling=pooling)
        style = encoder(random_features(3, 22, 17, 2), STYLE_LAYERS, pooling=pooling)
    targets = Targets(content, {name: gram_matrix(value) for name, value in style.items()})

    def total(picture: Tensor) -> Tensor:
        terms = loss_terms(encoder.iter_features(picture, layers, pooling=pooling), targets, objective, (1, 2, 3, 4, 5))
        return weighted_sum({**terms, "tv": total_variation(picture)}, 1.0, 30.0, 0.1)

    picture = random_features(3, 16, 19, 3).requires_grad_()
    assert gradcheck(total, (picture,), fast_mode=True)
    (gradient,) = torch.autograd.grad(total(picture), picture)
    assert (gradient.abs().amax(dim=1) > 0).all(), "every pixel has a say"
