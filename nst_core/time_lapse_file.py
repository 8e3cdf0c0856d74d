"""The file of `--time-lapse`: checked before the run, and written after the picture has been saved."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from contextlib import suppress

from .errors import NSTError, PictureError
from .output import Output, check_output
from .terminal import say
from .time_lapse import ENDINGS, Frames, check_time_lapse
from .transfer import Step


class TimeLapseFile:
    """A time-lapse on the disk. An error while frames are kept or the file is written ends neither run nor program."""

    def __init__(self, output: Output, seconds: float) -> None:
        """The file `output`, for a film of so many seconds."""
        self._output, self._seconds, self._frames = output, seconds, Frames()

    @classmethod
    def of(cls, options: argparse.Namespace, picture: Output, inputs: Iterable[str | None]) -> TimeLapseFile | None:
        """The file that the `options` ask for, if any. Called before the run, so that a bad name is refused at once.

        `picture` is where the picture goes, and `inputs` are the paths of the input files, which must not be overwritten.

        Raises `PictureError` for a name or a format that cannot be used, and `SettingError` for a length out of bounds.
        """
        if not options.time_lapse:
            return None
        if options.time_lapse == "-":
            raise PictureError("A time-lapse is not written to standard output. Give --time-lapse a file name.")
        output = check_output(options.time_lapse, inputs, options.force, ENDINGS)
        if output.path and picture.path and output.path.resolve() == picture.path.resolve():
            raise PictureError("The picture and the time-lapse have the same name. Give them different ones.")
        check_time_lapse(output.kind, options.time_lapse_seconds)
        return cls(output, options.time_lapse_seconds)

    def show(self, step: Step) -> None:
        """Keep a frame of `step`, when one is due. Never raises: the run is worth more than a frame."""
        with suppress(Exception):  # such as too little memory
            self._frames.add(step)

    def save(self, step: Step) -> int:
        """Write the file, which ends on the picture of `step`, and say what went wrong; returns the exit code, 0 or 1."""
        try:
            self._frames.add(step, last=True)
            where, why = self._output.save(self._frames.encode(self._output.kind, self._seconds))
        except Exception as error:
            reason = str(error) if isinstance(error, NSTError) else getattr(error, "strerror", None) or repr(error)
            say(f"error: the time-lapse was not written: {reason}")
            return 1
        if why:
            say(f"{why} The time-lapse is in {where}.")
        return 1 if why else 0
