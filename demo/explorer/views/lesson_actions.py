"""The view "lesson": the picture is changed on purpose, and the bars show which of the two losses changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nst_core.explore.drawing import overlay, side_by_side
from nst_core.explore.lesson import lesson, perturbed
from nst_core.explore.scales import map_scale
from nst_core.images import resize
from nst_core.plan import fit

from .. import html, labels
from ..feature_cache import FeatureCache, Uploads
from ..panels import HtmlPanel, ImagePanel, Panels, RadioControl, SliderControl, picture
from ..svg_charts import Bar, bars
from .view import View

if TYPE_CHECKING:
    from ..view_state import ViewState

COMPARED = (
    256  # pixels on the longer side of the pictures that are compared; small, so that every change answers at once
)
SHOWN = 384  # and of those that are shown
FULL_BAR = 1.5  # mismatch that fills a bar; 1 is as far off as a layer of zeros


def show(cache: FeatureCache, state: ViewState, uploads: Uploads) -> Panels:
    """The picture before and after the change, and the mismatch in every layer of the two losses."""
    original = cache.look_at(cache.picture(state, uploads), COMPARED)
    after = perturbed(original.picture, state.change, state.amount)
    found = cache.derived(
        f"lesson {state.change} {state.amount} {state.content} {state.style}",
        original,
        "",
        lambda: lesson(original, after, cache.worker.encoder, state.content, state.style),
    )
    scale = map_scale(found.error)
    shown = [original.picture, after, overlay(after, found.error, scale, "content error")]
    images = [resize(image, *fit(*image.size, SHOWN)) for image in shown]
    titles = ["before", f"after: {labels.CHANGES[state.change]}", f"where the content differs, {state.content[0]}"]
    mismatches = [
        Bar(f"{loss} {layer}", value, labels.relative(value), loss)
        for loss, by_layer in (("content", found.content), ("style", found.style))
        for layer, value in by_layer.items()
    ]
    values = ", ".join(f"{bar.name} {bar.text}" for bar in mismatches)
    lines = [f"{values}. 0 is no change, 1 is as far off as a layer of zeros."]
    return {
        "changed": picture(side_by_side(images, titles), f"lesson-{state.change}", state, lines, scale),
        "mismatches": bars(mismatches, FULL_BAR) + html.lesson(state.change, found.content, found.style),
    }


def code(state: ViewState) -> Sequence[str]:
    """The change and its mismatches in Python."""
    return (
        f"view = explore.look({state.slot}, encoder, {COMPARED})",
        f'after = explore.perturbed(view.picture, "{state.change}", {state.amount})',
        f"found = explore.lesson(view, after, encoder, {list(state.content)}, {list(state.style)})".replace("'", '"'),
        "print(found.content, found.style)",
        "figure = explore.side_by_side([view.picture, after, explore.overlay(after, found.error)])",
    )


VIEW = View(
    title="Content or style?",
    about="Change the picture on purpose, and see whether that changes the content loss or the style loss.",
    show=show,
    code=code,
    panels=(
        RadioControl("change", "Change the picture", labels.CHANGES),
        SliderControl("amount", "Pixels to move by, or side of the squares", step=4, explore_only=True),
        ImagePanel(
            "changed", "Before and after", "The picture before and after the change, and where the content differs"
        ),
        HtmlPanel("mismatches", min_height=200),
    ),
)
