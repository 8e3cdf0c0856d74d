"""The loss curves: SVG that a browser and a reader can trust."""

import math
import re
from xml.etree import ElementTree

from demo.paint.loss_curves import BOTTOM, HEIGHT, LEFT, MOST_POINTS, RIGHT, TOP, WIDTH, History, loss_curves
from nst_core.settings import Settings
from nst_core.terms import Term
from nst_core.transfer import transfer


def points(svg: str) -> list[tuple[float, float]]:
    return [tuple(map(float, pair.split(","))) for pair in re.search(r'points="([^"]+)"', svg)[1].split()]


def test_a_tenth_is_one_line_down():
    svg = loss_curves({Term("total"): [(0, 100.0), (50, 10.0), (100, 1.0)]}, 100, [], "title", "note")
    (x0, y0), (x1, y1), (x2, y2) = points(svg)
    assert (x0, x2) == (LEFT, WIDTH - RIGHT)
    assert (y0, y2) == (TOP, HEIGHT - BOTTOM)
    assert math.isclose(y1, (y0 + y2) / 2, abs_tol=0.1)
    assert math.isclose(x1, (x0 + x2) / 2, abs_tol=0.1)


def test_the_figure_is_well_formed_and_says_what_it_is():
    html = loss_curves({Term("style", "relu<1"): [(1, 0.5)]}, 10, [(1, "64 & 96 px")], 'by "layer"', "a < b")
    root = ElementTree.fromstring(html)
    assert root.find("svg").get("role") == "img"
    assert root.find("svg").get("aria-label") == 'by "layer"'


def test_a_long_run_stays_small():
    curve = [(n, 1 / (n + 1)) for n in range(10_000)]
    drawn = points(loss_curves({Term("total"): curve}, 10_000, [], "title", "note"))
    assert MOST_POINTS / 2 < len(drawn) <= MOST_POINTS + 1
    assert drawn[-1][0] == round(LEFT + (WIDTH - LEFT - RIGHT) * 0.9999, 1)


def test_a_curve_is_broken_where_a_level_begins():
    curve = [(1, 8.0), (2, 4.0), (3, 6.0), (4, 2.0)]
    svg = loss_curves({Term("total"): curve}, 4, [(1, "96 px"), (3, "192 px")], "title", "note")
    assert [len(pair.split()) for pair in re.findall(r'points="([^"]+)"', svg)] == [2, 2]
    assert svg.count("<circle") == 1


def test_what_a_log_axis_cannot_show_is_left_out():
    flat = loss_curves({Term("total"): [(0, 1e12), (1, 1e-12)]}, 2, [], "title", "note")
    assert max(y for _, y in points(flat)) <= HEIGHT - BOTTOM
    assert "polyline" not in loss_curves({}, 1, [], "title", "nothing yet")


def test_the_weighted_terms_add_up_to_the_total(tiny, photo, painting):
    settings = Settings(size=64, evaluations=4, tv_weight=3.0, content_weight=2.0)
    history = History(settings)
    for step in transfer(photo, painting, settings, tiny):
        history.add(step)
    assert list(history.terms) == [Term("total"), Term("content"), Term("style"), Term("tv")]
    for (_, total), *terms in zip(*history.terms.values(), strict=True):
        assert math.isclose(total, sum(value for _, value in terms), rel_tol=1e-4)
    assert set(history.layers) >= {Term("content", "relu4_2"), Term("style", "relu5_1")}
    assert history.levels == [(1, "64 px")]
