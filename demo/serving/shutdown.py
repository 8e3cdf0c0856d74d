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

from gradio.tunneling import CURRENT_TUNNELS


class _Stopped(BaseException):
    """Asked to end by a signal."""


@contextmanager
def until_stopped(folder: Path | None) -> Iterator[None]:
    """Serve inside. Ctrl-C and SIGTERM end the process at once, and its own folder goes with it.

    At once, because Gradio would wait five seconds for open tabs, Python for the evaluation that is going on in another
    thread, and C++ would abort the process when that thread ends.
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
            signal.signal(number, signal.SIG_IGN)  # once is enough
        for tunnel in CURRENT_TUNNELS:
            tunnel.kill()
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.flush()
    os._exit(0)
