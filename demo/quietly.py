"""Imports gradio as it should be imported here, and so comes before any other import of it.

Gradio reports nothing home, and writes no type stubs: at every import it would write a .pyi file for each of its 80
component classes, which is a third of the time from `python app.py` to the page, and others into this folder for ours.
"""

from __future__ import annotations

import inspect
import os
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "200")  # it keeps a record of each, read by nobody here

_getfile = inspect.getfile


def _getfile_of_no_component(thing: Any) -> str:
    """Gradio leaves a component without a source file in peace."""
    if type(thing).__name__ == "ComponentMeta":
        raise OSError("no stub, please")
    return _getfile(thing)


inspect.getfile = _getfile_of_no_component  # type: ignore[assignment]
try:
    import gradio.component_meta
finally:
    inspect.getfile = _getfile

# For the components of this project, which are declared later.
gradio.component_meta.create_or_modify_pyi = lambda *_: None
