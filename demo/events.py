"""Options of Gradio's events, as `**keywords`: how their handlers are queued, and how many run at once."""

from __future__ import annotations

from typing import Any

from .compute.worker import Worker
from .serving.line import PAINTER

PRIVATE: dict[str, Any] = {"api_visibility": "private"}
# Light handlers run at once, beside whatever is being painted, and show no progress of their own. Those that may refuse
# what they are given must go through the queue all the same: without it a refusal never becomes words on the page.
LIGHT: dict[str, Any] = {"queue": False, "show_progress": "hidden", **PRIVATE}
# Of the clicks that come while the last one is being answered, the latest counts; by default it would be lost.
LATEST: dict[str, Any] = {"trigger_mode": "always_last"}
# Each may hold a quarter of a gigabyte while it reads a picture or looks into the network: a few at once, the rest in line.
STRICT: dict[str, Any] = {
    "concurrency_id": "glances",
    "concurrency_limit": 4,
    "show_progress": "hidden",
    **PRIVATE,
}


def heavy(worker: Worker) -> dict[str, Any]:
    """All heavy handlers stand in one line: no more runs at once than the machine allows (one)."""
    return {"concurrency_id": PAINTER, "concurrency_limit": worker.limits.jobs}
