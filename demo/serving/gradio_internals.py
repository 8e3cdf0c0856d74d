"""The only module that touches private parts of Gradio, uvicorn and Starlette.

Imported before gradio, so that Gradio writes no type stubs.
"""

from __future__ import annotations

import inspect
from typing import Any

# What: `inspect.getfile` of the standard library refuses Gradio's component classes while gradio is imported, and
#   `gradio.component_meta.create_or_modify_pyi` does nothing from then on.
# Why: for each of its 80 component classes Gradio renders a type stub (.pyi) at every import and compares it with the one on
#   the disk, and it would write one beside demo/inputs.py. Measured: `import gradio` takes 1.99 s instead of 3.29 s (medians
#   of five, two cores).
# Read in: Gradio 6.31.0, component_meta.py. Without it: the page starts 1.3 s later, and demo/inputs.pyi appears.
_getfile = inspect.getfile


def _getfile_except_components(thing: Any) -> str:
    if type(thing).__name__ == "ComponentMeta":
        raise OSError("no type stub")  # Gradio skips a component without a source file
    return _getfile(thing)


inspect.getfile = _getfile_except_components  # type: ignore[assignment]
try:
    import gradio.component_meta
finally:
    inspect.getfile = _getfile
gradio.component_meta.create_or_modify_pyi = lambda *_: None
