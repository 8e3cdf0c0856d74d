"""How the page's process ends: on Ctrl-C, on SIGTERM, and when it could not start."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from . import gradio_internals


class _Stopped(BaseException):
    """Raised by the handler of a signal."""


@contextmanager
def until_stopped(folder: Path | None) -> Iterator[None]:
    """Serve inside. Ctrl-C and SIGTERM end the process at once, and delete `folder`, its temporary files.

    At once, because Gradio would wait five seconds for open tabs, Python would wait for the evaluation that another thread
    is computing, and C++ would abort the process when that thread ends.
    """

    def stop(*_: Any) -> None:
        raise _Stopped

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    try:
        with suppress(_Stopped):
            yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # a second signal must not interrupt the clean-up
        gradio_internals.close_tunnels()
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.flush()
    os._exit(0)
