"""Every technical word of a view is explained once: marked where a text first uses it, or else listed below the view."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import gradio as gr

from .. import glossary
from .panels import Choices, File, Panels
from .parts import Parts

AROUND = ("story", "diagram", "facts")  # the texts of the frame that stand above every view
TAG = re.compile(r"<[^>]*>")


def explained(frame: Parts, view: Parts, values: Panels, level: str) -> Panels:
    """`values` with the words of the glossary marked in HTML, and the panel "words" for those on controls and in captions.

    Where `values` are those of the frame alone, the panel stays as it is.
    """
    values, known = dict(values), set(view.explained)
    shown = [name for name in view.panels if level == "explore" or name not in view.explore_only]
    parts = {name: frame[name] for name in AROUND} | {name: view[name] for name in shown}
    for name, component in parts.items():
        if isinstance(component, gr.HTML) and name in values:
            values[name] = glossary.explained(values[name], known)
    if all(name in values for name, component in parts.items() if isinstance(component, (gr.HTML, gr.Image))):
        texts = [text for name, component in parts.items() for text in _texts(component, values.get(name))]
        values["words"] = glossary.more_words(" ".join(texts), known)
    return values


def _texts(component: Any, value: Any) -> Iterator[str]:
    """What a visitor reads on a component that shows `value`."""
    if isinstance(component, gr.HTML):
        yield TAG.sub(" ", value)
        return
    yield str(component.label or "")
    options = value.options if isinstance(value, Choices) else getattr(component, "choices", None)
    yield from (str(label) for label, _ in options or ())
    yield from getattr(component, "headers", None) or ()
    yield value.caption if isinstance(value, File) else ""
