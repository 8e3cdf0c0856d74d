"""Small charts as HTML and SVG: bars with their numbers, a histogram, a spectrum. The style sheet colours them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from nst_core.explore.scales import three_figures

WIDTH, HEIGHT = 320, 110
BINS = 40


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its value, the value as text, and the CSS class that colours it."""

    name: str
    value: float
    text: str
    css_class: str = ""


def bars(rows: Sequence[Bar], top: float) -> str:
    """HTML: a line for each bar; `top` fills a bar. A larger value is a full bar with a double line at its end."""
    beyond = f'<p class="beyond">Double line: more than {top:g}, the whole bar.</p>'
    more = beyond if any(row.value > top for row in rows) else ""
    return f'<div class="bars">{"".join(_bar(row, top) for row in rows)}</div>{more}'


def _bar(row: Bar, top: float) -> str:
    share = 100 * min(1.0, max(0.0, row.value / top if top else 0.0))
    beyond = " beyond" if row.value > top else ""
    return (
        f'<div class="line {row.css_class}" data-says="{escape(row.name)}: {three_figures(row.value)}">'
        f"<span>{escape(row.name)}</span>"
        f'<i><b class="fill{beyond}" style="width:{share:.1f}%"></b></i><em>{escape(row.text)}</em></div>'
    )


def histogram(counts: Sequence[int], low: float, high: float, title: str) -> str:
    """SVG: the counts of equally wide bins from `low` to `high`. Heights are square roots, so that small counts show."""
    most = math.sqrt(max(counts, default=0) or 1)
    wide = WIDTH / max(1, len(counts))
    width = (high - low) / max(1, len(counts))

    def _bin(n: int, count: int) -> str:
        return f"{three_figures(low + n * width)} to {three_figures(low + (n + 1) * width)}: {count:,} places"

    columns = "".join(
        f'<rect x="{n * wide:.1f}" y="{90 * (1 - math.sqrt(count) / most):.1f}" width="{wide - 1:.1f}" '
        f'height="{90 * math.sqrt(count) / most:.1f}" data-says="{_bin(n, count)}"/>'
        for n, count in enumerate(counts)
    )
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">{columns}'
        f'<text x="0" y="105">{three_figures(low)}</text>'
        f'<text x="{WIDTH}" y="105" text-anchor="end">{three_figures(high)}</text></svg>'
    )


def falling_curves(curves: Mapping[str, Sequence[float]], title: str, decades: int = 5) -> str:
    """SVG: falling curves by CSS class, on a log axis of `decades` powers of ten below the largest; "" if all are 0."""
    top = max((curve[0] for curve in curves.values() if len(curve)), default=0.0)
    if top <= 0:
        return ""
    longest = max(len(curve) for curve in curves.values())

    def point(n: int, value: float) -> str:
        height = 1 + math.log10(value / top) / decades
        return f"{n * WIDTH / max(1, longest - 1):.1f},{90 * (1 - height):.1f}"

    lines = "".join(
        f'<polyline class="{escape(name)}" data-name="{escape(name)}" points="'
        + " ".join(point(n, value) for n, value in enumerate(curve) if value > top * 10.0**-decades)
        + '"/>'
        for name, curve in curves.items()
    )
    last = WIDTH * (longest - 1) / max(1, longest - 1)
    axes = {"x": [0, last, 1, longest], "y": [0, 90, math.log10(top), math.log10(top) - decades], "of": "eigenvalue"}
    grid = "".join(f'<line x1="0" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>' for y in range(0, 91, 90 // decades))
    return (
        f'<svg class="chart spectrum" data-axes="{escape(json.dumps(axes))}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">{grid}{lines}'
        f'<text x="0" y="105">largest: {three_figures(top)}</text>'
        f'<text x="{WIDTH}" y="105" text-anchor="end">{longest} eigenvalues; grid lines: powers of ten</text></svg>'
    )
