"""What the command line says while it runs. A broken stream never ends a run: its text is dropped."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Any

from tqdm import tqdm

from .transfer import Step


def say(text: str) -> None:
    """Write one line to standard error."""
    if sys.stderr is not None:  # None when it was closed before the start; print would then take standard output
        with suppress(OSError, ValueError):
            print(text, file=sys.stderr, flush=True)


def tell(text: str) -> None:
    """Write one line to standard output."""
    if sys.stdout is not None:
        try:
            print(text, flush=True)
        except (OSError, ValueError):
            forget_stdout()


def write_stdout(data: bytes) -> None:
    """Write `data` to standard output; raises `OSError` or `ValueError` when it is closed or its reader has gone."""
    if sys.stdout is None:
        raise ValueError("standard output is closed")
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except (OSError, ValueError):
        forget_stdout()
        raise


def forget_stdout() -> None:
    """Point a broken standard output at the null device: for what is still buffered Python would exit with code 120."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def fill_closed_streams() -> None:
    """Open the file descriptors 0 to 2 where they are closed.

    Otherwise the picture's file could get one of these numbers, and a library's warnings would be written into it.
    """
    with suppress(OSError):
        while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
            pass
        os.close(number)


class Bar:
    """A bar on standard error. A terminal that has gone ends the bar, never the work."""

    def __init__(self, total: float, form: str) -> None:
        """A bar of this length; `form` is tqdm's `bar_format`."""
        self._bar: Any = None
        if sys.stderr is not None:
            with suppress(Exception):
                self._bar = tqdm(total=total, bar_format=form, miniters=0)  # by time alone

    def update(self, done: float, description: str, more: str = "") -> None:
        """Show that so much is done, with words before and after the bar."""
        if self._bar is None:
            return
        try:
            self._bar.set_description_str(description, refresh=False)
            self._bar.set_postfix_str(more, refresh=False)
            self._bar.update(done - self._bar.n)
        except Exception:
            self._bar = None

    def close(self) -> None:
        """Leave the bar as it is on the screen."""
        if self._bar is not None:
            with suppress(Exception):
                self._bar.close()


class ProgressBar:
    """The bar of one run; a context manager."""

    def __init__(self, evaluations: int) -> None:
        """A bar for a run of so many evaluations."""
        self._bar = Bar(evaluations, "{desc} |{bar}| {n_fmt}/{total_fmt}{postfix}")

    def show(self, step: Step) -> None:
        """Show how far the run is."""
        more = f"loss {step.total:.3g}, {step.remaining:.0f} s left" if step.evaluation else ""
        self._bar.update(step.evaluation, f"level {step.level} of {step.levels}", more)

    def __enter__(self) -> ProgressBar:
        """The bar itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the bar as it is on the screen."""
        self._bar.close()
