"""A slider beside the exact weight of total variation (γ): its useful range in words. Layout and events.

The weights of content and style (α, β) have none: only their ratio counts, and *Less or more style* is its slider.
"""

from __future__ import annotations

import json
from html import escape
from typing import Any

import gradio as gr

from ..events import LATEST, LIGHT, sent

# The weight of "hardly any": the total losses of the objectives differ as much. Seen at 192 px, with one pair. With the sums
# of Gatys et al. even the largest weight that `Settings` allows changes nothing.
LEAST = {"balanced": 10.0, "johnson": 3e6}
STEPS = {  # a word -> the weight, relative to the least
    "none": 0,
    "hardly any": 1,
    "a little": 3,
    "clearly": 10,
    "strongly": 30,
    "outlines soften": 100,
    "outlines dissolve": 300,
}
LABEL = "Smoothing"
NO_USE = "With this objective even the largest γ changes nothing that can be seen."

# JavaScript of the component. `element`, `props`, `trigger` and `watch` are Gradio's. The value is {weight, objective}.
SCRIPT = """
const WORDS = [...element.querySelectorAll('[data-factor]')], range = element.querySelector('input');
const least = () => JSON.parse(range.dataset.least)[props.value.objective];
const weights = () => WORDS.map(word => least() * word.dataset.factor);
function name() {
    WORDS.forEach((word, n) => { word.hidden = n !== range.valueAsNumber; });
    range.ariaValueText = WORDS[range.valueAsNumber].textContent;
}
function show() {
    element.querySelector('label').hidden = !least();
    element.querySelector('p').hidden = Boolean(least());
    if (!least()) return;
    // The largest step that is not above the weight, give or take a rounding error.
    range.valueAsNumber = weights().findLastIndex(each => each <= (props.value.weight ?? 0) * 1.001);
    name();
}
range.addEventListener('input', name);
range.addEventListener('change', () => trigger('pick', {weight: weights()[range.valueAsNumber]}));
watch('value', show);
show();
"""


def build() -> gr.HTML:
    """The slider, placed where this is called. It follows the weight, which may have any value between its steps."""
    words = "".join(f'<b data-factor="{factor}" hidden>{escape(word)}</b>' for word, factor in STEPS.items())
    least = escape(json.dumps(LEAST))
    slider = f'<input type="range" min="0" max="{len(STEPS) - 1}" step="1" value="0" data-least="{least}">'
    return gr.HTML(
        {"weight": 0, "objective": "balanced"},
        html_template=f"<label>{LABEL}: {words}{slider}</label><p hidden>{NO_USE}</p>",
        js_on_load=SCRIPT,
        elem_id="smoothness",
    )


def wire(slider: gr.HTML, weight: Any, objective: Any) -> None:
    """`slider` sets `weight`, and follows it and the `objective`."""

    def pick(event: gr.EventData) -> Any:
        given = sent(event, "weight")
        return given if type(given) in (int, float) else gr.skip()

    slider.pick(pick, None, [weight], **LATEST, **LIGHT)
    follow = "(weight, objective) => ({weight, objective})"
    gr.on([weight.change, objective.change], None, [weight, objective], [slider], js=follow, **LATEST, **LIGHT)
