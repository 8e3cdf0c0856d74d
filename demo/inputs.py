"""Gradio's input components with our own `preprocess`: files must be uploads, and the core checks settings."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from .serving import gradio_internals, uploads

# isort: split
import gradio as gr
from PIL import Image

from nst_core.images import load_picture

from . import text
from .compute.limits import MOST_PAINTINGS
from .errors import user_facing_errors
from .examples import PAIRS, thumbnail
from .paint.file_names import FILE, NAME


def _uploaded(component: gr.blocks.Block, payload: Any) -> str:
    """The path of the file that a client sent; raises `gr.Error` unless it was uploaded here."""
    path = getattr(payload, "path", None)
    words = uploads.refusal(path, gradio_internals.upload_folder(component)) if path else text.INLINE
    if words:
        raise gr.Error(words, print_exception=False)
    return str(path)


class PhotoInput(gr.Image):
    """An image whose upload a handler gets as PIL RGB, upright, alpha over white. What cannot be read is a `gr.Error`.

    Gradio's own conversion drops transparency, saturates 16-bit greys, leaves GIFs as palette numbers and decodes pictures
    of any size; a picture sent as inline data would bypass the limit of an upload's size.
    """

    read_side = 0  # pixels on the longer side that a very large JPEG keeps at least, see `load_picture`

    def get_block_name(self) -> str:
        """The component that the front end shows."""
        return "image"

    def preprocess(self, payload: Any) -> Image.Image | None:
        """Uploaded file -> RGB picture. Raises `gr.Error` for anything that is no upload or no picture."""
        if payload is None:
            return None
        with user_facing_errors():
            path = _uploaded(self, payload)
            picture = load_picture(path, self.read_side)
            picture.info |= {NAME: getattr(payload, "orig_name", None) or path, FILE: path}
            return picture


class PaintingsInput(gr.Gallery):
    """Several pictures that are uploaded; a handler gets them as PIL RGB. What cannot be read is a `gr.Error`."""

    read_side = 0  # as in `PhotoInput`

    def get_block_name(self) -> str:
        """The component that the front end shows."""
        return "gallery"

    def preprocess(self, payload: Any) -> Any:
        """Uploaded files -> a list of RGB pictures. Raises `gr.Error` for anything that is no upload or no picture."""
        items, pictures = payload.root if payload else [], []
        if len(items) >= MOST_PAINTINGS:  # none of them is read
            raise gr.Error(text.TOO_MANY_PAINTINGS, print_exception=False)
        for item in items:
            with user_facing_errors():
                path = _uploaded(self, getattr(item, "image", None))
                picture = load_picture(path, self.read_side)
                picture.info |= {NAME: getattr(item.image, "orig_name", None) or path, FILE: path}
                pictures.append(picture)
        return pictures


def displayable(picture: Image.Image | None, component: PhotoInput) -> Any:
    """The path of a PNG to show instead of an uploaded TIFF, which browsers cannot show; `gr.skip()` for others."""
    name = Path(picture.info[NAME]) if picture else Path()
    if picture is None or name.suffix.lower() not in (".tif", ".tiff"):
        return gr.skip()
    file = io.BytesIO()
    picture.save(file, "PNG")
    return gradio_internals.saved_file(file.getvalue(), f"{name.stem}.png", component)


class SettingsFile(gr.File):
    """A file input of which a handler gets the path of the uploaded file."""

    def get_block_name(self) -> str:
        """The component that the front end shows."""
        return "file"

    def preprocess(self, payload: Any) -> str | None:
        """Uploaded file -> its path. Raises `gr.Error` for anything that is no upload."""
        return None if payload is None else _uploaded(self, payload)


class _Unread:
    """Hands the value on as the client sent it: `Settings` or, in the explorer, `ViewState` checks it."""

    def preprocess(self, payload: Any) -> Any:
        """The value as it is."""
        return payload


class Number(_Unread, gr.Number):
    """`gr.Number` with the value unread."""

    def get_block_name(self) -> str:
        """The component that the front end shows."""
        return "number"


class Slider(_Unread, gr.Slider):
    """`gr.Slider` with the value unread."""

    def get_block_name(self) -> str:
        """The component that the front end shows."""
        return "slider"


class Radio(_Unread, gr.Radio):
    """`gr.Radio` with the value unread."""

    def get_block_name(self) -> str:
        """The component that the front end shows."""
        return "radio"


class Dropdown(_Unread, gr.Dropdown):
    """`gr.Dropdown` with the value unread."""

    def get_block_name(self) -> str:
        """The component that the front end shows."""
        return "dropdown"


def pairs_gallery(elem_id: str) -> gr.Gallery:
    """The bundled pairs to choose from, placed where this is called."""
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


def paintings_gallery(elem_id: str) -> PaintingsInput:
    """Where several paintings are uploaded, placed where this is called."""
    return PaintingsInput(
        label=text.OTHER_PAINTINGS,
        file_types=["image"],
        sources=["upload", "clipboard"],
        columns=3,
        height=150,
        object_fit="contain",
        buttons=[],
        interactive=True,
        elem_id=elem_id,
    )
