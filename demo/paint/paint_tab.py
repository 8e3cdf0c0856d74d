"""The layout of the paint tab: its components and where they stand. `wiring` says what they do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from nst_core.advice import Sample
from nst_core.images import load_picture

from .. import glossary, status_line, text
from ..examples import PAIRS
from ..inputs import PhotoInput, pairs_gallery
from . import (
    curve_files,
    film_tab,
    going_on_tab,
    html,
    kept_tab,
    own_photo_tab,
    regions_tab,
    setting_widgets,
    settings_tab,
)
from .paint_actions import PaintSession
from .painted import boxed
from .updates import no_curves

PICTURE_HEIGHT = 190
RESULT_HEIGHT = 500


@dataclass
class PaintTab:
    """The components, by what they are for. `settings` is in the order of `FIELDS`, and `values` holds theirs as one. `due`
    changes when an estimate is due though no setting has changed. Neither is shown.

    `photo_sample`, `painting_sample`, `other_samples` (each an `advice.Sample`) and `largest`, the size that `use_largest`
    offers, are `gr.State`. `while_waiting` and `while_others` are `gr.Timer`. There are two Stop buttons: `leave` is
    shown before the first preview and cancels the run; `stop` is shown after it and keeps the picture so far.
    """

    session: Any
    photo_sample: Any
    painting_sample: Any
    other_samples: Any
    largest: Any
    while_waiting: Any
    while_others: Any
    photo: Any
    painting: Any
    others: Any  # the paintings that are mixed in
    regions: regions_tab.RegionsPart
    region_note: Any
    pairs: Any
    paintings: Any  # the bundled ones, in place of `pairs` when the photo is the visitor's
    pair: Any
    preset: Any
    paint: Any
    stop: Any
    leave: Any
    estimate: Any
    use_largest: Any
    empty: Any
    live: Any
    compare: Any
    status: Any
    place: Any
    download: Any
    going_on: going_on_tab.GoingOnTab
    recipe: Any
    film: film_tab.FilmTab
    by_term: Any
    by_layer: Any
    save_curves: Any
    curves_file: Any
    smoothness: Any
    load: Any
    defaults: Any
    article: Any
    article_words: Any
    look_inside: Any
    kept: kept_tab.KeptTab
    settings: list[Any]
    values: Any
    due: Any


def build(largest: int) -> PaintTab:
    """Lay the tab out, inside the current Blocks, for results of up to `largest` pixels on the longer side.

    In the order of a telephone's single column: pictures, button, result, then everything else.
    """
    # Those that are there when the page is opened; `wiring` reads the others.
    photo, painting = load_picture(PAIRS[0].photo), load_picture(PAIRS[0].painting)
    parts: dict[str, Any] = {
        "session": gr.State(PaintSession(boxes={"photo": boxed(photo), "painting": boxed(painting)})),
        "photo_sample": gr.State(Sample.of(photo)),
        "painting_sample": gr.State(Sample.of(painting)),
        "other_samples": gr.State([]),
        "largest": gr.State(None),
        "while_waiting": gr.Timer(1, active=False),
        "while_others": gr.Timer(4, active=False),
    }
    known: set[str] = set()
    steps = "".join(f"<li>{step}</li>" for step in text.HOW)
    how = glossary.explained(f"<h2>{text.HOW_TITLE}</h2><ol>{steps}</ol>", known)
    with gr.Column(elem_id="studio"):
        with gr.Column(elem_id="inputs", min_width=0):
            parts |= _inputs(largest)
        with gr.Column(elem_id="outcome", min_width=0):
            parts |= _outcome(known)
        with gr.Column(elem_id="settings", min_width=0):
            parts |= settings_tab.build(largest, known)
            parts["values"] = gr.JSON(setting_widgets.defaults(largest), visible=False)
            parts["due"] = gr.Number(visible=False)
        with gr.Column(elem_id="how", min_width=0):
            gr.HTML(how)
    return PaintTab(**parts)


def _inputs(largest: int) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    picture: dict[str, Any] = {
        "height": PICTURE_HEIGHT,
        "sources": ["upload", "clipboard", "webcam"],
        "buttons": [],
        "min_width": 120,
    }
    with gr.Row(elem_id="pictures"):
        parts["photo"] = PhotoInput(
            PAIRS[0].photo, label=text.PHOTO, placeholder=text.DROP_PHOTO, elem_id="photo", **picture
        )
        parts["painting"] = PhotoInput(
            PAIRS[0].painting, label=text.PAINTING, placeholder=text.DROP_PAINTING, elem_id="painting", **picture
        )
    parts["pairs"] = pairs_gallery("pairs")
    parts["paintings"] = own_photo_tab.build()
    parts["photo"].read_side = parts["painting"].read_side = largest
    parts["pair"] = gr.HTML(html.pair(PAIRS[0].credit), elem_id="own", min_height=60)
    parts["preset"] = gr.Radio(
        setting_widgets.presets(largest),
        value=setting_widgets.preset_of(min(setting_widgets.DEFAULTS["size"], largest)),
        label=text.QUALITY,
        elem_id="preset",
    )
    parts["paint"] = gr.Button(text.PAINT, variant="primary", elem_id="paint", min_width=120)
    parts["estimate"] = gr.HTML(elem_id="estimate", min_height=24)
    parts["region_note"] = gr.HTML(elem_id="region-note")
    parts["use_largest"] = gr.Button(visible=False, size="sm", elem_id="use-largest")
    return parts


def _outcome(known: set[str]) -> dict[str, Any]:
    """The result, what is offered after it, and the curves. `known` are words that are explained elsewhere on the page."""
    example = PAIRS[0].compared
    parts: dict[str, Any] = {
        "empty": gr.HTML(f"<p>{text.EMPTY}</p>", visible=example is None, elem_id="empty"),
        "live": gr.Image(
            label=text.RESULT,
            alt_text=text.RESULT_ALT,
            format="jpeg",
            height=RESULT_HEIGHT,
            interactive=False,
            buttons=["fullscreen"],
            visible=False,
            elem_id="live",
        ),
        "compare": gr.ImageSlider(
            example,
            label=text.COMPARE,
            height=RESULT_HEIGHT,
            max_height=RESULT_HEIGHT,
            slider_position=20,
            interactive=False,
            buttons=["fullscreen"],
            visible=example is not None,
            elem_id="compare",
        ),
    }
    with gr.Row(elem_id="below-result"):
        parts["status"] = gr.HTML(
            status_line.status(text.EXAMPLE if example else text.READY), elem_id="status", min_height=44
        )
        parts["place"] = gr.HTML(elem_id="place")  # seen only while the status line says that the run is starting
        # Beside the picture, where a visitor looks during a run.
        parts["stop"] = gr.Button(text.STOP, visible=False, elem_id="stop", min_width=80)
        parts["leave"] = gr.Button(text.STOP, visible=False, elem_id="leave", min_width=80)
        parts["download"] = gr.DownloadButton(text.DOWNLOAD, interactive=False, elem_id="download", min_width=160)
    parts["going_on"] = going_on_tab.build()
    with gr.Row(elem_id="after-result"):
        parts["recipe"] = gr.HTML(elem_id="recipe", min_height=28)
        parts["look_inside"] = gr.Button(text.LOOK_INSIDE, size="sm", elem_id="look-inside", min_width=160)
    parts["film"] = film_tab.build()
    parts["kept"] = kept_tab.build()
    with gr.Tabs(elem_id="losses"):
        with gr.Tab(text.BY_TERM):
            parts["by_term"] = gr.HTML(no_curves(), elem_id="by-term", min_height=300)
        with gr.Tab(text.BY_LAYER):
            parts["by_layer"] = gr.HTML(no_curves(), elem_id="by-layer", min_height=300)
    with gr.Row():
        parts["save_curves"] = gr.Button(curve_files.SAVE, size="sm", elem_id="save-curves", min_width=160)
        parts["curves_file"] = gr.DownloadButton(curve_files.SAVE, elem_id="curves-file")  # style.css hides it
    # Not in the figures, which are drawn anew every second: a word would lose the focus.
    gr.HTML(glossary.more_words(f"{text.BY_TERM_NOTE} {text.BY_LAYER_NOTE}", known))
    return parts
