"""Where runs ended, for other runs that go on from there. The optimizer's memory is large, so only a few are kept."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import ReferenceType, ref

from PIL import Image

from nst_core.advice import Sample
from nst_core.errors import PictureError

if TYPE_CHECKING:
    from nst_core.search_memory import SearchMemory

MEMORIES = 2  # that all visits together keep, the youngest; each takes up to `plan.HISTORY_BYTES`


@dataclass(eq=False)
class Reached:
    """Where a run ended: its picture, at its own size, and the evaluations so far, those of earlier runs included.

    `photo` is the one that it was painted from. `share` is how many evaluations its last level was planned to have. Without
    a `memory` (see `nst_core.transfer.Step`), which may be dropped at any time, the picture alone is the start.
    """

    picture: Image.Image
    evaluations: int
    photo: Sample
    share: int = 1
    memory: SearchMemory | None = None

    def check_photo(self, photo: Sample) -> None:
        """Raise `PictureError` unless `photo` is the one that the picture was painted from."""
        if photo.small.tobytes() != self.photo.small.tobytes():
            raise PictureError(
                "This picture was painted from another photo. Choose that photo to go on, or press Paint to begin anew."
            )


class YoungestMemories:
    """Drops the memories of all but the `MEMORIES` youngest of those given to `keep`; it keeps none alive itself."""

    def __init__(self) -> None:
        """Without any."""
        self._known: list[ReferenceType[Reached]] = []  # oldest first
        self._lock = threading.Lock()

    def keep(self, reached: Reached) -> None:
        """Let `reached` have its memory, as the youngest."""
        with self._lock:
            found = [one for known in self._known if (one := known()) and one is not reached] + [reached]
            for one in found[:-MEMORIES]:
                one.memory = None
            self._known = [ref(one) for one in found[-MEMORIES:]]
