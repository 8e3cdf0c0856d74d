"""The signals that ask a program to end: Ctrl-C, `kill`, `timeout`, a closed terminal, a batch system's time limit."""

from __future__ import annotations

import signal
import threading
from typing import Any

NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK", "SIGXCPU")  # of which a system may lack some


class StopSignals:
    """A context manager that notes these signals: calling it says whether one has come.

    Until `hold` is called a signal raises `KeyboardInterrupt`, since nothing is lost; afterwards it is only noted. A signal
    that was ignored (`nohup`) stays ignored.
    """

    def __init__(self) -> None:
        """Nothing is noted before the context is entered."""
        self.number: int = signal.SIGINT
        self._came = self._held = False
        self._before: dict[int, Any] = {}

    def __call__(self) -> bool:
        """Whether a signal has come."""
        return self._came

    def hold(self) -> None:
        """From now on only note a signal."""
        self._held = True

    @property
    def exit_code(self) -> int:
        """128 + the number of the signal, as shells count it; 130 for Ctrl-C."""
        return 128 + self.number

    def _receive(self, number: int, _: Any) -> None:
        self.number, self._came = number, True
        if not self._held:
            raise KeyboardInterrupt

    def __enter__(self) -> StopSignals:
        """Take the signals over; only the main thread can."""
        if threading.current_thread() is threading.main_thread():
            for number in (getattr(signal, name) for name in NAMES if hasattr(signal, name)):
                if signal.getsignal(number) not in (signal.SIG_IGN, None):
                    self._before[number] = signal.signal(number, self._receive)
        return self

    def __exit__(self, *_: object) -> None:
        """Give the signals back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
