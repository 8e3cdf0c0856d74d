"""What surrounds every view: the ruler, the tour, the link; and which action fills the view."""

from __future__ import annotations

from collections.abc import Callable

from nst_core.layers import LAYERS

from . import labels, layer_diagram, tour
from .feature_cache import FeatureCache, Uploads
from .panels import Panels
from .view_state import ViewState
from .views import (
    channels_actions,
    compare_actions,
    errors_actions,
    gram_actions,
    lesson_actions,
    losses_actions,
    rebuild_actions,
)

SHOW: dict[str, Callable[[FeatureCache, ViewState, Uploads], Panels]] = {
    "channels": channels_actions.show,
    "gram": gram_actions.show,
    "lesson": lesson_actions.show,
    "compare": compare_actions.show,
    "errors": errors_actions.show,
    "losses": losses_actions.show,
    "rebuild": rebuild_actions.show,
}
# Widgets that show a field of the place as it is.
CONTROLS = ("slot", "level", "layer", "sort", "scale", "mode", "curve", "pairs_by", "change", "amount", "kind")
FIND = {
    "loudest": channels_actions.loudest,
    "silent": channels_actions.silent,
    "strongest": gram_actions.strongest,
}


def show(cache: FeatureCache, state: ViewState, uploads: Uploads) -> Panels:
    """All panels that are in view. Raises `PictureError` when they cannot be filled."""
    return frame(cache, state, uploads) | SHOW[state.view](cache, state, uploads)


def frame(cache: FeatureCache, state: ViewState, uploads: Uploads) -> Panels:
    size = cache.look(state, uploads).picture.size
    stop = tour.at(state)
    return {name: getattr(state, name) for name in CONTROLS} | {
        "stop": state.stop or None,
        "ruler": layer_diagram.ruler(state, *size),
        "facts": layer_diagram.facts(state, *size),
        "roles": [role for role in ("content", "style") if state.layer in getattr(state, role)],
        "story": labels.story(stop.title, stop.text)
        if stop and tour.told(stop, state.view)
        else labels.about(state.view),
        "link": f'<a href="{state.link()}" target="_blank">{labels.LINK}</a> <span>{labels.LINK_NOTE}</span>',
    }


def take_offer(cache: FeatureCache, state: ViewState, uploads: Uploads, number: int) -> ViewState:
    """What the stop's button `number`, from 0, does; in the stop's view, wherever the visitor has gone meanwhile."""
    stop = tour.at(state)
    if stop is None or number >= len(stop.offers):
        return state
    offer = stop.offers[number]
    updated = state.updated(**{"view": stop.changes["view"], **offer.changes})
    updated = FIND[offer.find](cache, updated, uploads) if offer.find else updated
    return settled(cache, updated, uploads)


def settled(cache: FeatureCache, state: ViewState, uploads: Uploads) -> ViewState:
    """The page of the sheet, or the window of the matrix, turned to what is chosen."""
    if state.view == "channels":
        return channels_actions.find(cache, state, uploads)
    return gram_actions.find(cache, state, uploads) if state.view == "gram" else state


def with_roles(state: ViewState, roles: list[str]) -> ViewState:
    """The chosen layer made a content or style layer, or no longer; the last one of a kind stays. In the network's order."""
    changes = {}
    for role in ("content", "style"):
        chosen = set(getattr(state, role)) - {state.layer} | ({state.layer} if role in roles else set())
        changes[role] = tuple(name for name in LAYERS if name in chosen) or getattr(state, role)
    return state.updated(**changes)
