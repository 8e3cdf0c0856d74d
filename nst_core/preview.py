"""The pictures of a run on its way, as files of one size in a folder: frames of a film."""

from __future__ import annotations

import re
from pathlib import Path

from .errors import PictureError
from .images import resize
from .progress import Throttle
from .terminal import say
from .transfer import Step

SECONDS = 1.0
FRAME = re.compile(r"\d{5}\.jpg")


class Preview:
    """Writes 00000.jpg, 00001.jpg and so on into a folder, about one a second."""

    def __init__(self, folder: str, size: tuple[int, int], force: bool = False) -> None:
        """Make the folder. Every frame will have this `size`, (width, height). `force` removes the frames of an earlier run.

        Raises `PictureError` when the folder cannot be made, or holds frames and `force` is not given.
        """
        self._folder: Path | None = Path(folder)
        self._size, self._count, self._due = size, 0, Throttle(SECONDS)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            earlier = [path for path in self._folder.iterdir() if FRAME.fullmatch(path.name)]
            if earlier and not force:
                raise PictureError(
                    f"The preview folder {folder!r} holds pictures of another run. Choose another, or replace them with "
                    "--force."
                )
            for path in earlier:
                path.unlink()
        except (OSError, ValueError) as error:
            if isinstance(error, PictureError):
                raise
            reason = getattr(error, "strerror", None) or "not a folder name"
            raise PictureError(f"The preview folder {folder!r} cannot be made ({reason}). Choose another.") from None

    def show(self, step: Step) -> None:
        """Write the picture of `step` when a second has passed since the last, or the run is over."""
        if self._folder is None or not (self._due() or step.ended):
            return
        try:
            resize(step.picture(), *self._size).save(self._folder / f"{self._count:05d}.jpg", quality=90)
            self._count += 1
        except Exception as error:  # no reason to end the run
            say(f"note: no more previews, they cannot be written ({getattr(error, 'strerror', None) or error}).")
            self._folder = None
