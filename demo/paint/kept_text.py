"""The words of the strip of kept results."""

from __future__ import annotations

from .. import text

TITLE = "Your pictures"
COMPARE_TWO, COMPARE_NO_MORE = "Compare two", "Photo and result again"
ALL_AS_ZIP, FORGET = "All as ZIP", "Delete all"
LEFT, RIGHT = "left", "right"
OTHER_RIGHT = "Press another one below to put it on the right."
RUNNING = "A picture of yours is still being painted, perhaps in another tab. It will appear here."
BUSY = "A picture is being painted. Wait for it, or stop it, to show another one."
NOT_ON_DISK = "The server's disk is full, so this picture cannot be shown now. It is still kept: try again later."
GONE = "This picture is not kept any more."


def picture(number: int | None) -> str:
    """The name of a result."""
    return f"Picture {number}"


def pair(left: int, right: int) -> str:
    """The label of the slider with two results."""
    return f"{picture(left)} and picture {right}"


def kept_for(minutes: int) -> str:
    """How long results are kept, and for whom."""
    time = "an hour" if minutes == 60 else text.duration(60 * minutes)
    return f"Kept on the server until {time} after you leave, for this browser only. Press one to show it again."


def away(evaluation: int, evaluations: int) -> str:
    """Why a run ended whose visitor had left."""
    return f"The page was away, so this run ended after {evaluation} of {evaluations} evaluations."
