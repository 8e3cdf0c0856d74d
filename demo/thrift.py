"""Answers that cost what they change, and visits that keep what is needed."""

from __future__ import annotations

import copy
from typing import Any

import gradio as gr
import gradio.state_holder
from gradio.utils import is_prop_update


class Visit(gradio.state_holder.SessionState):
    """What Gradio keeps of a visit, without the copy of the whole page (0.4 MB) from which it would make a "deep link": that
    door is shut (demo/gate.py)."""

    config_values = property(lambda _: {}, lambda _, __: None)  # type: ignore[assignment]

    def _update_config(self, key: int) -> None:
        pass

    def _update_value_in_config(self, key: int, value: Any) -> None:
        pass


gradio.state_holder.SessionState = Visit  # type: ignore[misc]


def spare(page: gr.Blocks) -> gr.Blocks:
    """Have `page` touch only the widgets that a handler names in its answer.

    For every other output Gradio makes the widget anew, and keeps it for the visitor: with the explorer's eighty outputs
    that took as long as half of the handlers.
    """
    postprocess = page.postprocess_data

    async def postprocess_named(handler: Any, answer: Any, *more: Any, **options: Any) -> list[Any]:
        if not isinstance(answer, dict) or not answer or is_prop_update(answer):
            return await postprocess(handler, answer, *more, **options)
        named = copy.copy(handler)
        named.outputs = list(answer)
        values = list(answer.values()) if len(answer) > 1 else next(iter(answer.values()))
        said = dict(zip(answer, await postprocess(named, values, *more, **options), strict=True))
        return [said.get(widget, gr.skip()) for widget in handler.outputs]

    page.postprocess_data = postprocess_named  # type: ignore[assignment,method-assign]
    return page
