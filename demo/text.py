"""Every word a user of the page reads, except the names and words of the settings, which `Settings` declares itself."""

from __future__ import annotations

import math
from html import escape
from typing import Any

from nst_core.settings import FIELDS, Settings
from nst_core.transfer import Step

TITLE = "Neural style transfer"
LEAD = (
    "A photograph, repainted in the manner of a painting. Nothing was trained on either picture: "
    "a network that can only recognise objects is asked, pixel by pixel, to see both at once."
)

PAINT_TAB, INSIDE_TAB = "Paint", "Look inside"
LAYERS_TAKEN = "Content and style layers taken over. Press Paint to use them."
LOOK_INSIDE = "Look inside this result"
PHOTO, PAINTING, RESULT, COMPARE = "Photo", "Painting", "Result", "Photo and result"
DROP_PHOTO, DROP_PAINTING = "Choose or drop a photo", "Choose or drop a painting"
PAIRS, QUALITY = "Pairs to try", "Quality"
PRESETS = {"draft": "Draft", "standard": "Standard", "fine": "Fine"}
PAINT, PAINTING_NOW, STOP = "Paint", "Painting…", "Stop"
DOWNLOAD = "Download PNG"
RESULT_ALT = "The picture being painted"
EMPTY = "Press <b>Paint</b>. The picture appears here at once, and you can watch it change."
READY = "Ready"
EXAMPLE = "Painted earlier. Press Paint to watch it happen."
PROGRESS = "Share of the evaluations done"
OWN_PICTURES = "Pick a pair, or press × on a picture to bring your own."
LOOKING = "Looking inside…"
NOT_PAINTED = "Nothing was painted."

BY_TERM, BY_LAYER = "Losses by term", "Losses by layer"
BY_TERM_NOTE = (
    "What is being minimised, each term times its weight. Logarithmic: one line down is ten times less. Content rises "
    "while style falls, since the first picture was the photo itself; at a dashed line the picture grows."
)
BY_LAYER_NOTE = (
    "How far each layer still is from its target. 0 is perfect, 1 is as wrong as a black picture; content gets there "
    "where strokes have taken the place of shapes."
)
NO_CURVES = "The losses are drawn here while the picture is painted."

WEIGHTS_TITLE = "What matters how much"
MORE = "All settings"
LOAD = "Load settings from a PNG downloaded here"
LOADED = "Settings loaded from the picture. Press Paint to use them."

NO_PHOTO = "There is no photo. Upload one, or pick a pair to try."
NO_PAINTING = "There is no painting. Upload one, or pick a pair to try."
INLINE = "The picture came as inline data. Upload it as a file."
UNEXPECTED = "Something went wrong on our side and was written to the log. Try again, or try another picture."
SHUT = "There is nothing here."
TOO_LONG = "This is longer than anything the page needs to be told. Upload pictures as files of up to 15 MB."
UNREADABLE = "This request cannot be read. Send what the API page describes, and pictures as uploaded files."
WEB_ADDRESS = "The picture came as a web address. Download it and upload the file."
NOT_UPLOADED = "The picture is none that was uploaded here. Upload it as a file."
GONE = "The picture has been deleted, as all pictures are after an hour. Upload it again, or pick a pair to try."
ASKED_TO_STOP = "Stopping…"
STARTING = "Starting…"

# Headings inside "All settings" -> the settings below each. Those of `ALWAYS_SHOWN` stand outside.
ALWAYS_SHOWN = ("content_weight", "style_weight", "tv_weight")
GROUPS = {
    "The picture": ("size", "init", "seed"),
    "The loss": ("objective", "content_layers", "style_layers", "style_layer_weights"),
    "The search": ("levels", "evaluations", "optimizer", "max_seconds"),
    "The network": ("pooling", "padding", "precision"),
}

CHOICES = {
    "init": {"matched": "photo in the painting's colours", "content": "the photo", "noise": "noise, as in the article"},
    "objective": {"balanced": "balanced", "gatys": "Gatys (the article)", "johnson": "Johnson (most tutorials)"},
    "pooling": {"max": "maximum", "average": "average"},
    "padding": {"zeros": "a frame of mean colour", "replicate": "the edge, repeated"},
    "precision": {"auto": "automatic", "float32": "32 bits", "bfloat16": "16 bits"},
    "optimizer": {"lbfgs": "L-BFGS", "adam": "Adam"},
}

STYLIZE = """Paint the photograph `content` in the manner of the painting `style` (Gatys, Ecker & Bethge 2016).

Streams about once a second: a small JPEG preview, the progress, and None. The last message holds the path of the result,
a PNG of the size asked for that carries its settings. Cancel the job to stop the work. One run goes on at a time; others
wait in the queue.

Args:
    content: The photograph: JPEG, PNG, WebP, GIF, BMP or TIFF, uploaded as a file.
    style: The painting, likewise.
    SETTINGS

Returns:
    preview: JPEG of at most 384 pixels on the longer side.
    progress: Level, evaluation, size, seconds so far and remaining, total loss, its terms before their weights, and
        every layer's mismatch relative to a black picture; `done` in the last message.
    result: PNG, in the last message only.
"""

