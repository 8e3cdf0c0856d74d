"""The memory of this process: how much it has taken, in megabytes (10^6 bytes), and when it gives some back."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

STATUS = Path("/proc/self/status")

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8  # names of glibc's malloc.h
KEPT, LARGE = 256 << 20, 64 << 20  # bytes: kept at the end of the heap; of a tensor that does not come from the heap


def peak_mb() -> float | None:
    """The most resident memory this process has had; None where the system does not say (Windows)."""
    if STATUS.exists():
        # ru_maxrss would do, but on Linux it starts at the size of the process that started this one.
        line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
        return float(line.split()[1]) * 1.024 / 1000
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3


def keep_freed_memory() -> None:
    """For a program that paints: have tensors take the places of freed ones.

    By itself glibc asks the system for every large tensor and gives it back at once, and the system clears each page anew:
    150,000 of them an evaluation at 512 px, a quarter of its time. Larger tensors than `LARGE` still come and go: the gaps
    they leave would take more than they spare. One heap for all threads, or each would keep what it freed. Nothing
    happens where the C library is not glibc.
    """
    _have_libc("mallopt", M_MMAP_THRESHOLD, LARGE)
    _have_libc("mallopt", M_TRIM_THRESHOLD, KEPT)
    _have_libc("mallopt", M_ARENA_MAX, 1)


def trim_heap() -> None:
    """Have glibc look through its whole heap for free pages."""
    _have_libc("malloc_trim", 0)


def _have_libc(function: str, *numbers: int) -> None:
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), function):
        getattr(libc, function)(*numbers)
