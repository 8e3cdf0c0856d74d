"""The losses of one layer against numbers worked by hand, and against the papers' formulas written out with loops."""

import pytest
import torch
from torch import Tensor

from nst_core.losses import content_loss, gram_matrix, relative_mismatch, style_loss, total_variation
from nst_core.terms import Term
from tests.support.features import cells, products, random_features

# Two channels on a 1 x 3 map: F F^T = [[14, -1], [-1, 2]], so G = F F^T / 3.
F = torch.tensor([[[[1.0, 2.0, 3.0]], [[0.0, 1.0, -1.0]]]])
# P differs from F by 1, 0, 2 and by 0, -2, 0: squares add up to 9. P P^T = [[5, 5], [5, 10]].
P = torch.tensor([[[[0.0, 2.0, 1.0]], [[0.0, 3.0, -1.0]]]])


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


@pytest.mark.parametrize("symmetric_only", [True, False])
def test_the_gradient_of_the_gram_matrix_is_that_of_the_plain_formula(symmetric_only: bool) -> None:
    features = random_features(4, 5, 7, seed=1).requires_grad_()
    change = random_features(1, 4, 4, seed=2)[0, 0]
    change = change + change.T if symmetric_only else change
    flat = features.flatten(2)[0]
    (expected,) = torch.autograd.grad((flat @ flat.T / 35 * change).sum(), features)
    (found,) = torch.autograd.grad((gram_matrix(features) * change).sum(), features)
    torch.testing.assert_close(found, expected)


def test_a_term_is_written_as_in_the_recipes_of_0_1_0() -> None:
    assert [str(term) for term in (Term("content", "relu4_2"), Term("style", "relu1_1"), Term("tv"))] == [
        "content relu4_2",
        "style relu1_1",
        "tv",
    ]
