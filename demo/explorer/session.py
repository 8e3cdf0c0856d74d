"""One visitor of the explorer: where, with which pictures, and one click at a time."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any

from ..errors import user_facing
from . import tour
from .feature_cache import Uploads
from .view_state import ViewState


class ExplorerSession:
    """Gradio answers clicks on different controls at the same time, each with the values it had when it was clicked. So the
    page keeps this one object for a visitor, and every click goes on from where the one before has led.

    `rendered` says that the page shows the place; `turn` belongs to the click that is being answered.
    """

    def __init__(self, state: ViewState | None = None, uploads: Uploads | None = None) -> None:
        self.state = state or tour.go(ViewState(), 1)
        self.uploads = uploads or Uploads()
        self.rendered = False
        self.lock = threading.Lock()

    def __deepcopy__(self, memo: dict[int, Any]) -> ExplorerSession:
        """What Gradio gives to everyone who opens the page."""
        return ExplorerSession(self.state, self.uploads)


def serialized(handler: Callable[..., Any]) -> Callable[..., Any]:
    """The same handler, whose first argument is the visitor: guarded, and after the visitor's click before."""

    @user_facing
    @functools.wraps(handler)
    def function(session: ExplorerSession, *values: Any) -> Any:
        with session.lock:
            return handler(session, *values)

    return function
