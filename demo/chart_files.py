"""Charts of the page as SVG files: the drawings that the page shows, on white, with colours, title and legend inside."""

from __future__ import annotations

import re
from xml.etree import ElementTree

WIDTH = 1600  # pixels
# The colours of the page in its light mode (style.css), by CSS class.
COLOURS = {"total": "#2c2722", "content": "#23629e", "style": "#bd4b27", "tv": "#857868"}
BLOCKS = {"b1": "#e0a526", "b2": "#d9772b", "b3": "#c9452f", "b4": "#a83a6b", "b5": "#7b4fa0"}  # of a style layer
SLOTS = {"photo": COLOURS["content"], "painting": COLOURS["style"], "result": COLOURS["total"]}
WORDS, LINES = "#665b4e", "#e0d7ca"
FONT = {"font-family": "Helvetica, Arial, sans-serif", "fill": WORDS}
CHART = re.compile(
    r'<figure class="curves">.*?</figure>|<svg class="chart.*?</svg>|<div class="bars">.*?</div></div>', re.DOTALL
)
COLUMNS, ROW = 3, 13  # of a legend, and the height of a row in units of the chart
NAME, END, WHOLE, BAR = 140, 480, 560, 18  # where a bar begins and ends, the width of all, the height of a bar's line


def svg_files(html: str) -> list[bytes]:
    """Every chart in `html` that `loss_curves` or `svg_charts` drew, as an SVG file. A figure without curves is none."""
    charts = [ElementTree.fromstring(found) for found in CHART.findall(html)]
    return [_file(chart) for chart in charts if chart.tag != "figure" or chart.find("svg") is not None]


def _file(chart: ElementTree.Element) -> bytes:
    drawing = _bars(chart) if chart.tag == "div" else chart if chart.tag == "svg" else chart.find("svg")
    assert drawing is not None, "figures without a drawing are left out"
    width, height = (float(number) for number in drawing.get("viewBox", "").split()[2:])
    legend = _legend(chart, width, height)
    height += legend[0]
    whole = ElementTree.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {width:g} {height:g}"})
    whole.set("width", str(WIDTH))
    whole.set("height", f"{WIDTH * height / width:.0f}")
    ElementTree.SubElement(whole, "title").text = drawing.get("aria-label", "")
    ElementTree.SubElement(whole, "rect", {"width": f"{width:g}", "height": f"{height:g}", "fill": "white"})
    for part in drawing:
        whole.append(_painted(part))
    whole.extend(legend[1])
    return ElementTree.tostring(whole, encoding="utf-8", xml_declaration=True)


def _painted(part: ElementTree.Element) -> ElementTree.Element:
    """`part` of a drawing with the colours and strokes that the style sheet gives it."""
    classes = part.get("class", "").split()
    says = part.attrib.pop("data-says", part.attrib.pop("data-name", ""))
    if says:
        ElementTree.SubElement(part, "title").text = says
    if part.tag == "text":
        part.attrib |= FONT | {"font-size": "8.5"}
    elif part.tag == "line":
        part.attrib |= {"stroke": WORDS, "stroke-dasharray": "2 3"} if "level" in classes else {"stroke": LINES}
        part.set("stroke-width", "0.7")
    elif part.tag == "polyline":
        part.attrib |= {"fill": "none", "stroke": _colour(classes), "stroke-width": "1.4"}
    elif "fill" not in part.attrib:
        part.set("fill", _colour(classes))
    return part


def _colour(classes: list[str]) -> str:
    """The colour of the curve or bar with these CSS classes."""
    blocks = [BLOCKS[name] for name in classes if name in BLOCKS and "style" in classes]
    known = [(COLOURS | SLOTS)[name] for name in classes if name in COLOURS or name in SLOTS]
    return (blocks or known or [COLOURS["style"]])[0]


def _legend(chart: ElementTree.Element, width: float, top: float) -> tuple[float, list[ElementTree.Element]]:
    """The height of the legend below a figure, and its parts: none for a chart without."""
    parts, entries = [], chart.findall("ul/li")
    for n, entry in enumerate(entries):
        x, y = 8 + (n % COLUMNS) * width / COLUMNS, top + (n // COLUMNS) * ROW
        fill = _colour(entry.get("class", "").split())
        parts.append(ElementTree.Element("rect", _box(x, y + 5, 14, 3) | {"fill": fill}))
        parts.append(_text(x + 19, y + 10, "".join(entry.itertext())))
    return ROW * -(-len(entries) // COLUMNS) + 6 * bool(entries), parts


def _bars(chart: ElementTree.Element) -> ElementTree.Element:
    """The lines of `svg_charts.bars` as a drawing."""
    lines = chart.findall("div")
    drawing = ElementTree.Element("svg", {"viewBox": f"0 0 {WHOLE} {BAR * len(lines)}"})
    for n, line in enumerate(lines):
        classes, fill = line.get("class", "").split(), line.find("i/b")
        share = re.search(r"[\d.]+", fill.get("style", "") if fill is not None else "")
        long = (END - NAME) * float(share[0] if share else 0) / 100
        drawing.append(_text(0, n * BAR + 12, line.findtext("span", "")))
        bar = _box(NAME, n * BAR + 3, long, 12) | {"fill": _colour([name for name in classes if name not in SLOTS])}
        ElementTree.SubElement(drawing, "rect", bar | {"opacity": "0.4" if "photo" in classes else "1"})
        drawing.append(_text(END + 8, n * BAR + 12, line.findtext("em", "")))
    return drawing


def _box(x: float, y: float, width: float, height: float) -> dict[str, str]:
    return {"x": f"{x:.1f}", "y": f"{y:.1f}", "width": f"{width:.1f}", "height": f"{height:.1f}"}


def _text(x: float, y: float, words: str) -> ElementTree.Element:
    text = ElementTree.Element("text", FONT | {"x": f"{x:.1f}", "y": f"{y:.1f}", "font-size": "8.5"})
    text.text = words
    return text
