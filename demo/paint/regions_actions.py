"""What the visitor draws on the photo, as regions, without gradio."""

from __future__ import annotations

import base64
import binascii
import io
from html import escape
from typing import Any

from PIL import Image

from nst_core.advice import Sample
from nst_core.errors import NSTError, PictureError
from nst_core.image_files import open_picture
from nst_core.images import ALPHA, load_picture, resize
from nst_core.plan import fit
from nst_core.region_options import region_notes
from nst_core.regions import Regions, read_regions
from nst_core.settings import Settings

from . import html, regions_text

# The brush's colours: of the four paintings that a run may have, and of what stays the photo.
COLORS = ("#ff0000", "#ffff00", "#008000", "#0000ff")
KEEP = "#ffffff"
SIDE = 512  # pixels on the longer side of the picture that is drawn on
DARKER = 0.7  # factor of the photo's brightness: on a grey, darker photo every colour of the brush can be seen
WIDTH = 0.08  # of the brush, in shorter sides of the photo
PNG = "data:image/png;base64,"
DRAWN_ON = "drawn on"  # key in `Image.info` of a drawing: the pixels of its photo's `Sample`
MOST = 400_000  # characters of a drawing: ten times what dense strokes take


def canvas(photo: Image.Image) -> Image.Image:
    """The photo as it is drawn on: in grey, at most `SIDE` pixels on its longer side."""
    small = resize(photo, *fit(*photo.size, min(SIDE, max(photo.size))))
    return small.convert("L").point(lambda value: round(DARKER * value))


def sheet(photo: Image.Image | None, paintings: int, drawn: Image.Image | None) -> str:
    """HTML: the photo to draw on, with what was `drawn` before, and the brush for so many paintings; see drawing.js."""
    if photo is None:
        return ""
    picture = canvas(photo)
    width, height = picture.size
    size = round(WIDTH * min(picture.size))
    return (
        f'<p>{regions_text.HOW}</p><div class="tools" role="toolbar" aria-label="{regions_text.TOOLS}">{_tools(paintings)}'
        f'<label>{regions_text.SIZE} <input type="range" min="4" max="{5 * size}" value="{size}"></label></div>'
        f"<p>{regions_text.MIXED if paintings > 1 else regions_text.PAINTED}</p>"
        f'<div class="sheet"><img alt="{regions_text.PHOTO}" src="{_data(picture, "JPEG")}">'
        f'<canvas role="img" aria-label="{regions_text.DRAWING}" width="{width}" height="{height}" '
        f'data-drawn="{_data(_layer(drawn), "PNG") if drawn else ""}"></canvas></div>'
    )


def read_drawing(data: Any) -> Image.Image | None:
    """The drawing that the page sent, a PNG as a data URL, as `load_picture` gives it; None when nothing is drawn.

    Raises `PictureError` for anything else, for more than `MOST` characters and for more than `SIDE` pixels on a side:
    a program may send what the page would not.
    """
    if not isinstance(data, str) or not data.startswith(PNG) or len(data) > MOST:
        raise PictureError(regions_text.UNREADABLE)
    try:
        content = base64.b64decode(data[len(PNG) :], validate=True)
    except binascii.Error:
        raise PictureError(regions_text.UNREADABLE) from None
    with open_picture(content) as (image, _):
        if max(image.size) > SIDE:  # before it is decoded
            raise PictureError(regions_text.UNREADABLE)
    layer = load_picture(content)
    return None if ALPHA in layer.info and not layer.info[ALPHA].getbbox() else layer


def drawing_for(drawn: Image.Image | None, photo: Sample | None) -> Image.Image | None:
    """`drawn`, marked as drawn on `photo`."""
    if drawn and photo:
        drawn.info[DRAWN_ON] = photo.small.tobytes()
    return drawn


def still_on(drawn: Image.Image | None, photo: Image.Image | None) -> Image.Image | None:
    """`drawn` where `photo` is the one that it was drawn on, otherwise None."""
    if drawn and photo and drawn.info.get(DRAWN_ON) == Sample.of(photo).small.tobytes():
        return drawn
    return None


def drawn_regions(drawn: Image.Image | None, photo: Image.Image, paintings: int) -> Regions | None:
    """The regions of what was drawn; None when nothing was.

    Raises `PictureError` for a colour without a painting, and when nothing would be left to paint.
    """
    return None if drawn is None else read_regions(drawn, paintings, photo.size, COLORS)


def note(photo: Image.Image, paintings: int, settings: Settings, regions: Regions | None) -> str:
    """HTML: the regions that are too small for a layer; "" when there are none."""
    try:
        return html.advice(region_notes(photo, paintings, settings, regions))
    except NSTError:  # said by the run itself
        return ""


def _tools(paintings: int) -> str:
    """HTML: a button for each colour, the eraser and one that clears all."""
    names = [regions_text.KEEP, regions_text.FIRST, *(regions_text.OTHER.format(n) for n in range(1, len(COLORS)))]
    rows = [*zip([KEEP, *(COLORS[:paintings] if paintings > 1 else ())], names, strict=False)]
    buttons = [
        f'<button type="button" data-color="{color}"><i style="background: {color}"></i>{escape(name)}</button>'
        for color, name in rows
    ]
    buttons += [
        f'<button type="button" data-color="erase">{regions_text.ERASER}</button>',
        f'<button type="button" class="clear">{regions_text.CLEAR}</button>',
    ]
    return "".join(buttons)


def _layer(drawn: Image.Image) -> Image.Image:
    """What was drawn, on a transparent ground."""
    layer = drawn.convert("RGBA")
    layer.putalpha(drawn.info.get(ALPHA, 255))
    return layer


def png(drawn: Image.Image) -> bytes:
    """The PNG of what was drawn, on a transparent ground."""
    return _encoded(_layer(drawn), "PNG")


def _data(image: Image.Image, kind: str) -> str:
    return f"data:image/{kind.lower()};base64,{base64.b64encode(_encoded(image, kind)).decode()}"


def _encoded(image: Image.Image, kind: str) -> bytes:
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()
