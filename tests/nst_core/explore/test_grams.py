"""Gram matrices read in three ways, against numbers worked by hand, against numpy, and on real photos."""

import numpy as np
import pytest

from nst_core.explore import (
    cluster_order,
    correlation,
    cosine,
    covariance,
    difference,
    effective_dimension,
    gram,
    gram_reading,
    partners,
    product_map,
    shuffled,
    spectrum,
    statistics,
    top_pairs,
)

# Two channels on a 1 x 3 map: F F^T = [[14, -1], [-1, 2]].
F = np.array([[[1, 2, 3]], [[0, 1, -1]]], np.float32)
PART = np.s_[:, :60, :80]  # of large maps, which take long
LAYERS = ("relu1_1", "conv2_2", "pool2", "relu3_1", "relu4_1", "relu5_4")


def rows(features: np.ndarray) -> np.ndarray:
    return features.reshape(len(features), -1).astype(float)


def test_the_readings_by_hand() -> None:
    assert gram(F) == pytest.approx(np.array([[14, -1], [-1, 2]]) / 3)
    assert cosine(gram(F)) == pytest.approx(np.array([[1, -1 / 28**0.5], [-1 / 28**0.5, 1]]))
    # Less their means 2 and 0: -1, 0, 1 and 0, 1, -1.
    assert covariance(F) == pytest.approx(np.array([[2, -1], [-1, 2]]) / 3)
    assert correlation(F) == pytest.approx(np.array([[1, -0.5], [-0.5, 1]]))
    assert product_map(F, 0, 1).tolist() == [[0, 2, -3]]
    # Eigenvalues of the covariance: 3/3 and 1/3; (4/3)^2 / (10/9).
    assert spectrum(F) == pytest.approx([1, 1 / 3])
    assert effective_dimension(spectrum(F)) == pytest.approx(1.6)
    assert effective_dimension(np.array([5.0, 5, 5, 0])) == pytest.approx(3)


def test_the_difference_by_hand_and_0_beside_a_channel_that_the_target_lacks() -> None:
    target = np.float32([[4, 0, 6], [0, 0, 0], [6, 0, 9]])
    matrix = np.float32([[8, 1, 0], [1, 7, 2], [0, 2, 18]])
    assert difference(matrix, target) == pytest.approx(np.array([[1, 0, -1], [0, 0, 0], [-1, 0, 1]]))


@pytest.mark.parametrize("layer", LAYERS)
def test_the_mean_of_a_product_map_is_the_cell_of_the_gram_matrix(palace, layer) -> None:
    features = palace.features(layer)
    matrix = gram(features)
    for first, second in ((0, 0), (3, 41), (62, 7), (len(features) - 1, 20)):
        products = product_map(features, first, second)
        assert products.shape == features.shape[1:]
        one, two = rows(features[[first, second]])
        expected = sum(one * two) / len(one)
        assert products.mean(dtype=float) == pytest.approx(expected, rel=1e-4, abs=1e-6)
        assert matrix[first, second] == pytest.approx(expected, rel=1e-4, abs=1e-6 * float(matrix.max()))


@pytest.mark.parametrize("layer", LAYERS)
def test_the_readings_of_a_photo_are_numpys(palace, layer) -> None:
    features = palace.features(layer)[PART]
    flat = rows(features)
    expected = flat @ flat.T / flat.shape[1]
    assert np.allclose(gram(features), expected, rtol=1e-4, atol=1e-6 * np.abs(expected).max())
    length = np.linalg.norm(flat, axis=1)
    active, varies = length > 0, flat.std(1) > 0
    angles = flat[active] @ flat[active].T / np.outer(length[active], length[active])
    assert np.allclose(gram_reading(features, "cosine")[active][:, active], angles, atol=1e-4)
    assert not gram_reading(features, "cosine")[~active].any()
    assert np.allclose(gram_reading(features, "correlation")[varies][:, varies], np.corrcoef(flat[varies]), atol=1e-4)
    assert not gram_reading(features, "correlation")[~varies].any()
    assert np.array_equal(gram_reading(features), gram(features))


@pytest.mark.parametrize("layer", ["relu1_1", "relu3_1", "relu5_1"])
def test_places_change_with_one_another_and_the_gram_matrix_stays(palace, layer) -> None:
    features = palace.features(layer)[PART]
    mixed = shuffled(features, seed=5)
    assert mixed.shape == features.shape and (mixed != features).mean() > 0.1
    assert np.array_equal(shuffled(features, seed=5), mixed) and not np.array_equal(shuffled(features, seed=6), mixed)
    # All channels of a place move together: the same columns, in another order.
    key = [np.lexsort(rows(maps)) for maps in (features, mixed)]
    assert np.array_equal(rows(features)[:, key[0]], rows(mixed)[:, key[1]])
    assert np.allclose(gram(mixed), gram(features), rtol=1e-3, atol=1e-5 * gram(features).max())


