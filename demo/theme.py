"""The page's theme: warm paper, one accent colour, and system fonts, so that nothing is fetched from elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import gradio as gr

from . import glossary, text
from .examples import ASSETS

HERE = Path(__file__).parent
CSS = [HERE / "style.css", HERE / "glossary.css", HERE / "explorer" / "style.css"]
FAVICON = HERE / "favicon.svg"
SCRIPTS = (
    (HERE / "page.js").read_text(encoding="utf-8").replace("WORDS", json.dumps(text.SCRIPT)),
    (HERE / "values.js").read_text(encoding="utf-8"),
    (HERE / "glossary.js").read_text(encoding="utf-8").replace("GLOSSARY", json.dumps(glossary.GLOSSARY)),
)
PICTURE = ASSETS / "strip.jpg"  # of a link's preview
# The style sheets are not sent to whoever has not logged in. There Gradio puts white bars beside its grey panels.
LOGIN = ".wrap.min-h-screen:has([type=password]) { &, .form { background: none; border: 0 } }"
_CARD = {"title": text.TITLE, "description": text.DESCRIPTION, "image": "ROOT/preview.jpg"}
# In the HTML itself, since crawlers run no scripts; `ROOT` stands for the page's address.
HEAD = "".join(
    [
        f'<meta name="description" content="{text.DESCRIPTION}">',
        *(f'<meta property="og:{name}" content="{value}">' for name, value in {"type": "website", **_CARD}.items()),
        *(
            f'<meta name="twitter:{name}" content="{value}">'
            for name, value in {"card": "summary_large_image", **_CARD}.items()
        ),
        f"<style>{LOGIN}</style>",
        *(f"<script>{script}</script>" for script in SCRIPTS),
    ]
)

ACCENT = gr.themes.Color(
    "#fdf3ee",
    "#fae3d8",
    "#f3c4b0",
    "#e99f82",
    "#de7a56",
    "#bd4b27",
    "#b3401f",
    "#963419",
    "#7a2b15",
    "#5f2212",
    "#3d150b",
)
PAPER = gr.themes.Color(
    "#fcfaf6",
    "#f6f1e9",
    "#e9e1d5",
    "#d6cbbb",
    "#a89b89",
    "#857868",
    "#665b4e",
    "#4a4239",
    "#2c2722",
    "#1d1a17",
    "#141210",
)

THEME = gr.themes.Base(
    primary_hue=ACCENT,
    secondary_hue=PAPER,
    neutral_hue=PAPER,
    radius_size=gr.themes.sizes.radius_sm,
    font=["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Liberation Sans", "sans-serif"],
    font_mono=["ui-monospace", "Consolas", "DejaVu Sans Mono", "monospace"],
).set(
    body_background_fill="*neutral_50",
    body_background_fill_dark="*neutral_950",
    body_text_color="*neutral_900",
    body_text_color_dark="*neutral_100",
    body_text_color_subdued="*neutral_600",
    body_text_color_subdued_dark="*neutral_400",
    link_text_color_visited_dark="*primary_400",
    block_background_fill="transparent",
    block_background_fill_dark="transparent",
    block_border_width="0px",
    block_shadow="none",
    block_label_background_fill="transparent",
    block_label_background_fill_dark="transparent",
    block_label_border_width="0px",
    block_label_text_color="*neutral_600",
    block_label_text_color_dark="*neutral_400",
    block_title_text_color="*neutral_800",
    block_title_text_color_dark="*neutral_200",
    block_padding="0px",
    border_color_primary="*neutral_200",
    border_color_primary_dark="*neutral_700",
    background_fill_secondary="*neutral_100",
    background_fill_secondary_dark="*neutral_900",
    input_background_fill="white",
    input_background_fill_dark="*neutral_900",
    input_border_color="*neutral_300",
    input_border_color_dark="*neutral_700",
    input_border_width="1px",
    button_primary_background_fill="*primary_600",
    button_primary_background_fill_hover="*primary_700",
    button_primary_background_fill_dark="*primary_600",
    button_primary_background_fill_hover_dark="*primary_500",
    button_primary_text_color="white",
    button_secondary_background_fill="transparent",
    button_secondary_background_fill_hover="*neutral_100",
    button_secondary_background_fill_dark="transparent",
    button_secondary_background_fill_hover_dark="*neutral_800",
    button_secondary_border_color="*neutral_300",
    button_secondary_border_color_dark="*neutral_600",
    button_border_width="1px",
    slider_color="*primary_600",
    slider_color_dark="*primary_500",
    layout_gap="12px",
)
