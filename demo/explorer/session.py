"""What the server keeps for one browser tab of the explorer, and how its events are handled one after the other."""

from __future__ import annotations

import functools
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from ..errors import user_facing
from . import tour
from .feature_cache import Uploads
from .panels import Panels
from .view_state import ViewState


class OrderedLock:
    """A lock for `with` that is given in the order in which it was asked for. `threading.Lock` may be given to any of those
    who wait: then an earlier click would be answered after a later one, and stand."""

    def __init__(self) -> None:
        """Free."""
        self._changing = threading.Lock()
        self._asked: deque[threading.Event] = deque()  # the first of them has the lock

    @property
    def asked(self) -> int:
        """How many have it or wait for it."""
        return len(self._asked)

    def __enter__(self) -> None:
        """Wait until all who have asked before are done."""
        turn = threading.Event()
        with self._changing:
            self._asked.append(turn)
            if len(self._asked) == 1:
                turn.set()
        turn.wait()

    def __exit__(self, *_: object) -> None:
        """Hand it on."""
        with self._changing:
            self._asked.popleft()
            if self._asked:
                self._asked[0].set()


class ExplorerSession:
    """The state of one browser tab.

    Gradio runs events of one session concurrently, each with the input values of the moment it was triggered. So the
    state lives here, on the server, and `serialized` handles the events of one session one after the other.
    """

    def __init__(self, state: ViewState | None = None, uploads: Uploads | None = None) -> None:
        """At the first stop of the tour, with the bundled pictures, unless told otherwise."""
        self.state = state or tour.at_stop(ViewState(), 1)
        self.uploads = uploads or Uploads()
        self.rendered = False  # whether the page shows `state`
        self.stop = False  # asks the reconstruction that runs to end with the picture that it has
        self.made: dict[str, Any] = {}  # view -> what the figure of its last run was made from
        self.shown: dict[str, Panels] = {}  # view -> the last panels of the last run, while it is in `made`
        self.lock = OrderedLock()  # held by the event that is being handled

    def __deepcopy__(self, memo: dict[int, Any]) -> ExplorerSession:
        """Gradio copies the session that the page was built with for every visitor; a lock cannot be copied."""
        return ExplorerSession(self.state, self.uploads)


def serialized(handler: Callable[..., Any]) -> Callable[..., Any]:
    """`handler`, whose first argument is the session, run while no other event of that session is handled; its errors
    become messages for the visitor.

    An event that waits for the lock takes one of the four places of `STRICT`, since Gradio has no limit for one
    session: a visitor who clicks four times in a row holds up everybody's clicks until the first of them is answered.
    """

    @user_facing
    @functools.wraps(handler)
    def function(session: ExplorerSession, *values: Any) -> Any:
        with session.lock:
            return handler(session, *values)

    return function
