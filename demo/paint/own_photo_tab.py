"""With a photo of the visitor's own, the strip of pairs becomes a strip of paintings: a press changes the painting only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from .. import text
from ..events import LATEST, LIGHT
from ..examples import PAIRS, cover
from . import html
from .paint_actions import PaintSession

STRIP = "Paintings to try"
PICK = "Pick a painting for your photo, or press × on the painting to bring your own. × on the photo brings the pairs back."
PAINTINGS = list({pair.painting: pair for pair in PAIRS}.values())  # a pair for each bundled painting


def build() -> gr.Gallery:
    """The strip of paintings, placed where this is called."""
    return gr.Gallery(
        [(cover(pair.painting), pair.painting_name) for pair in PAINTINGS],
        label=STRIP,
        columns=len(PAIRS),
        allow_preview=False,
        interactive=False,
        visible=False,
        buttons=[],
        height="auto",
        object_fit="cover",
        elem_id="paintings",
        elem_classes="pairs",
    )


def caption(session: PaintSession) -> str:
    """What to do next, below the strip."""
    return PICK if session.own_photo else text.OWN_PICTURES


def wire(
    tab: Any, read_photo: Any, outputs: Sequence[Any], without_example: Callable[[PaintSession], tuple[Any, ...]]
) -> None:
    """`read_photo` is the event after which the photo's sample is known; `without_example` gives the values of `outputs`,
    the caption first, for pictures that have no example result."""
    strips = [tab.pairs, tab.paintings]

    def shown(paintings: bool) -> tuple[Any, Any]:
        return gr.Gallery(visible=not paintings), gr.Gallery(visible=paintings)

    def bring(session: PaintSession) -> tuple[Any, ...]:
        session.own_photo = True
        return *shown(True), *without_example(session)

    def read(session: PaintSession, sample: Any) -> tuple[Any, ...]:
        if not session.own_photo:
            return gr.skip(), gr.skip(), gr.skip()
        known = sample is not None  # not when the photo was taken away, or refused
        # `bring` has said PICK already, and a painting may have been picked while the photo was read
        return *shown(known), gr.skip() if known else text.OWN_PICTURES

    def choose(session: PaintSession, event: gr.SelectData) -> tuple[Any, ...]:
        pair = PAINTINGS[event.index]
        _, *others = without_example(session)
        return pair.painting, html.pair(pair.painting_credit, PICK), *others

    tab.photo.upload(bring, [tab.session], [*strips, *outputs], **LATEST, **LIGHT)
    for after in (read_photo.then, read_photo.failure):
        after(read, [tab.session, tab.photo_sample], [*strips, tab.pair], **LATEST, **LIGHT)
    tab.paintings.select(choose, [tab.session], [tab.painting, *outputs], **LATEST, **LIGHT)
