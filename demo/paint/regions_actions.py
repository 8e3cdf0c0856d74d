"""What the visitor draws on the photo, as regions, without gradio."""

from __future__ import annotations

from html import escape

from PIL import Image

from nst_core.errors import NSTError
from nst_core.images import ALPHA, resize
from nst_core.plan import fit
from nst_core.region_options import region_notes
from nst_core.regions import Regions, read_regions
from nst_core.settings import Settings

from . import html, regions_text

# The brush's colours: of the four paintings that a run may have, and of what stays the photo.
COLORS = ("#ff0000", "#ffff00", "#008000", "#0000ff")
KEEP = "#ffffff"
SIDE = 512  # pixels on the longer side of the picture that is drawn on
DARKER = 0.7  # in grey and darker, the photo shows all colours of the brush


def canvas(photo: Image.Image | None) -> Image.Image | None:
    """The photo as it is drawn on: in grey, at most `SIDE` pixels on its longer side."""
    if photo is None:
        return None
    small = resize(photo, *fit(*photo.size, min(SIDE, max(photo.size))))
    return small.convert("L").point(lambda value: round(DARKER * value)).convert("RGB")


def layers(drawn: Image.Image | None) -> list[Image.Image]:
    """What was drawn, a picture from `load_picture`, as the layers of the editor."""
    if drawn is None:
        return []
    layer = drawn.convert("RGBA")
    layer.putalpha(drawn.info.get(ALPHA, 255))
    return [layer]


def drawn_regions(layer: Image.Image | None, photo: Image.Image, paintings: int) -> Regions | None:
    """The regions of what was drawn, a picture from `load_picture`; None when nothing was.

    Raises `PictureError` for a colour without a painting, and when nothing would be left to paint.
    """
    if layer is None or (ALPHA in layer.info and not layer.info[ALPHA].getbbox()):
        return None
    return read_regions(layer, paintings, photo.size, COLORS)


def note(photo: Image.Image, paintings: int, settings: Settings, regions: Regions | None) -> str:
    """HTML: the regions that are too small for a layer; "" when there are none."""
    try:
        return html.advice(region_notes(photo, paintings, settings, regions))
    except NSTError:  # said by the run itself
        return ""


def legend(paintings: int) -> str:
    """HTML: what each colour of the brush stands for, with so many paintings."""
    names = [regions_text.KEEP, regions_text.FIRST, *(regions_text.OTHER.format(n) for n in range(1, len(COLORS)))]
    rows = zip([KEEP, *(COLORS[:paintings] if paintings > 1 else ())], names, strict=False)
    items = "".join(f'<li><i style="background: {color}"></i>{escape(name)}</li>' for color, name in rows)
    rest = regions_text.MIXED if paintings > 1 else regions_text.PAINTED
    return f'<p>{regions_text.HOW}</p><ul class="brushes">{items}</ul><p>{rest}</p>'
