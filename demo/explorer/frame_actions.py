"""What stands around every view: the layer diagram, the tour, the link. And what all views have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nst_core.layers import LAYERS

from . import html, layer_diagram, python_code, tour
from .feature_cache import FeatureCache, Uploads
from .panels import Panels
from .views import VIEWS

if TYPE_CHECKING:
    from .view_state import ViewState


def show(cache: FeatureCache, state: ViewState, uploads: Uploads) -> Panels:
    """The panels of the frame and of the view. Raises `PictureError` when a picture that the view needs is missing."""
    return frame(cache, state, uploads) | VIEWS[state.view].show(cache, state, uploads)


def frame(cache: FeatureCache, state: ViewState, uploads: Uploads) -> Panels:
    """The panels around the view. Raises `PictureError` when there is no picture to look at."""
    size = cache.look(state, uploads).picture.size
    stop, view = tour.stop_of(state), VIEWS[state.view]
    about = (
        (stop.title, tour.words(stop, state, cache))
        if stop and tour.explains(stop, state.view)
        else (view.title, view.about)
    )
    return {
        "stop": state.stop if stop else None,
        "diagram": layer_diagram.diagram(state, *size),
        "facts": layer_diagram.facts(state, *size),
        "roles": [role for role in ("content", "style") if state.layer in getattr(state, role)],
        "story": html.story(*about),
        "link": html.link(state),
        "code": html.code(python_code.snippet(cache, state, uploads)),
    }


def take_offer(cache: FeatureCache, state: ViewState, uploads: Uploads, number: int) -> ViewState:
    """The state that the button `number`, from 0, of the current stop leads to, whatever view the visitor is in.

    `state` itself when there is no such button, since another event may have changed the stop meanwhile.
    """
    stop = tour.STOPS[state.stop - 1] if state.stop else None
    if stop is None or number >= len(stop.offers):
        return state
    offer = stop.offers[number]
    state = state.updated(**{"view": stop.changes["view"], **offer.changes})
    return with_chosen_in_sight(cache, offer.choose(cache, state, uploads), uploads)


def with_chosen_in_sight(cache: FeatureCache, state: ViewState, uploads: Uploads) -> ViewState:
    """`state`, at the page of the sheet or the window of the matrix where the chosen channel or pair is."""
    return VIEWS[state.view].show_chosen(cache, state, uploads)


def with_roles(state: ViewState, roles: list[str]) -> ViewState:
    """`state`, its layer used by the losses named in `roles` ("content", "style") and by no other.

    The last layer of a loss stays. The layers are kept in the network's order.
    """
    changes = {}
    for role in ("content", "style"):
        chosen = set(getattr(state, role)) - {state.layer} | ({state.layer} if role in roles else set())
        changes[role] = tuple(name for name in LAYERS if name in chosen) or getattr(state, role)
    return state.updated(**changes)
