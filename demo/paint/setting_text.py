"""The words of the settings: labels, explanations, groups and choices. `Settings` declares the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nst_core.errors import NSTError
from nst_core.settings import FIELDS

from .. import text

# Headings inside "All settings" -> the settings below each. Those of `LOOK` and `MIXING` stand outside.
LOOK = ("style_scale", "strength", "colors")
MIXING = ("mix",)
GROUPS = {
    "The picture": ("size", "init", "seed"),
    "The loss": (
        *("content_weight", "style_weight", "tv_weight"),
        *("objective", "content_layers", "style_layers", "style_layer_weights", "coarse_only_layers", "gram_changes"),
    ),
    "The optimization": ("levels", "evaluations", "optimizer", "max_seconds"),
    "The network": ("pooling", "padding", "precision"),
}

CHOICES = {
    "init": {"matched": "photo in the painting's colours", "content": "the photo", "noise": "noise (Gatys et al.)"},
    "objective": {"balanced": "balanced", "gatys": "Gatys (the article)", "johnson": "Johnson (most tutorials)"},
    "pooling": {"max": "maximum", "average": "average"},
    "padding": {"zeros": "a frame of mean colour", "replicate": "the edge, repeated"},
    "precision": {"auto": "automatic", "float32": "32 bits", "bfloat16": "16 bits"},
    "optimizer": {"lbfgs": "L-BFGS", "adam": "Adam", "gradient": "gradient descent"},
    "colors": {
        "painting": "of the painting",
        "luminance": "of the photo, place by place",
        "matched": "of the photo, as a palette",
    },
}

ZERO = {"levels": "by size", "max_seconds": "none"}  # what the value 0 of these settings means
# Labels that are clearer than the setting's own name.
LABELS = {
    "init": "Start",
    "tv_weight": "Smoothness",
    "max_seconds": "Time limit in seconds",
    "evaluations": "Steps (evaluations)",
    "levels": "Sizes (levels)",
    "padding": "Edge",
    "style_scale": "Brush size",
    "strength": "Less or more style, by β",
    "colors": "Colours",
    "mix": "Shares of the paintings",
    "coarse_only_layers": "Style layers of the coarser levels only",
    "gram_changes": "Changes of the Gram matrices",
}


# What helps with a setting on the page, after its explanation.
HINTS = {
    "content_weight": "1 is usual. Only its ratio to β counts: Less or more style changes it in steps.",
    "style_weight": "30 is usual (balanced): 3 is gentle, 100 strong, and more changes little.",
    "tv_weight": "0 is none.",
    "objective": "Each has its own usual style weight.",
    "style_layer_weights": "For example 1, 1, 1, 0.5, 0.",
    "mix": "For example 2, 1: twice as much of the first.",
    "gram_changes": "The explorer's view Change the style makes them; empty: none.",
    "evaluations": "More is finer and takes longer.",
    "seed": "Another number gives another variant.",
    "style_scale": "",
    "strength": "",
    "colors": "",
}


def label(name: str) -> str:
    """ "style_weight" -> "Style weight β"."""
    words = LABELS.get(name) or name.replace("_", " ").capitalize()
    return f"{words} {FIELDS[name].metadata.get('symbol', '')}".strip()


def info(name: str) -> str:
    """The line that explains a setting."""
    words = FIELDS[name].metadata["words"]
    return words[0].upper() + words[1:]


def page_info(name: str) -> str:
    """The line that explains a setting on the page."""
    hint = HINTS.get(name, "")
    return f"{info(name)}. {hint}" if hint else info(name)


def everything() -> str:
    """All that is read in "All settings"."""
    names = [name for group in GROUPS.values() for name in group]
    choices = [words for name in names for words in CHOICES.get(name, {}).values()]
    return ". ".join([*map(label, names), *map(page_info, names), *choices, text.ARTICLE_WORDS])


def in_page_words(message: str) -> str:
    """A message of the core with the names of settings as the page shows them, and an emptied number called so."""
    message = re.sub(r"^(\w+) must be a number (.+), not None\.$", r"\1 is empty. Give a number \2.", message)
    message = message.replace(" in mix ", f' in "{label("mix")}" ')
    plain = [name for name in FIELDS if "_" not in name]  # ordinary words, but for the first of a message
    message = re.sub(rf"^({'|'.join(plain)}) (?=must|is empty|cannot)", lambda found: f"{label(found[1])} ", message)
    named = sorted((name for name in FIELDS if "_" in name), key=len, reverse=True)
    return re.sub(rf"\b({'|'.join(named)})\b", lambda found: label(found[1]), message)


@contextmanager
def page_words() -> Iterator[None]:
    """An `NSTError` that is raised inside gets a message `in_page_words`."""
    try:
        yield
    except NSTError as error:
        error.args = (in_page_words(str(error)),)
        raise


def argument(name: str) -> str:
    """A setting in the API's documentation: what it does, what is allowed, and its default."""
    about, default = FIELDS[name].metadata, FIELDS[name].default
    allowed = f" One of: {', '.join(about['choices'])}." if about.get("choices") else ""
    allowed = f" From {about['low']:g} to {about['high']:g}." if "low" in about else allowed
    default = list(default) if isinstance(default, tuple) else default
    shown = "the objective's own" if default is None else "none" if _is_none(name, default) else _plain(default)
    return f"{info(name)}.{allowed} Default: {shown}."


def value_text(name: str, value: Any) -> str:
    """A setting's value in the words of its widget."""
    if name in ZERO and value == 0:
        return ZERO[name]
    if _is_none(name, value):
        return "none"
    return CHOICES[name][value] if name in CHOICES else _plain(value)


def _is_none(name: str, value: Any) -> bool:
    """Whether the value is an empty list that stands for nothing; an empty list of weights stands for equal ones."""
    return not value and bool({"layers", "changes"} & FIELDS[name].metadata.keys())


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "equal"
    return f"{value:g}" if isinstance(value, float) else str(value)
