"""Pictures against one another, by hand, by autograd and by the papers' formulas."""

import functools

import numpy as np
import pytest
import torch

from nst_core.explore import content_error, gram, layer_shares, mismatch, nearest_styles, style_error
from nst_core.layers import STYLE_LAYERS
from nst_core.losses import content_loss, gram_matrix, style_loss


def random(*shape: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random(shape, np.float32)


@functools.cache
def grams_of(view) -> dict[str, np.ndarray]:
    """By numpy, in double precision until the end; no test may change them."""
    flat = {layer: view.features(layer) for layer in STYLE_LAYERS}
    flat = {layer: maps.reshape(len(maps), -1).astype(float) for layer, maps in flat.items()}
    return {layer: (maps @ maps.T / maps.shape[1]).astype(np.float32) for layer, maps in flat.items()}


def test_the_content_error_by_hand() -> None:
    # Differences 1, 0, 2 and 0, -2, 0.
    features, target = np.float32([[[1, 2, 3]], [[0, 1, -1]]]), np.float32([[[0, 2, 1]], [[0, 3, -1]]])
    assert content_error(features, target).tolist() == [[1, 4, 4]]
    assert mismatch(features, target) == pytest.approx(9 / 15)


@pytest.mark.parametrize("layer", ["relu1_1", "relu4_2"])
def test_half_the_sum_of_the_content_error_is_the_papers_content_loss(palace, coffee, layer) -> None:
    features, target = palace.features(layer), coffee.features(layer)
    error = content_error(features, target)
    assert error.shape == features.shape[1:]
    assert error.sum(dtype=float) / 2 == pytest.approx(
        content_loss(torch.from_numpy(features), torch.from_numpy(target)).item(), rel=1e-4
    )
    row, column = 5, 9
    place = sum(
        (float(a) - float(b)) ** 2 for a, b in zip(features[:, row, column], target[:, row, column], strict=True)
    )
    assert error[row, column] == pytest.approx(place, rel=1e-4)


def gradient_lengths(features: np.ndarray, target: np.ndarray) -> np.ndarray:
    """(H, W): ||d style loss / d F|| at every place, by autograd in double precision."""
    tensor = torch.from_numpy(features)[None].double().requires_grad_()
    style_loss(gram_matrix(tensor), torch.from_numpy(target).double()).backward()
    return tensor.grad[0].norm(dim=0).numpy()


def test_the_style_error_is_the_length_of_the_style_losss_gradient() -> None:
    features, target = random(6, 4, 7, seed=1), gram(random(6, 5, 3, seed=2))
    assert np.allclose(style_error(features, target), gradient_lengths(features, target), rtol=1e-4)


@pytest.mark.parametrize("layer", ["relu1_1", "conv3_1", "relu5_1"])
def test_the_style_error_of_a_photo_and_a_painting_is_too(palace, auvers, layer) -> None:
    features, target = palace.features(layer)[:, :60, :80], gram(auvers.features(layer))
    expected = gradient_lengths(features, target)
    assert np.allclose(style_error(features, target), expected, rtol=1e-3, atol=1e-4 * expected.max())


def test_nothing_is_wrong_with_a_picture_compared_with_itself(palace) -> None:
    features = palace.features("relu3_1")
    assert not content_error(features, features).any() and mismatch(features, features) == 0
    assert not style_error(features, gram(features)).any()


def test_0_is_equal_and_1_as_wrong_as_all_zeros() -> None:
    target = random(3, 4, 5, seed=3)
    assert mismatch(np.zeros_like(target), target) == pytest.approx(1)
    assert mismatch(3 * target, target) == pytest.approx(4)
    assert mismatch(np.zeros_like(target), np.zeros_like(target)) == 0


def test_the_layers_shares_are_those_of_the_papers_formulas(palace, auvers) -> None:
    own, target = grams_of(palace), grams_of(auvers)
    squares = {layer: np.square(own[layer] - target[layer].astype(float)).sum() for layer in STYLE_LAYERS}
    channels = {layer: len(target[layer]) for layer in STYLE_LAYERS}
    terms = {
        # Equation 4 with G = G' / M, and the mean over the cells of F F^T / (C M).
        "gatys": {layer: squares[layer] / (4 * channels[layer] ** 2) for layer in STYLE_LAYERS},
        "johnson": {layer: squares[layer] / channels[layer] ** 4 for layer in STYLE_LAYERS},
        "balanced": {layer: squares[layer] / np.square(target[layer].astype(float)).sum() for layer in STYLE_LAYERS},
    }
    shares = layer_shares(own, target)
    assert set(shares) == set(terms)
    for objective, values in terms.items():
        expected = {layer: value / sum(values.values()) for layer, value in values.items()}
        assert shares[objective] == pytest.approx(expected, rel=1e-3), objective
        assert sum(shares[objective].values()) == pytest.approx(1)


def test_the_papers_style_loss_is_nearly_all_relu4_1(palace, coffee, auvers) -> None:
    for photo in (palace, coffee):
        shares = layer_shares(grams_of(photo), grams_of(auvers))
        assert shares["gatys"]["relu4_1"] > 0.9
        assert max(shares["balanced"].values()) < 0.9


def test_of_a_loss_of_nothing_no_layer_has_a_share() -> None:
    same = {"relu1_1": gram(random(4, 3, 5, seed=4)), "relu2_1": gram(random(4, 2, 3, seed=5))}
    shares = layer_shares(same, same)
    assert all(share == 0 for layers in shares.values() for share in layers.values())


def test_a_painting_is_nearest_to_itself(palace, coffee, auvers) -> None:
    library = {name: grams_of(view) for name, view in (("palace", palace), ("auvers", auvers), ("cup", coffee))}
    for name, grams in library.items():
        found = nearest_styles(grams, library)
        assert found[0][0] == name and len(found) == 3
        assert found[0][1] == pytest.approx(1, abs=1e-5)
        assert found[0][2] == pytest.approx(dict.fromkeys(STYLE_LAYERS, 1.0), abs=1e-5)
        assert found[1][1] < 0.98 and found[1][1] >= found[2][1]


def test_nearness_is_the_cosine_averaged_over_the_layers_that_both_have() -> None:
    own = {"relu1_1": np.float32([[1, 2], [2, 0]]), "relu2_1": np.float32([[1, 0], [0, 0]]), "relu3_1": np.eye(2)}
    other = {"relu2_1": np.float32([[3, 4], [0, 0]]), "relu1_1": np.float32([[-1, -2], [-2, 0]])}
    silent = {"relu1_1": np.zeros((2, 2), np.float32)}
    found = nearest_styles(own, {"other": other, "silent": silent})
    assert [name for name, *_ in found] == ["silent", "other"]
    assert found[0][1:] == (0, {"relu1_1": 0})
    assert found[1][1] == pytest.approx((-1 + 0.6) / 2)
    assert found[1][2] == pytest.approx({"relu1_1": -1, "relu2_1": 0.6})


def test_degenerate_pictures_can_be_compared_with_good_ones(degenerate, auvers) -> None:
    own, painting = grams_of(degenerate), grams_of(auvers)
    with np.errstate(invalid="raise", divide="raise", over="raise"):
        for pair in ((own, painting), (painting, own), (own, own)):
            for shares in layer_shares(*pair).values():
                assert sum(shares.values()) == pytest.approx(0 if pair[0] is pair[1] else 1)
        (first, cosine, _), (second, other, _) = nearest_styles(own, {"painting": painting, "own": own})
        assert (first, second) == ("own", "painting") and cosine == pytest.approx(1, abs=1e-5) and 0 <= other < 1
        for layer in STYLE_LAYERS:
            features = degenerate.features(layer)
            assert np.isfinite(style_error(features, painting[layer])).all()
            assert np.isfinite(mismatch(own[layer], painting[layer])) and np.isfinite(
                mismatch(painting[layer], own[layer])
            )
