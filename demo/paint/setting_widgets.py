"""One input component (widget) for every setting, with the default, bounds and description that `Settings` declares."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gradio as gr

from nst_core.article import ARTICLE
from nst_core.layers import LAYERS
from nst_core.memory import needed_mb, usable_mb
from nst_core.settings import FIELDS, Settings

from .. import text
from ..inputs import Dropdown, Number, Radio, Slider
from . import setting_text

# Longer side of the result, in pixels, where the host allows it.
PRESETS = {"draft": 256, "standard": 512, "fine": 768, "print": 3508}  # 3508 px: the longer side of A4 at 300 dpi
FINE = PRESETS["fine"]
LARGEST = int(FIELDS["size"].metadata["high"])
STEPS = {"size": 16, "style_scale": 0.05, "strength": 0.5, "levels": 1}  # of the settings that have a slider


LISTS = [name for name, about in FIELDS.items() if {"numbers", "changes"} & about.metadata.keys()]  # typed as text


def shown(settings: Settings) -> list[Any]:
    """`settings` as the values of all widgets, in the order of `FIELDS`."""
    values = settings.to_dict()
    for name in LISTS:
        values[name] = ", ".join(item if isinstance(item, str) else f"{item:g}" for item in values[name])
    return list(values.values())


def defaults(largest: int) -> list[Any]:
    """The default of every setting as the value of its widget, in the order of `FIELDS`, for sizes up to `largest`."""
    return [min(value, largest) if name == "size" else value for name, value in DEFAULTS.items()]


def article(largest: int) -> list[Any]:
    """The settings of the article as the values of all widgets, in the order of `FIELDS`, for sizes up to `largest`."""
    return shown(replace(ARTICLE, size=min(ARTICLE.size, largest)))


def seed_is_used(init: Any) -> bool:
    """Whether the seed changes anything, for this value of `init`."""
    return bool(init == "noise")


DEFAULTS = dict(zip(FIELDS, shown(Settings()), strict=True))


def widget(name: str, largest: int = LARGEST, **options: Any) -> Any:
    """The widget of the setting `name`, placed where this is called. `largest` is the largest size that the host allows."""
    about = FIELDS[name].metadata
    defaults = {
        "label": setting_text.label(name),
        "info": setting_text.page_info(name),
        "elem_id": name,
        "value": DEFAULTS[name],
    }
    options = defaults | options
    if about.get("choices"):
        return Radio([(setting_text.CHOICES[name][choice], choice) for choice in about["choices"]], **options)
    if about.get("layers"):
        return Dropdown(list(LAYERS), multiselect=True, **options)
    if name in LISTS:
        return gr.Textbox(**options)
    if FIELDS[name].default is None:
        options.setdefault("placeholder", text.BY_OBJECTIVE)  # what an emptied box means
    whole = isinstance(FIELDS[name].default, int)
    high = about["high"]
    if name == "size":
        high = min(high, largest)
        options["value"] = min(options["value"], high)
    if name in STEPS and about["low"] < high:  # Gradio refuses a slider of one value, as where the host allows 64 px
        return Slider(about["low"], high, step=STEPS[name], **options)
    return Number(minimum=about["low"], maximum=high, precision=0 if whole else None, **options)


def presets(largest: int = LARGEST) -> list[tuple[str, str]]:
    """(label, name) of the presets that the host allows; of the sizes for print those that fit into the memory."""
    names = [name for name, pixels in PRESETS.items() if pixels <= largest and (pixels <= FINE or _fits(pixels))]
    return [(f"{text.PRESETS[name]} · {PRESETS[name]} px", name) for name in names]


def _fits(pixels: int) -> bool:
    """Whether there is the memory for a photo of usual proportions, 3 to 2, at `pixels` on its longer side."""
    return needed_mb(Settings(size=pixels), 3, 2) <= usable_mb()


def preset_of(size: Any) -> str | None:
    """The preset of a size in pixels, such as "standard" for 512; None when there is none."""
    return next((name for name, pixels in PRESETS.items() if pixels == size), None)
