"""Bars, histograms and spectra as HTML and SVG."""

import re

from demo.explorer import svg_charts


def test_a_bar_is_as_long_as_its_share_and_a_longer_one_is_marked():
    drawn = svg_charts.bars(
        [svg_charts.Bar(f"<{n}>", value, "x") for n, value in enumerate((0.0, 0.25, 1.0, 7.0))], 1.0
    )
    assert re.findall(r"width:([\d.]+)%", drawn) == ["0.0", "25.0", "100.0", "100.0"]
    assert drawn.count("fill beyond") == 1 and "<0>" not in drawn and "&lt;0&gt;" in drawn


def test_charts_of_nothing_are_drawn_too():
    assert svg_charts.falling_curves({}, "t") == svg_charts.falling_curves({"photo": [0.0, 0.0]}, "t") == ""
    assert "nan" not in svg_charts.histogram([0, 0], 0.0, 0.0, "t") + svg_charts.histogram([], 0.0, 0.0, "t")
    assert "nan" not in svg_charts.falling_curves({"photo": [1.0]}, "t") + svg_charts.bars(
        [svg_charts.Bar("a", 1.0, "1")], 0.0
    )
