"""The settings on the paint tab: those of the look, other paintings, regions, and the rest, folded away."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import gradio as gr

from nst_core.settings import FIELDS

from .. import glossary, text
from ..inputs import SettingsFile, paintings_gallery
from . import html, regions_tab, setting_text, setting_widgets, smoothness_tab


def build(largest: int, known: set[str]) -> dict[str, Any]:
    """The parts of `PaintTab` by name. `largest` is the largest size on offer, in pixels on the longer side, and `known` are
    the words that are explained elsewhere on the page."""
    widgets: dict[str, Any] = {}
    parts: dict[str, Any] = {}
    # Seen while a picture is painted (style.css).
    gr.HTML(f'<h2>{text.LOOK_TITLE}</h2><p class="later">{text.LATER}</p>')
    with gr.Row(elem_id="look"):
        for name in setting_text.LOOK:
            with gr.Column(min_width=220):
                gr.HTML(html.look(name))
                widgets[name] = setting_widgets.widget(name, info=None)  # the pictures say it
    with gr.Accordion(text.MIX, open=False, elem_id="mixing"):
        parts["others"] = paintings_gallery("other-paintings")
        parts["others"].read_side = largest
        for name in setting_text.MIXING:
            widgets[name] = setting_widgets.widget(name)
    parts["regions"] = regions_tab.build()
    with gr.Accordion(text.MORE, open=False, elem_id="more"):
        with gr.Row():
            parts["defaults"] = gr.Button(text.DEFAULTS, size="sm", elem_id="defaults")
            parts["article"] = gr.Button(text.ARTICLE, size="sm", elem_id="article")
        parts["article_words"] = gr.HTML(f"<p>{text.ARTICLE_WORDS}</p>", visible=False, elem_id="article-words")
        gr.HTML(glossary.more_words(setting_text.everything(), known))
        parts["load"] = SettingsFile(label=text.LOAD, file_types=[".png"], height=110, elem_id="load-settings")
        for heading, names in setting_text.GROUPS.items():
            gr.HTML(f"<h3>{heading}</h3>")
            with gr.Row(elem_classes="group"):
                for name in names:
                    with gr.Row(elem_id="smoothing") if name == "tv_weight" else nullcontext():
                        widgets[name] = setting_widgets.widget(name, largest, min_width=90, visible=name != "seed")
                        if name == "tv_weight":
                            parts["smoothness"] = smoothness_tab.build()
    return {**parts, "settings": [widgets[name] for name in FIELDS]}
