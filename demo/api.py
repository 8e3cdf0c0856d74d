"""The one public endpoint, for programs: `/stylize`."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from inspect import Parameter, Signature
from typing import Any

import gradio as gr

from nst_core.settings import FIELDS

from . import text
from .compute.worker import Worker
from .errors import user_facing
from .events import client_left, heavy
from .inputs import PhotoInput
from .paint import paint_actions as actions
from .paint import picture_files, setting_text, setting_widgets
from .paint.updates import Finished, Update


def build(worker: Worker) -> None:
    """Add the endpoint to the current Blocks. Its components only describe it; they are never shown."""
    with gr.Column(visible=False):
        inputs: list[Any] = [PhotoInput(label="content"), PhotoInput(label="style")]
        largest = worker.limits.max_size
        for picture in inputs:
            picture.read_side = largest
        inputs += [
            setting_widgets.widget(name, label=name, elem_id=f"api-{name}", value=_default(name, largest))
            for name in FIELDS
        ]
        outputs = [gr.Image(label="preview", format="jpeg"), gr.JSON(label="progress"), gr.File(label="result")]
        trigger = gr.Button()

    def stylize(content: Any, style: Any, *values: Any) -> Iterator[tuple[Any, Any, Any]]:
        settings, session = actions.read_settings(values, worker.limits), actions.PaintSession()
        for view in actions.paint(worker, content, [style], settings, session, client_left.get()):
            preview, result, told = picture_files.preview_file(view, outputs[0], session.notes), None, progress(view)
            if isinstance(view, Finished):
                result = picture_files.png_file(view, outputs[2])
                told |= {"notes": session.notes} | ({} if result else {"png": base64.b64encode(view.png).decode()})
            yield preview, told, result

    trigger.click(_documented(user_facing(stylize), largest), inputs, outputs, api_name="stylize", **heavy(worker))


def progress(view: Update) -> dict[str, Any]:
    """An update as plain numbers, for callers of the API."""
    step = view.step
    return {
        "level": step.level,
        "levels": step.levels,
        "evaluation": step.evaluation,
        "evaluations": step.evaluations,
        "width": step.width,
        "height": step.height,
        "seconds": round(step.elapsed, 2),
        "remaining": round(step.remaining, 2) if step.remaining == step.remaining else None,
        "total": step.total if step.total == step.total else None,
        "terms": {str(term): value for term, value in step.terms.items()},
        "relative": {str(term): value for term, value in step.relative.items()},
        "done": isinstance(view, Finished),
    }


def _default(name: str, largest: int) -> Any:
    """The setting's default, within the host's limits; None for style_weight, so that each objective gets its own."""
    if name == "size":
        return min(setting_widgets.DEFAULTS[name], largest)
    return FIELDS[name].default if FIELDS[name].default is None else setting_widgets.DEFAULTS[name]


def _documented(handler: Any, largest: int) -> Any:
    """`handler` with named arguments and a docstring that describes them: Gradio's API page is made from both."""
    plain = Parameter.POSITIONAL_OR_KEYWORD
    pictures = [Parameter(name, plain) for name in ("content", "style")]
    settings = [Parameter(name, plain, default=_default(name, largest)) for name in FIELDS]
    handler.__signature__ = Signature(pictures + settings)
    arguments = [f"    {name}: {setting_text.argument(name)}" for name in FIELDS]
    handler.__doc__ = text.STYLIZE.replace("    SETTINGS", "\n".join(arguments))
    return handler
