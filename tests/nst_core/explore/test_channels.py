"""What a channel does in a picture, counted by hand, and the orders of a sheet."""

import numpy as np
import pytest

from nst_core.explore import SORTS, Statistics, cluster_order, sort_channels, statistics

# Five channels on a 2 x 3 map; 1 and 4 are silent.
F = np.array(
    [
        [[0, 0, 6], [0, 0, 0]],
        [[0, 0, 0], [0, 0, 0]],
        [[2, 2, 2], [2, 2, 2]],
        [[-5, 1, 1], [4, 1, 1]],
        [[0, 0, 0], [0, 0, 0]],
    ],
    np.float32,
)


def test_the_statistics_by_hand() -> None:
    about = statistics(F)
    assert about.mean == pytest.approx([1, 0, 2, 0.5, 0])
    assert about.peak == pytest.approx([6, 0, 2, 5, 0])  # the farthest from zero: -5
    # (5 * 1 + 25) / 6, and squares 25 + 4 * 1 + 16 = 45 less 6 * 0.25.
    assert about.variance == pytest.approx([5, 0, 0, (45 - 1.5) / 6, 0])
    assert about.off == pytest.approx([5 / 6, 1, 0, 1 / 6, 1])
    assert about.silent.tolist() == [False, True, False, False, True]


@pytest.mark.parametrize("layer", ["conv1_2", "relu2_1", "pool4", "relu5_4"])
def test_the_statistics_of_a_photo_are_numpys(palace, layer) -> None:
    features = palace.features(layer)
    flat = features.reshape(len(features), -1).astype(float)
    about = statistics(features)
    largest = np.abs(flat).max()
    assert np.allclose(about.mean, flat.mean(1), rtol=1e-4, atol=1e-6 * largest)
    assert np.allclose(about.variance, flat.var(1), rtol=1e-4, atol=1e-6 * largest)
    assert np.array_equal(about.peak, np.abs(flat).max(1).astype(np.float32))
    assert np.allclose(about.off, (flat <= 0).mean(1))
    assert np.array_equal(about.silent, [not row.any() for row in flat])


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("index", [0, 1, 2, 3, 4]),
        ("mean", [2, 0, 3, 1, 4]),
        ("peak", [0, 3, 2, 1, 4]),
        ("variance", [3, 0, 2, 1, 4]),
        ("sparsity", [0, 3, 2, 1, 4]),
    ],
)
def test_the_orders_by_hand(by, expected) -> None:
    assert sort_channels(by, statistics(F)).tolist() == expected


def test_far_from_the_other_picture_comes_first() -> None:
    # Averages 1, 0, 2, 0.5, 0 against 1, 9, 1, 2, 0: channel 1 would lead, but it is silent here.
    other = np.float32([1, 9, 1, 2, 0])[:, None, None] * np.ones((5, 3, 2), np.float32)
    assert sort_channels("difference", statistics(F), statistics(other)).tolist() == [3, 2, 0, 1, 4]


def test_without_another_picture_or_clusters_the_order_is_that_of_the_average() -> None:
    about = statistics(F)
    for by in ("difference", "cluster"):
        assert sort_channels(by, about).tolist() == sort_channels("mean", about).tolist()


def test_clusters_are_taken_as_they_are() -> None:
    clusters = np.array([4, 2, 0, 1, 3])
    assert sort_channels("cluster", statistics(F), clusters=clusters).tolist() == clusters.tolist()


def test_equals_stay_in_the_order_of_their_numbers() -> None:
    same = np.ones(6, np.float32)
    for by in SORTS:
        assert sort_channels(by, Statistics(same, same, same, 0 * same), clusters=np.arange(6)).tolist() == [*range(6)]


@pytest.mark.parametrize("layer", ["conv3_1", "relu5_4"])
def test_every_order_shows_every_channel_of_a_photo_once_and_the_silent_ones_last(palace, coffee, layer) -> None:
    features = palace.features(layer)[:256]  # to order twice as many by clusters takes five times as long
    own, other = statistics(features), statistics(coffee.features(layer)[:256])
    clusters = cluster_order(features)
    for by in SORTS:
        order = sort_channels(by, own, other, clusters)
        assert sorted(order.tolist()) == [*range(len(features))]
        if by not in ("index", "cluster"):
            assert np.array_equal(own.silent[order], np.sort(own.silent)), by
