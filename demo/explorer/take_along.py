"""All of a view in one ZIP file: a notebook, its figures in print size, its charts as SVG and its tables."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from ..chart_files import svg_files
from . import python_code
from .feature_cache import FeatureCache, Uploads
from .panels import File, Panels, Picture
from .views import VIEWS

if TYPE_CHECKING:
    from .view_state import ViewState


def take_along(cache: FeatureCache, state: ViewState, uploads: Uploads, made: Panels | None = None) -> File:
    """The files of the present view; `made` are the last panels of its run, if there was one.

    Raises `PictureError` where a picture is missing.
    """
    panels = VIEWS[state.view].show(cache, state, uploads) | (made or {})
    files = [python_code.notebook_of(cache, state, uploads), *report(panels)]
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for file in files:
            archive.writestr(file.name, file.data)
    return File(whole.getvalue(), f"vgg19-{state.layer}-{state.view}.zip")


def report(panels: Panels) -> list[File]:
    """The figures among `panels` in print size, their charts, and their other files."""
    files = []
    for name, value in panels.items():
        if isinstance(value, Picture):
            files.append(File(value.in_print_size(), value.name))
        elif isinstance(value, File):
            files.append(value)
        elif isinstance(value, str):
            charts = svg_files(value)
            files += [File(chart, f"{name}-{n}.svg") for n, chart in enumerate(charts, start=1)]
    return files
