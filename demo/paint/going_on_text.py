"""The words of going on from a result."""

from __future__ import annotations

from ..text import duration, rounded

GO_ON = "Go on"
MORE = "More steps"
NOTHING = "There is no result yet to go on from. Press Paint first."
FORGOTTEN = "The state of the optimization could not be kept: Go on will start from the picture alone."
AFTER_TIME = "Press Go on to continue from here."


def estimate(seconds: float) -> str:
    """What is said beside the button."""
    return f"About {duration(rounded(seconds))}."


def going_on(before: int) -> str:
    """The beginning of the status line of a run that goes on after so many evaluations."""
    return f"going on from {before} evaluation{'' if before == 1 else 's'} · "


def counted(done: int, of: int, before: int) -> str:
    """So many evaluations of so many, and how many with those `before`: "12 of 40 evaluations more, 132 in all"."""
    return f"{done} of {of} evaluations more, {before + done} in all"
