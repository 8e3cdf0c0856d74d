"""Options that the page's events share, what an event has sent, and whether its client has left."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from .compute.worker import Worker

RUN_QUEUE = "painter"  # Gradio's concurrency_id of everything that runs the optimizer

PRIVATE: dict[str, Any] = {"api_visibility": "private"}
# No progress is shown on any component: otherwise Gradio's script would update every output whenever any event begins, goes
# on or ends, which took most of a browser's time in the explorer.
HIDDEN: dict[str, Any] = {"show_progress": "hidden", "show_progress_on": [], **PRIVATE}
# Light handlers do not wait in the queue, whatever run is going on. A handler that may refuse its inputs must go through the
# queue all the same: without it the page does not show the words of a `gr.Error`.
LIGHT: dict[str, Any] = {"queue": False, **HIDDEN}
# Of several clicks that come while the first is being answered, the last counts; by default it would be dropped.
LATEST: dict[str, Any] = {"trigger_mode": "always_last"}
# Handlers that read a picture or run the network once, and may refuse their inputs: they go through the queue. Each may
# hold a quarter of a gigabyte, so four run at once and the rest wait.
STRICT: dict[str, Any] = {"concurrency_id": "glances", "concurrency_limit": 4, **HIDDEN}


def _never() -> bool:
    return False


# A function that returns True once the client of the event being handled has disconnected or cancelled. The threads in which
# Gradio runs handlers inherit it (set in serving/gradio_internals.py).
client_left: ContextVar[Callable[[], bool]] = ContextVar("client_left", default=_never)


def heavy(worker: Worker) -> dict[str, Any]:
    """Options of a handler that runs the optimizer: at most `Worker.width` of all such handlers run at once.

    Of a width that changes Gradio is told later (`set_runs_at_once`): with every event it goes back to a limit given here.
    """
    return {"concurrency_id": RUN_QUEUE, "concurrency_limit": None if worker.elsewhere else worker.width}


def sent(event: Any, name: str) -> Any:
    """What the browser sent as `name`, which can be any JSON; None if it sent nothing under that name."""
    try:
        return getattr(event, name, None)
    except TypeError:  # it sent no object at all
        return None
