"""What surrounds every view: the ruler, the tour, the link; and which action fills the view."""

from __future__ import annotations

from collections.abc import Callable

from nst_core.layers import LAYERS

from . import (
    channels_actions,
    compare_actions,
    errors_actions,
    gram_actions,
    lesson_actions,
    losses_actions,
    rebuild_actions,
    ruler,
    tour,
    words,
)
from .panels import Panels
from .place import Place
from .shelf import Own, Shelf

SHOW: dict[str, Callable[[Shelf, Place, Own], Panels]] = {
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


def show(shelf: Shelf, place: Place, own: Own) -> Panels:
    """All panels that are in view. Raises `PictureError` when they cannot be filled."""
    return frame(shelf, place, own) | SHOW[place.view](shelf, place, own)


def frame(shelf: Shelf, place: Place, own: Own) -> Panels:
    size = shelf.look(place, own).picture.size
    stop = tour.at(place)
    return {name: getattr(place, name) for name in CONTROLS} | {
        "stop": place.stop or None,
        "ruler": ruler.ruler(place, *size),
        "facts": ruler.facts(place, *size),
        "roles": [role for role in ("content", "style") if place.layer in getattr(place, role)],
        "story": words.story(stop.title, stop.text)
        if stop and tour.told(stop, place.view)
        else words.about(place.view),
        "link": f'<a href="{place.link()}" target="_blank">{words.LINK}</a> <span>{words.LINK_NOTE}</span>',
    }


def take_offer(shelf: Shelf, place: Place, own: Own, number: int) -> Place:
    """What the stop's button `number`, from 0, does; in the stop's view, wherever the visitor has gone meanwhile."""
    stop = tour.at(place)
    if stop is None or number >= len(stop.offers):
        return place
    offer = stop.offers[number]
    moved = place.moved(**{"view": stop.changes["view"], **offer.changes})
    moved = FIND[offer.find](shelf, moved, own) if offer.find else moved
    return settled(shelf, moved, own)


def settled(shelf: Shelf, place: Place, own: Own) -> Place:
    """The page of the sheet, or the window of the matrix, turned to what is chosen."""
    if place.view == "channels":
        return channels_actions.find(shelf, place, own)
    return gram_actions.find(shelf, place, own) if place.view == "gram" else place


def with_roles(place: Place, roles: list[str]) -> Place:
    """The chosen layer made a content or style layer, or no longer; the last one of a kind stays. In the network's order."""
    changes = {}
    for role in ("content", "style"):
        chosen = set(getattr(place, role)) - {place.layer} | ({place.layer} if role in roles else set())
        changes[role] = tuple(name for name in LAYERS if name in chosen) or getattr(place, role)
    return place.moved(**changes)
