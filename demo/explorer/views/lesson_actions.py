"""Content against style: change the picture on purpose, and read two needles."""

from __future__ import annotations

from nst_core.explore.drawing import overlay, side_by_side
from nst_core.explore.lesson import lesson, perturbed
from nst_core.explore.scales import Scale, top_of
from nst_core.images import resize
from nst_core.plan import fit

from .. import labels, svg_charts
from ..feature_cache import LESSON_SIZE, FeatureCache, Uploads
from ..panels import Panels, picture
from ..view_state import ViewState

SHOWN = 384  # pixels of the longer side of each picture; they are compared at LESSON_SIZE
FULL = 1.5  # where a needle's scale ends; 1 is as wrong as a black picture


def show(cache: FeatureCache, state: ViewState, uploads: Uploads) -> Panels:
    original = cache.look_at(cache.picture(state, uploads), LESSON_SIZE)
    after = perturbed(original.picture, state.change, state.amount)
    found = cache.cached(
        f"lesson {state.change} {state.amount} {state.content} {state.style}",
        original,
        "",
        lambda: lesson(original, after, cache.worker.encoder, state.content, state.style),
    )
    scale = Scale(top_of(found.error))
    shown = [original.picture, after, overlay(after, found.error, scale)]
    images = [resize(image, *fit(*image.size, SHOWN)) for image in shown]
    titles = ["before", f"after: {labels.CHANGES[state.change]}", f"where the content differs, {state.content[0]}"]
    needles = [("content", name, value) for name, value in found.content.items()]
    needles += [("style", name, value) for name, value in found.style.items()]
    said = [f"{kind} {name} {labels.relative(value)}" for kind, name, value in needles]
    lines = [", ".join(said) + ". 0 is no change, 1 as wrong as a black picture."]
    rows = [svg_charts.Bar(f"{kind} {name}", value, labels.relative(value), kind) for kind, name, value in needles]
    return {
        "changed": picture(side_by_side(images, titles), f"lesson-{state.change}", state, lines, scale),
        "needles": svg_charts.bars(rows, FULL) + labels.lesson(state.change, found.content, found.style),
    }
