"""The loss curves as files: the numbers of the run, and both drawings."""

import csv
import io
import json
import re
import zipfile
from html import unescape

import pytest

from demo.compute.worker import Worker
from demo.paint import paint_actions
from demo.paint.curve_files import losses_csv
from demo.paint.loss_curves import History, loss_curves
from nst_core.settings import Settings
from nst_core.transfer import transfer

SETTINGS = Settings(size=192, levels=2, evaluations=6, tv_weight=3.0, content_weight=2.0)


def test_the_csv_has_the_numbers_of_the_run(tiny, photo, painting) -> None:
    history = History(SETTINGS)
    steps = list(transfer(photo, painting, SETTINGS, tiny))
    for step in steps:
        history.add(step)
    rows = list(csv.DictReader(io.StringIO(losses_csv(history))))
    last = {step.evaluation: step for step in steps if step.terms}
    assert [int(row["evaluation"]) for row in rows] == sorted(last)
    assert [row["pixels"] for row in rows] == ["96"] * 3 + ["192"] * 3
    for row in rows:
        step = next(step for step in steps if step.terms and step.evaluation == int(row["evaluation"]))
        assert float(row["total"]) == pytest.approx(step.total)
        assert float(row["tv"]) == pytest.approx(3 * next(v for term, v in step.terms.items() if term.kind == "tv"))
        for term, value in step.relative.items():
            assert float(row[str(term)]) == pytest.approx(value)
    assert rows[-1]["style relu5_1"] == "", "the last level leaves it out"


def test_a_point_of_a_curve_can_be_read_back_from_the_drawing() -> None:
    from nst_core.terms import Term

    curve = [(1, 5.0), (30, 0.32), (57, 0.0021)]
    html = loss_curves({Term("total"): curve}, 60, [], "title", "note")
    axes = json.loads(unescape(re.search(r'data-axes="([^"]+)"', html)[1]))
    points = [tuple(map(float, pair.split(","))) for pair in re.search(r'points="([^"]+)"', html)[1].split()]

    def along(at: float, axis: list[float]) -> float:
        return axis[2] + (at - axis[0]) / (axis[1] - axis[0]) * (axis[3] - axis[2])

    for (x, y), (evaluation, value) in zip(points, curve, strict=True):
        assert round(along(x, axes["x"])) == evaluation
        assert 10 ** along(y, axes["y"]) == pytest.approx(value, rel=0.002)
    assert 'data-name="total"' in html and axes["of"] == "evaluation"


def test_a_finished_run_has_its_curves_as_a_zip(tiny, photo, painting) -> None:
    session = paint_actions.PaintSession()
    assert session.curves is None
    *_, last = paint_actions.paint(Worker(tiny), photo, [painting], Settings(size=64, evaluations=2), session)
    data, name = session.curves.zip()
    stem = last.filename.removesuffix(".png")
    assert name == f"{stem}-losses.zip"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == [f"{stem}-losses-by-{kind}.svg" for kind in ("term", "layer")] + [
            f"{stem}-losses.csv"
        ]
        assert archive.read(f"{stem}-losses.csv").decode() == last.losses != ""
        assert b"<polyline" in archive.read(f"{stem}-losses-by-layer.svg")
