"""How the three objectives add up the layers' terms, and the gradient of their total."""

import copy

import pytest
import torch
from torch import Tensor
from torch.autograd import gradcheck

from nst_core.layers import CONTENT_LAYERS, STYLE_LAYERS
from nst_core.losses import OBJECTIVES, content_loss, gram_matrix, style_loss, total_variation
from nst_core.terms import Targets, Term, loss_terms, weighted_sum
from tests.support.features import cells, products, random_features


def example() -> tuple[dict[str, Tensor], Targets]:
    """Features of one content and two style layers, and targets, the style's from a picture of another size."""
    features = {name: random_features(4, 5, 7, seed) for seed, name in enumerate(("relu1_1", "relu2_1", "relu4_2"))}
    content = {"relu4_2": random_features(4, 5, 7, 10)}
    style = {name: gram_matrix(random_features(4, 6, 3, seed)) for seed, name in ((11, "relu1_1"), (12, "relu2_1"))}
    return features, Targets(content, style)


# -- the three conventions


def test_gatys_adds_equations_1_and_4_with_equal_shares() -> None:
    features, targets = example()
    terms = loss_terms(features.items(), targets, "gatys")
    assert terms[Term("content", "relu4_2")].item() == pytest.approx(
        content_loss(features["relu4_2"], targets.content["relu4_2"]).item()
    )
    for name in ("relu1_1", "relu2_1"):
        layer = style_loss(gram_matrix(features[name]), targets.style[name]).item()
        assert terms[Term("style", name)].item() == pytest.approx(layer / 2)


def test_johnson_takes_means_over_features_and_over_the_cells_of_the_gram_matrix() -> None:
    features, targets = example()
    terms = loss_terms(features.items(), targets, "johnson")
    pairs = zip(features["relu4_2"].flatten().tolist(), targets.content["relu4_2"].flatten().tolist(), strict=True)
    squares = [(f - p) ** 2 for f, p in pairs]
    assert terms[Term("content", "relu4_2")].item() == pytest.approx(sum(squares) / len(squares))
    channels, positions = 4, 35
    for name in ("relu1_1", "relu2_1"):
        g = [[value / (channels * positions) for value in row] for row in products(features[name])]
        a = (targets.style[name] / channels).tolist()
        squares = [(x - y) ** 2 for x, y in cells(g, a)]
        assert terms[Term("style", name)].item() == pytest.approx(sum(squares) / len(squares))


def test_balanced_calls_features_of_nothing_1_in_content_and_1_in_style() -> None:
    features, targets = example()
    nothing = {name: torch.zeros_like(value) for name, value in features.items()}
    terms = loss_terms(nothing.items(), targets, "balanced")
    assert terms[Term("content", "relu4_2")].item() == pytest.approx(1)
    assert [terms[Term("style", name)].item() for name in targets.style] == pytest.approx([1 / 2, 1 / 2])


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
    term = Term("content", "relu1_1")
    for objective, share in (("balanced", 0.5), ("gatys", 0.5), ("johnson", 1.0)):
        alone = loss_terms(features.items(), one, objective)[term].item()
        assert loss_terms(features.items(), two, objective)[term].item() == pytest.approx(share * alone)


def test_the_total_is_equation_7_with_a_smoothness_term() -> None:
    content, style = {"relu4_2": 2.0, "relu5_1": 3.0}, {"relu1_1": 5.0, "relu2_1": 7.0}
    numbers = {Term("content", layer): value for layer, value in content.items()}
    numbers |= {Term("style", layer): value for layer, value in style.items()} | {Term("tv"): 11.0}
    terms = {term: torch.tensor(value) for term, value in numbers.items()}
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
        return weighted_sum({**terms, Term("tv"): total_variation(picture)}, 1.0, 30.0, 0.1)

    picture = random_features(3, 16, 19, 3).requires_grad_()
    assert gradcheck(total, (picture,), fast_mode=True)
    (gradient,) = torch.autograd.grad(total(picture), picture)
    assert (gradient.abs().amax(dim=1) > 0).all(), "every pixel has a say"
