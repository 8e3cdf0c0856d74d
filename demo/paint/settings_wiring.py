"""The events of the settings among themselves: presets, defaults, settings loaded from a picture."""

from __future__ import annotations

from typing import Any

import gradio as gr

from nst_core.recipe import read_recipe, recipe_settings
from nst_core.settings import FIELDS, STYLE_WEIGHTS

from ..errors import user_facing
from ..events import LATEST, LIGHT, PRIVATE, STRICT
from . import loaded, setting_text, setting_widgets, smoothness_tab
from .paint_tab import PaintTab

LONGER = 20  # seconds for which a message of several sentences stays


def wire(tab: PaintTab, largest: int) -> None:
    """Add the events to the page, for results of up to `largest` pixels on the longer side."""
    by_name = dict(zip(FIELDS, tab.settings, strict=True))
    # Whenever an event begins, goes on or ends, Gradio's script updates all inputs of all events that have ended before, one
    # by one. So those that need all settings have them as one input, which is put together in the browser.
    changes = [widget.change for widget in tab.settings]
    gr.on(changes, None, tab.settings, [tab.values], js="(...values) => [values]", **PRIVATE)
    tab.preset.input(lambda preset: setting_widgets.PRESETS[preset], [tab.preset], [by_name["size"]], **LATEST, **LIGHT)
    by_name["size"].change(setting_widgets.preset_of, [by_name["size"]], [tab.preset], **LIGHT)
    by_name["objective"].input(STYLE_WEIGHTS.get, [by_name["objective"]], [by_name["style_weight"]], **LATEST, **LIGHT)
    told = [*tab.settings, tab.article_words]
    tab.defaults.click(lambda: [*setting_widgets.defaults(largest), gr.HTML(visible=False)], None, told, **LIGHT)
    tab.article.click(lambda: article(largest), None, told, **LIGHT)
    smoothness_tab.wire(tab.smoothness, by_name["tv_weight"], by_name["objective"])

    def show_seed(init: Any) -> Any:
        return gr.Number(visible=setting_widgets.seed_is_used(init))

    by_name["init"].change(show_seed, [by_name["init"]], [by_name["seed"]], **LATEST, **LIGHT)

    @user_facing
    def load(path: str, photo: Any, painting: Any, others: list[Any]) -> list[Any]:
        recipe = read_recipe(path)
        with setting_text.page_words():
            values = setting_widgets.shown(recipe_settings(recipe))
        words, same = loaded.words(recipe, photo, [painting, *others])
        gr.Info(words) if same else gr.Warning(words, duration=LONGER)
        return [*values, None]

    inputs = [tab.load, tab.photo, tab.painting, tab.others]
    loading = tab.load.upload(load, inputs, [*tab.settings, tab.load], **LATEST, **STRICT)
    loading.failure(lambda: None, None, [tab.load], **LIGHT)


def article(largest: int) -> list[Any]:
    """The article's settings, for `PaintTab.settings`, and the words about them, for `PaintTab.article_words`."""
    return [*setting_widgets.article(largest), gr.HTML(visible=True)]
