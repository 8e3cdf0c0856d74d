"""The NPZ and CSV files hold what they say."""

import csv
import io
import json

import numpy as np
import pytest

from nst_core.explore import Pair, archive, cluster_order, pairs_csv, top_pairs


def test_an_archive_holds_features_gram_matrix_order_and_where_they_come_from(palace) -> None:
    features = palace.features("relu3_1")
    order = cluster_order(features)
    with np.load(io.BytesIO(archive(palace, "relu3_1", order)), allow_pickle=False) as stored:
        assert set(stored.files) == {"features", "gram", "order", "metadata"}
        assert stored["features"].dtype == np.float32 and np.array_equal(stored["features"], features)
        flat = features.reshape(256, -1).astype(float)
        assert np.allclose(stored["gram"], flat @ flat.T / (44 * 64), rtol=1e-4)
        assert np.array_equal(stored["order"], order)
        about = json.loads(str(stored["metadata"]))
    assert (about["layer"], about["stride"], about["receptive_field"], about["centre"]) == ("relu3_1", 4, 24, 2)
    assert (about["width"], about["height"]) == (256, 176)
    assert about["picture_sha256"] == palace.sha256
    assert (about["weights"], about["weights_sha256"]) == ("oxford", palace.weights_sha256)
    assert "/" not in about["weights"]


def test_the_table_of_pairs_reads_back(palace) -> None:
    features = palace.features("relu2_1")
    pairs = top_pairs(features, "cosine", 7)
    lines = [*csv.DictReader(io.StringIO(pairs_csv(pairs)))]
    assert list(lines[0]) == ["first", "second", "gram", "cosine", "correlation", "difference"]
    for pair, line in zip(pairs, lines, strict=True):
        assert (int(line["first"]), int(line["second"])) == (pair.first, pair.second)
        products = features[pair.first].astype(float) * features[pair.second]
        assert float(line["gram"]) == pytest.approx(products.mean(), rel=1e-4)
        assert (float(line["cosine"]), float(line["correlation"])) == (pair.cosine, pair.correlation)
        assert line["difference"] == ""
    assert pairs_csv([Pair(3, 9, 1.5, 0.25, -0.5, 2.0)]).splitlines()[1:] == ["3,9,1.5,0.25,-0.5,2.0"]
    assert pairs_csv([]).count("\n") == 1