HOW_TITLE = "How it works"
HOW = (
    "<b>A network looks.</b> VGG19 learned to name things in a million photographs. Its early layers see strokes and "
    "colours, its late layers see objects. Its weights stay as they are.",
    "<b>A picture begins.</b> Noise in the article; here the photo in the painting's colours, which gets there sooner "
    "(<i>Start</i>, in <i>All settings</i>).",
    '<b>Two comparisons.</b> The <span class="key content">content loss</span> compares what layer relu4_2 sees, place '
    'by place, with the photo. The <span class="key style">style loss</span> compares Gram matrices with the '
    "painting: which strokes and colours occur together, wherever they are.",
    '<b>One number.</b> <span class="key total">total</span> = α · content + β · style + γ · roughness. The three '
    "weights stand beside the picture; the terms are the curves.",
    "<b>The pixels move.</b> Backpropagation says how each pixel should change to lower the total; L-BFGS changes them, "
    "again and again, first on a small picture and then on larger ones. You watch it happen.",
)


# Where a setting's own name is not what one would say.
ZERO = {"levels": "by size", "max_seconds": "none"}
LABELS = {"init": "Start", "tv_weight": "Smoothness", "max_seconds": "Time limit", "padding": "Edge"}


def label(name: str) -> str:
    """ "style_weight" -> "Style weight β"."""
    words = LABELS.get(name) or name.replace("_", " ").capitalize()
    return f"{words} {FIELDS[name].metadata.get('symbol', '')}".strip()


def info(name: str) -> str:
    words = FIELDS[name].metadata["words"]
    return words[0].upper() + words[1:]


def argument(name: str) -> str:
    """A setting for programs: its words, what is allowed, and what happens when it is left out."""
    about, default = FIELDS[name].metadata, FIELDS[name].default
    allowed = f" One of: {', '.join(about['choices'])}." if about.get("choices") else ""
    allowed = f" From {about['low']:g} to {about['high']:g}." if "low" in about else allowed
    shown = (
        "the objective's own" if default is None else _shown(list(default) if isinstance(default, tuple) else default)
    )
    return f"{info(name)}.{allowed} Default: {shown}."


def pair(credit: str) -> str:
    """HTML: which pair is chosen, and what else one may do."""
    return f"<b>{escape(credit)}</b><br>{OWN_PICTURES}"


def duration(seconds: float) -> str:
    """Seconds -> "14 s", "2 min 10 s", "1 h 5 min"."""
    whole = max(0, math.ceil(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole % 60 else f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def memory(megabytes: float) -> str:
    """Megabytes -> "850 MB", "1.2 GB"."""
    return f"{megabytes / 1000:.1f} GB" if megabytes >= 1000 else f"{round(megabytes, -1):.0f} MB"


def status(words: str, fraction: float = 0.0) -> str:
    """HTML of the line under the result: words, and a bar filled to `fraction` (0 to 1)."""
    percent = f"{100 * fraction:.1f}"
    return (
        f'<div class="status"><span>{escape(words)}</span><div class="bar" role="progressbar" aria-label="{PROGRESS}" '
        f'aria-valuenow="{percent}"><div style="width:{percent}%"></div></div></div>'
    )


def running(step: Step) -> str:
    """HTML: "level 2 of 3 · 57 of 220 · 14 s left"."""
    words = f"level {step.level} of {step.levels} · {step.evaluation} of {step.evaluations}"
    if math.isfinite(step.remaining):
        words += f" · {duration(step.remaining)} left"
    return status(words, step.evaluation / max(step.evaluations, 1))


def finished(step: Step, stopped: bool) -> str:
    verb = "Stopped after" if stopped else "Painted in"
    words = f"{verb} {duration(step.elapsed)} · {step.width} × {step.height} px · {step.evaluation} evaluations"
    if step.level < step.levels and stopped:
        words += f" · level {step.level} of {step.levels}, so not yet at full size"
    return status(words, step.evaluation / max(step.evaluations, 1))


def recipe(settings: Settings, weights: str) -> str:
    """HTML: every setting of a finished picture, the seed among them."""
    rows = "".join(
        f"<dt>{escape(label(name))}</dt><dd>{escape(_said(name, value))}</dd>"
        for name, value in settings.to_dict().items()
    )
    summary = (
        f"Seed {settings.seed} · α {settings.content_weight:g} · β {settings.style_weight:g} · γ {settings.tv_weight:g}"
    )
    return (
        f'<details class="recipe"><summary>{summary} · all settings of this picture</summary>'
        f"<dl>{rows}<dt>Weights</dt><dd>{escape(weights)}</dd></dl></details>"
    )


def _said(name: str, value: Any) -> str:
    """A setting's value as the widgets say it."""
    if name in ZERO and value == 0:
        return ZERO[name]
    return CHOICES[name][value] if name in CHOICES else _shown(value)


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "equal"
    return f"{value:g}" if isinstance(value, float) else str(value)


def estimate(seconds: float, megabytes: float) -> str:
    return f"About {duration(rounded(seconds))} and {memory(megabytes)} of memory on this machine."


def too_large(needed: float, usable: float, largest: int | None) -> str:
    remedy = f"Choose {largest} px or less." if largest else "Close other programs, or use a larger machine."
    return f"This needs about {memory(needed)} of memory and {memory(usable)} can be used. {remedy}"


def full(waiting: int) -> str:
    return f"{waiting} people are waiting already. Try again in a few minutes."


def other_weights(missing: str) -> str:
    """HTML, to stand after another sentence."""
    return f" The weights {escape(missing)} could not be loaded; the bundled ones paint in their place."


def use_size(size: int) -> str:
    return f"Use {size} px"


def rounded(seconds: float) -> float:
    """An estimate without false precision: to the second under 10, then 5, then 30 seconds, then 5 minutes."""
    for below, unit in ((10, 1), (90, 5), (1200, 30)):
        if seconds < below:
            return max(1, round(seconds / unit)) * unit
    return round(seconds / 300) * 300
