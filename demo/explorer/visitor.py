"""One visitor of the explorer: where, with which pictures, and one click at a time."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any

from ..guard import guarded
from . import tour
from .place import Place
from .shelf import Own


class Visitor:
    """Gradio answers clicks on different controls at the same time, each with the values it had when it was clicked. So the
    page keeps this one object for a visitor, and every click goes on from where the one before has led.

    `arrived` says that the page shows the place; `turn` belongs to the click that is being answered.
    """

    def __init__(self, place: Place | None = None, own: Own | None = None) -> None:
        self.place = place or tour.go(Place(), 1)
        self.own = own or Own()
        self.arrived = False
        self.turn = threading.Lock()

    def __deepcopy__(self, memo: dict[int, Any]) -> Visitor:
        """What Gradio gives to everyone who opens the page."""
        return Visitor(self.place, self.own)


def in_turn(handler: Callable[..., Any]) -> Callable[..., Any]:
    """The same handler, whose first argument is the visitor: guarded, and after the visitor's click before."""

    @guarded
    @functools.wraps(handler)
    def function(visitor: Visitor, *values: Any) -> Any:
        with visitor.turn:
            return handler(visitor, *values)

    return function
