"""The loss curves, drawn as SVG: light, sharp at any width, and coloured by the page's light or dark mode."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from nst_core.explore.scales import three_figures
from nst_core.settings import Settings
from nst_core.step import Step

if TYPE_CHECKING:
    from nst_core.terms import Term

WIDTH, HEIGHT = 480, 230
LEFT, RIGHT, TOP, BOTTOM = 38, 8, 20, 22
MOST_POINTS = 160  # of a curve; more cannot be told apart at this width
MOST_DECADES = 6

Curve = list[tuple[int, float]]  # (evaluation, value)


@dataclass
class History:
    """The losses of one run, evaluation by evaluation. Only values that a log axis can show are kept."""

    settings: Settings
    evaluations: int = 1
    terms: dict[Term, Curve] = field(default_factory=dict)  # the total, and the layers' terms added up and weighted
    layers: dict[Term, Curve] = field(default_factory=dict)
    levels: list[tuple[int, str]] = field(default_factory=list)

    @property
    def last(self) -> dict[str, float]:
        """The newest mismatch of every layer, which the legend shows, by the name of its term: "style relu1_1"."""
        return {str(term): curve[-1][1] for term, curve in self.layers.items()}

    def add(self, step: Step) -> None:
        """Append the losses of `step`; nothing before the first evaluation."""
        from nst_core.terms import Term  # loads torch, which a run has loaded by now

        self.evaluations = max(self.evaluations, step.evaluations)
        if not step.terms:
            return
        size = f"{max(step.width, step.height)} px"
        if size not in (label for _, label in self.levels):
            self.levels.append((step.evaluation, size))
        weights = {
            "content": self.settings.content_weight,
            "style": self.settings.style_weight or 0,
            "tv": self.settings.tv_weight,
        }
        _append(self.terms, Term("total"), step.evaluation, step.total)
        for kind, weight in weights.items():
            value = sum(value for term, value in step.terms.items() if term.kind == kind)
            _append(self.terms, Term(kind), step.evaluation, weight * value)
        for term, value in step.relative.items():
            _append(self.layers, term, step.evaluation, value)

    def style_mismatch(self, layer: str, evaluation: int) -> float | None:
        """The relative mismatch of a style layer at that evaluation; None for another layer, or before the first."""
        curve = next((curve for term, curve in list(self.layers.items()) if str(term) == f"style {layer}"), [])
        return next((value for number, value in reversed(curve) if number <= evaluation), None)


def _append(curves: dict[Term, Curve], term: Term, evaluation: int, value: float) -> None:
    if math.isfinite(value) and value > 0:
        curves.setdefault(term, []).append((evaluation, value))


def loss_curves(
    curves: Mapping[Term, Curve],
    evaluations: int,
    levels: Sequence[tuple[int, str]],
    title: str,
    note: str,
    at: int | None = None,
) -> str:
    """HTML of a log plot: a legend with the newest values, the curves, and where each level begins.

    `levels`: (first evaluation, label) of each. Without any value, `note` alone. The horizontal axis spans the whole
    run, so that nothing moves while the curves grow. With `at` the legend has the values at that evaluation, which a
    line marks.
    """
    values = [value for curve in curves.values() for _, value in curve]
    if not values:
        return f'<figure class="curves"><p class="empty">{escape(note)}</p></figure>'
    top = math.ceil(math.log10(max(values)))
    bottom = min(max(math.floor(math.log10(min(values))), top - MOST_DECADES), top - 1)

    def x(evaluation: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * evaluation / max(evaluations, 1)

    def y(value: float) -> float:
        above = (math.log10(value) - bottom) / (top - bottom)
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * max(above, 0.0)

    parts = [_decade(exponent, y(10.0**exponent)) for exponent in range(bottom, top + 1)]
    parts += [_level(x(start), words) for start, words in levels]
    parts += [_ticks(x, evaluations)]
    ends = [HEIGHT - BOTTOM, TOP, bottom, top]
    axes = {"x": [LEFT, WIDTH - RIGHT, 0, max(evaluations, 1)], "y": ends, "of": "evaluation"}
    parts += [] if at is None else [_mark(x(at))]
    chosen = {term: _point(curve, at) for term, curve in curves.items()}
    starts = [start for start, _ in levels]
    for term, curve in curves.items():
        parts += [_line(term, [(x(n), y(v)) for n, v in _thin(piece)]) for piece in _split(curve, starts)]
        parts += [_dot(_class(term), x(n), y(v)) for n, v in chosen[term]]
    legend = "".join(
        f'<li class="{_class(term)}"><i></i>{escape(str(term))} <b>{three_figures(points[0][1]) if points else "–"}</b></li>'
        for term, points in chosen.items()
    )
    return (
        f'<figure class="curves"><ul class="legend">{legend}</ul>'
        f'<svg data-axes="{escape(json.dumps(axes))}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">{"".join(parts)}</svg>'
        f"<figcaption>{escape(note)}</figcaption></figure>"
    )


def _point(curve: Curve, at: int | None) -> Curve:
    """The newest point of `curve`, or the last one up to the evaluation `at`: one, or none if all are later."""
    return [point for point in curve if at is None or point[0] <= at][-1:]


def _mark(across: float) -> str:
    return f'<line class="mark" x1="{across:.1f}" x2="{across:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>'


def _class(term: Term) -> str:
    """CSS classes: "style b3" for style in relu3_1. The kind and the layer's block give the colour."""
    block = next((character for character in term.layer if character.isdigit()), "")
    return f"{term.kind} b{block}" if term.layer else term.kind


def _split(curve: Curve, starts: Sequence[int]) -> list[Curve]:
    """One piece for each level: a jump of the loss from one picture size to the next is not the optimizer's work."""
    edges = [0, *starts[1:], math.inf]
    pieces = [[point for point in curve if low <= point[0] < high] for low, high in pairwise(edges)]
    return [piece for piece in pieces if piece]


def _thin(curve: Curve) -> Curve:
    stride = -(-len(curve) // MOST_POINTS)
    return curve[:-1:stride] + curve[-1:]


def _line(term: Term, points: Sequence[tuple[float, float]]) -> str:
    path = " ".join(f"{px:.1f},{py:.2f}" for px, py in points)
    return f'<polyline class="curve {_class(term)}" data-name="{escape(str(term))}" points="{path}"/>'


def _dot(kind: str, across: float, down: float) -> str:
    return f'<circle class="dot {kind}" cx="{across:.1f}" cy="{down:.1f}" r="2.2"/>'


def _decade(exponent: int, height: float) -> str:
    words = f"{10**exponent:g}" if -3 <= exponent <= 3 else f"1e{exponent}"
    return (
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{height:.1f}" y2="{height:.1f}"/>'
        f'<text x="{LEFT - 6}" y="{height + 3:.1f}" text-anchor="end">{words}</text>'
    )


def _level(start: float, words: str) -> str:
    return (
        f'<line class="level" x1="{start:.1f}" x2="{start:.1f}" y1="{TOP - 14}" y2="{HEIGHT - BOTTOM}"/>'
        f'<text class="level" x="{start + 4:.1f}" y="{TOP - 7}">{escape(words)}</text>'
    )


def _ticks(x: Callable[[float], float], evaluations: int) -> str:
    half = evaluations // 2
    row = HEIGHT - 6
    return (
        f'<text x="{x(0):.1f}" y="{row}" text-anchor="middle">0</text>'
        f'<text x="{x(half):.1f}" y="{row}" text-anchor="middle">{half}</text>'
        f'<text x="{WIDTH - RIGHT}" y="{row}" text-anchor="end">{evaluations} evaluations</text>'
    )
