"""Content against style: change the picture on purpose, and read two needles."""

from __future__ import annotations

from nst_core.explore.figure import Scale, over, row
from nst_core.explore.lesson import changed, lesson
from nst_core.explore.scales import top_of
from nst_core.images import resize
from nst_core.plan import fit

from . import charts, words
from .panels import Panels, picture
from .place import Place
from .shelf import LESSON_SIZE, Own, Shelf

SHOWN = 384  # pixels of the longer side of each picture; they are compared at LESSON_SIZE
FULL = 1.5  # where a needle's scale ends; 1 is as wrong as a black picture


def show(shelf: Shelf, place: Place, own: Own) -> Panels:
    original = shelf.look_at(shelf.picture(place, own), LESSON_SIZE)
    after = changed(original.picture, place.change, place.amount)
    found = shelf.kept(
        f"lesson {place.change} {place.amount} {place.content} {place.style}",
        original,
        "",
        lambda: lesson(original, after, shelf.machine.encoder, place.content, place.style),
    )
    scale = Scale(top_of(found.error))
    shown = [original.picture, after, over(after, found.error, scale)]
    images = [resize(image, *fit(*image.size, SHOWN)) for image in shown]
    titles = ["before", f"after: {words.CHANGES[place.change]}", f"where the content differs, {place.content[0]}"]
    needles = [("content", name, value) for name, value in found.content.items()]
    needles += [("style", name, value) for name, value in found.style.items()]
    said = [f"{kind} {name} {words.relative(value)}" for kind, name, value in needles]
    lines = [", ".join(said) + ". 0 is no change, 1 as wrong as a black picture."]
    rows = [charts.Bar(f"{kind} {name}", value, words.relative(value), kind) for kind, name, value in needles]
    return {
        "changed": picture(row(images, titles), f"lesson-{place.change}", place, lines, scale),
        "needles": charts.bars(rows, FULL) + words.lesson(place.change, found.content, found.style),
    }
