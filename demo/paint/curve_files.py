"""The loss curves of a run as files: two drawings (SVG) and the numbers (CSV)."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

from ..chart_files import svg_files
from .loss_curves import History

SAVE = "Save the curves (SVG and CSV)"
NOTHING = "There are no curves: no run has ended here. Press Paint first."


@dataclass(frozen=True)
class Curves:
    """The curves of a finished run: its two figures as HTML, its losses as CSV, and the file name of its result."""

    by_term: str
    by_layer: str
    losses: str
    result: str

    def files(self) -> dict[str, bytes]:
        """{name: contents}; the names begin like that of the result."""
        stem = PurePath(self.result).stem
        figures = {"losses-by-term": self.by_term, "losses-by-layer": self.by_layer}
        drawn = {f"{stem}-{name}.svg": file for name, html in figures.items() for file in svg_files(html)}
        return drawn | ({f"{stem}-losses.csv": self.losses.encode()} if self.losses else {})

    def zip(self) -> tuple[bytes, str]:
        """A ZIP file of `files`, and its name."""
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in self.files().items():
                archive.writestr(name, data)
        return file.getvalue(), f"{PurePath(self.result).stem}-losses.zip"


def losses_csv(history: History) -> str:
    """One line for each evaluation: the longer side of the picture, the terms times their weights and their total, and every
    layer's relative mismatch. What a log axis cannot show, such as 0, is empty."""
    curves = {str(term): dict(curve) for term, curve in (history.terms | history.layers).items()}
    evaluations = sorted({evaluation for curve in curves.values() for evaluation in curve})
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["evaluation", "pixels", *curves])
    for evaluation in evaluations:
        size = [words for start, words in history.levels if start <= evaluation][-1:]
        values = [curve.get(evaluation, "") for curve in curves.values()]
        writer.writerow([evaluation, *(words.removesuffix(" px") for words in size), *values])
    return file.getvalue()
