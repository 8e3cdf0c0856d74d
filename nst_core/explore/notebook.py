"""A Jupyter notebook with pictures inside it, so that it runs as it is wherever this package is installed."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from PIL import Image

NEEDS = "Runs where `nst_core` can be imported: in a folder with this project, or after `pip install .` in one."
LONGEST = 100  # characters in a line of an encoded picture


def notebook(title: str, words: Sequence[str], pictures: Mapping[str, Image.Image], cells: Iterable[str]) -> bytes:
    """A notebook file (nbformat 4.5): a heading, the paragraphs `words` in Markdown, the pictures, and code `cells`.

    `pictures` are RGB, by the names of the variables that hold them for the cells; they are stored without loss (PNG).
    """
    text = "\n\n".join([f"# {title}", *words, NEEDS])
    parts = [_cell("markdown", text)]
    if pictures:
        parts.append(_cell("code", _pictures(pictures), hidden=True))
    parts += [_cell("code", cell) for cell in cells]
    for number, part in enumerate(parts):
        part["id"] = f"cell-{number}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {
        "cells": parts,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return (json.dumps(whole, indent=1, ensure_ascii=False) + "\n").encode()


def _cell(kind: str, source: str, hidden: bool = False) -> dict[str, Any]:
    """One cell; `hidden` ones are folded in JupyterLab."""
    metadata = {"jupyter": {"source_hidden": True}} if hidden else {}
    cell: dict[str, Any] = {"cell_type": kind, "metadata": metadata, "source": source.splitlines(keepends=True)}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def _pictures(pictures: Mapping[str, Image.Image]) -> str:
    """Python that makes the variables, each a PIL picture."""
    lines = [
        "# The pictures, as PNG files in base64.",
        "import base64, io",
        "",
        "from nst_core import load_picture",
        "",
    ]
    for name, picture in pictures.items():
        file = io.BytesIO()
        picture.save(file, "PNG")
        text = base64.b64encode(file.getvalue()).decode()
        rows = [f'    "{text[at : at + LONGEST]}"' for at in range(0, len(text), LONGEST)]
        lines += [f"{name} = load_picture(io.BytesIO(base64.b64decode(", *rows, ")))"]
    return "\n".join(lines)
