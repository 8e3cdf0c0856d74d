"""The time-lapse of the last run, without gradio: its frames, the file made of them on request, and the words about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from nst_core.errors import PictureError, SettingError
from nst_core.time_lapse import ENDINGS, SECONDS, Frames

TITLE, MAKE, MAKING = "Time-lapse of the last run", "Make it", "Making it…"
FORMAT, LENGTH, FORMATS = "Format", "Seconds", {"MP4": "MP4 video", "WEBP": "animated WebP"}
ABOUT = (
    "A short film of how the picture was painted, ending on the result. It is available for your last run only, until you "
    "leave the page."
)
NOTHING = "There is no time-lapse: no run has ended here. Press Paint first."
NOT_MADE = "The time-lapse could not be saved on the server's disk. Try again later; your picture is not affected."
NO_FRAME = "Not every picture of the time-lapse could be kept."
RANGE = (3, 30, SECONDS)  # seconds, on the page: the least, the most and the default


@dataclass(frozen=True)
class Film:
    """What is kept of a run for its time-lapse: the frames, and the file name of the result."""

    frames: Frames
    result: str

    def file(self, kind: Any, seconds: Any) -> tuple[bytes, str]:
        """The file's bytes, and its name: the result's with another ending. `kind` is a value of `ENDINGS`.

        Both arguments come from the browser and may be anything. Raises `PictureError` for another `kind` or where no film
        can be made, and `SettingError` for `seconds` that are no number from `SHORTEST` to `LONGEST`.
        """
        if kind not in ENDINGS.values():
            raise PictureError(f"A time-lapse is one of: {', '.join(ENDINGS.values())}.")
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
            raise SettingError("The length of a time-lapse is a number of seconds.")
        ending = next(ending for ending, value in ENDINGS.items() if value == kind)
        return self.frames.encode(kind, seconds), PurePath(self.result).stem + ending


def button(name: str, data: bytes) -> str:
    """The words of the button that downloads the file `name` once more, with its size in megabytes (10^6 bytes)."""
    return f"Download {PurePath(name).suffix} · {len(data) / 1e6:.1f} MB"
