"""The charts of the page as SVG files: the same drawing with its colours, in print size."""

from pathlib import Path
from xml.etree import ElementTree

from demo import chart_files
from demo.explorer.svg_charts import Bar, bars, falling_curves, histogram
from demo.paint.loss_curves import loss_curves
from nst_core.terms import Term

SVG = "{http://www.w3.org/2000/svg}"


def opened(html: str) -> list[ElementTree.Element]:
    return [ElementTree.fromstring(file) for file in chart_files.svg_files(html)]


def test_every_chart_of_a_panel_is_a_file_of_its_own_and_large() -> None:
    curves = {Term("total"): [(1, 9.0), (2, 3.0)], Term("style", "relu3_1"): [(1, 1.0), (2, 0.25)]}
    figure = loss_curves(curves, 2, [(1, "64 px")], 'Losses & "more"', "note")
    html = (
        f"<p>words</p>{figure}{histogram([3, 1], 0, 2, 'Values')}<b>x</b>{falling_curves({'photo': [4.0, 1.0]}, 'S')}"
    )
    html += bars([Bar("relu1_1 <photo>", 0.5, "0.5", "style photo"), Bar("total", 2.0, "2.0")], 1.0)
    files = opened(html)
    assert [file.findtext(f"{SVG}title") for file in files] == ['Losses & "more"', "Values", "S", ""]
    for file in files:
        width, height = float(file.get("width")), float(file.get("height"))
        assert width == 1600
        assert [round(number / width, 3) for number in (width, height)] == [
            round(float(number) / float(file.get("viewBox").split()[2]), 3)
            for number in file.get("viewBox").split()[2:]
        ]
        assert "var(" not in ElementTree.tostring(file, encoding="unicode")
        assert all(part.get("fill") or part.get("stroke") for part in file if not part.tag.endswith("title"))
    assert [part.get("stroke") for part in files[0].findall(f"{SVG}polyline")] == ["#2c2722", "#c9452f"]
    said = [part.text for part in files[0].findall(f"{SVG}text")]
    assert "total 3" in said and "style relu3_1 0.25" in said and "64 px" in said
    rectangles = files[3].findall(f"{SVG}rect")[1:]
    assert [float(part.get("width")) for part in rectangles] == [170.0, 340.0] and rectangles[0].get("opacity") == "0.4"
    assert (
        chart_files.svg_files(loss_curves({}, 1, [], "t", "nothing yet")) == chart_files.svg_files("<p>words</p>") == []
    )


def test_the_colours_are_those_of_the_page() -> None:
    sheet = (Path(chart_files.__file__).parent / "style.css").read_text(encoding="utf-8")
    light = sheet[: sheet.index(".dark")]
    for name, colour in chart_files.COLOURS.items():
        assert f"--nst-{name}: {colour}" in light
    for block, colour in chart_files.BLOCKS.items():
        assert f".style.{block} {{ --line: {colour}; }}" in sheet
    assert f"--nst-muted: {chart_files.WORDS}" in light and f"--nst-line: {chart_files.LINES}" in light
    explorer = (Path(chart_files.__file__).parent / "explorer" / "style.css").read_text(encoding="utf-8")
    assert ".chart .photo { stroke: var(--nst-content); }" in explorer
