"""Answers that name some of many outputs: they say what Gradio's own say, and touch nothing else."""

import asyncio
import copy
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import gradio as gr
import pytest
from gradio.state_holder import SessionState

from demo import thrift

NAMES = ("first", "second", "third")
ANSWERS = {
    "a value": {"second": "b"},
    "an update": {"third": gr.update(value="c", visible=False)},
    "several": {"third": None, "first": gr.update(visible=True)},
    "a skipped one": {"first": gr.skip()},
    "values in order": ("a", gr.update(label="B"), None),
    "nothing at all": gr.skip(),
}


def answered(answer: Any, spared: bool) -> list[Any]:
    """What Gradio would send to the browser."""
    with gr.Blocks(analytics_enabled=False) as page:
        boxes = {name: gr.Textbox(name) for name in NAMES}
        gr.on(None, lambda: None, None, list(boxes.values()))
    if spared:
        thrift.spare(page)
    answer = copy.deepcopy(answer)  # Gradio takes updates apart
    if isinstance(answer, dict) and "__type__" not in answer:
        answer = {boxes[name]: value for name, value in answer.items()}
    (handler,) = page.fns.values()
    with ThreadPoolExecutor() as pool:  # a browser's test may have left a loop running in this thread
        return pool.submit(asyncio.run, page.postprocess_data(handler, answer, SessionState(page))).result()


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_the_browser_is_told_the_same(answer):
    assert answered(answer, spared=True) == answered(answer, spared=False)


def test_only_what_is_named_is_made_anew(monkeypatch):
    made, counts = [], []
    original = gr.Textbox.__init__

    def init(box: gr.Textbox, *given: Any, **more: Any) -> None:
        made.append(box)
        original(box, *given, **more)

    monkeypatch.setattr(gr.Textbox, "__init__", init)
    for spared in (False, True):
        made.clear()
        answered({"second": gr.update(visible=False)}, spared)
        counts.append(len(made) - len(NAMES))
    assert counts == [3, 1]


def test_a_visit_keeps_its_own_values_and_no_copy_of_the_page():
    with gr.Blocks(analytics_enabled=False) as page:
        box, state = gr.Textbox("as it was"), gr.State([])
        gr.on(None, lambda: None, None, [box, state])
    (handler,) = page.fns.values()
    first, second = (page.state_holder[visitor] for visitor in ("first", "second"))
    with ThreadPoolExecutor() as pool:
        answer = [gr.update(value="news", label="Box"), ["kept"]]
        pool.submit(asyncio.run, page.postprocess_data(handler, answer, first)).result()
    assert isinstance(first, thrift.Visit) and list(first.components) == []
    assert (first[state._id], first[box._id].label) == (["kept"], "Box")
    assert (second[state._id], second[box._id].label) == ([], box.label)
