"""HTML of the paint tab: the chosen pair, the recipe, notes beside the estimate."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

from nst_core.settings import Settings

from .. import text
from ..examples import ASSETS
from . import setting_text


def pair(credit: str, what_next: str = text.OWN_PICTURES) -> str:
    """HTML: what was chosen, and how to use other pictures."""
    return f"<b>{escape(credit)}</b><br>{what_next}"


def look(name: str) -> str:
    """HTML: what the setting `name` does, as three small pictures from its least to its greatest value."""
    data = base64.b64encode((ASSETS / "looks" / f"{name}.webp").read_bytes()).decode()
    return f'<img class="look" alt="{escape(text.LOOKS[name])}" src="data:image/webp;base64,{data}">'


def recipe(settings: Settings, weights: str) -> str:
    """HTML: every setting of a finished picture."""
    rows = "".join(
        f"<dt>{escape(setting_text.label(name))}</dt><dd>{escape(setting_text.value_text(name, value))}</dd>"
        for name, value in settings.to_dict().items()
    )
    summary = (
        f"Brush {settings.style_scale:g} · style {settings.strength:+g} · α {settings.content_weight:g} · "
        f"β {settings.style_weight:g} · γ {settings.tv_weight:g}"
    )
    return (
        f'<details class="recipe"><summary>{summary} · all settings of this picture</summary>'
        f"<dl>{rows}<dt>VGG19 weights</dt><dd>{escape(weights)}</dd></dl></details>"
    )


def advice(sentences: Sequence[str]) -> str:
    """HTML: what is worth knowing before a run; "" when there is nothing."""
    return "".join(f'<p class="advice">{escape(words)}</p>' for words in sentences)


def unsaved(png: bytes, filename: str) -> str:
    """HTML: a picture that could not be saved on the server, and the link that downloads it out of the page itself."""
    data = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    return (
        f'<p>{text.NOT_ON_DISK}</p><p><a id="unsaved" href="{data}" download="{escape(filename)}">'
        f'<img src="{data}" alt="{text.RESULT}"><br>{text.DOWNLOAD}</a></p>'
    )


def other_weights(missing: str) -> str:
    """HTML: the weights that were asked for could not be loaded."""
    return f" The VGG19 weights {escape(missing)} could not be loaded; the bundled ones are used instead."
