"""Gradio's inputs without Gradio's own reading of the values: the core checks them and says what is wrong."""

from __future__ import annotations

from typing import Any

from .serving import gradio_internals  # noqa: F401  (before gradio)

# isort: split
import gradio as gr
from PIL import Image

from nst_core.images import load_picture

from . import text
from .errors import user_facing_errors
from .examples import PAIRS, thumbnail


class PhotoInput(gr.Image):
    """An upload that arrives as PIL RGB, upright, alpha over white, or as one clear sentence.

    Gradio's own conversion drops transparency, saturates 16-bit greys, leaves GIFs as palette numbers and decodes pictures
    of any size; a picture sent inline would pass by the size limit of uploads.
    """

    def get_block_name(self) -> str:
        return "image"  # the name the front end knows

    def preprocess(self, payload: Any) -> Image.Image | None:
        if payload is None:
            return None
        if not payload.path:
            raise gr.Error(text.INLINE, print_exception=False)
        with user_facing_errors():
            return load_picture(payload.path)


class _Unread:
    """Hands the value on as it came, so that `Settings` is the one to refuse it."""

    def preprocess(self, payload: Any) -> Any:
        return payload


class Number(_Unread, gr.Number):
    def get_block_name(self) -> str:
        return "number"


class Slider(_Unread, gr.Slider):
    def get_block_name(self) -> str:
        return "slider"


class Radio(_Unread, gr.Radio):
    def get_block_name(self) -> str:
        return "radio"


class Dropdown(_Unread, gr.Dropdown):
    def get_block_name(self) -> str:
        return "dropdown"


def pairs_gallery(elem_id: str) -> gr.Gallery:
    """A gallery of the bundled pairs, to choose one from; made inside the current Blocks."""
    return gr.Gallery(
        [(thumbnail(pair), pair.words) for pair in PAIRS],
        label=text.PAIRS,
        columns=len(PAIRS),
        allow_preview=False,
        interactive=False,
        buttons=[],
        height="auto",
        object_fit="cover",
        elem_id=elem_id,
        elem_classes="pairs",
    )