def test_silent_constant_and_narrow_maps_give_finite_numbers_and_zeros(degenerate) -> None:
    for layer in ("conv1_1", "relu1_1", "relu3_1", "relu5_1", "pool5"):
        features = degenerate.features(layer)[:128]
        features[1] = 3.7  # a constant channel in every case
        with np.errstate(invalid="raise", divide="raise", over="raise"):
            found = [gram_reading(features, mode) for mode in ("gram", "cosine", "correlation")]
            values = spectrum(features)
            about = statistics(features)
            order, size = cluster_order(features), effective_dimension(values)
            pairs = top_pairs(features, "difference", target=found[0] / 2)
        flat = rows(features)
        assert all(np.isfinite(matrix).all() for matrix in (*found, values)), layer
        assert all(np.isfinite(part).all() for part in (about.mean, about.peak, about.variance, about.off))
        assert not found[1][about.silent].any() and not found[1][:, about.silent].any()
        still = np.ptp(flat, axis=1) == 0
        assert not found[2][still].any() and not found[2][:, still].any()
        assert all(np.abs(matrix).max() <= 1 for matrix in found[1:])
        assert sorted(order.tolist()) == [*range(len(features))]
        assert 0 <= size <= min(len(features), flat.shape[1] - 1) + 1e-6
        assert np.isfinite([[pair.gram, pair.cosine, pair.correlation, pair.difference] for pair in pairs]).all()


def test_a_constant_map_that_rounding_has_touched_has_no_correlation() -> None:
    features = np.random.default_rng(0).random((3, 4, 7), np.float32)
    features[1] = 1000 + np.float32(6e-5) * (np.arange(28).reshape(4, 7) % 2)
    assert np.ptp(features[1]) > 0
    assert not correlation(features)[1].any()


def test_a_black_map_spreads_in_no_direction() -> None:
    empty = np.zeros((5, 2, 3), np.float32)
    assert not spectrum(empty).any() and effective_dimension(spectrum(empty)) == 0
    assert sorted(cluster_order(empty).tolist()) == [0, 1, 2, 3, 4]


def test_the_spectrum_has_as_many_directions_as_places_less_one(palace) -> None:
    features = palace.features("relu5_4")[:256, :3, :5]
    singular = np.linalg.svd(rows(features) - rows(features).mean(1, keepdims=True), compute_uv=False)
    values = spectrum(features)
    assert np.allclose(values[:15], singular**2 / 15, atol=1e-5 * values[0])
    assert values[13] > 1e-4 * values[0] > 100 * values[14]
    assert np.all(np.diff(values) <= 0)


def test_correlated_channels_are_side_by_side() -> None:
    chance = np.random.default_rng(4)
    patterns = chance.random((3, 6, 5), np.float32)
    family = np.array([0, 1, 2, 0, 1, 2, 2, 1, 0])
    features = patterns[family] * np.arange(1, 10)[:, None, None] + 0.01 * chance.random((9, 6, 5), np.float32)
    in_order = family[cluster_order(features.astype(np.float32))]
    assert np.count_nonzero(np.diff(in_order)) == 2


def test_the_order_of_a_photo_puts_like_channels_side_by_side(palace) -> None:
    features = palace.features("relu4_1")
    order, matrix = cluster_order(features), correlation(features)
    assert matrix[order[:-1], order[1:]].mean() > 0.4 > 4 * np.diagonal(matrix, 1).mean()


def test_the_top_pairs_are_the_largest_cells(palace) -> None:
    features = palace.features("relu2_1")
    target = gram(palace.features("relu2_1")[:, :, :40])
    matrices = {mode: gram_reading(features, mode) for mode in ("gram", "cosine", "correlation")}
    matrices["difference"] = np.abs(difference(matrices["gram"], target))
    for by, matrix in matrices.items():
        pairs = top_pairs(features, by, 12, target)
        largest = sorted((matrix[i, j] for i in range(128) for j in range(i)), reverse=True)[:12]
        assert [abs(getattr(pair, by)) for pair in pairs] == pytest.approx(largest)
        assert all(pair.first < pair.second for pair in pairs)
        assert len({(pair.first, pair.second) for pair in pairs}) == 12
    first = top_pairs(features, "gram", 1)[0]
    assert first.difference is None
    assert first.cosine == pytest.approx(matrices["cosine"][first.first, first.second])


def test_few_channels_have_few_pairs() -> None:
    assert [(pair.first, pair.second) for pair in top_pairs(F)] == [(0, 1)]


def test_the_partners_are_the_nearest_and_the_farthest_and_never_a_silent_channel() -> None:
    matrix = np.array(
        [
            [1, 0.2, 0, 0.9, -0.4],
            [0.2, 1, 0, 0.1, 0.3],
            [0, 0, 0, 0, 0],
            [0.9, 0.1, 0, 1, -0.8],
            [-0.4, 0.3, 0, -0.8, 1],
        ]
    )
    assert partners(matrix, 0, 2) == ([3, 1], [4, 1])
    assert partners(matrix, 4) == ([1, 0, 3], [3, 0, 1])
    assert partners(matrix, 2) == ([], []), "a silent channel has no partners"
