"""The memory of this process, in megabytes (10^6 bytes): its peak, and how glibc's allocator keeps and returns it."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

STATUS = Path("/proc/self/status")

# Parameters of mallopt, from glibc's malloc.h.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
KEPT = 256 << 20  # bytes of free memory at the end of the heap that are not returned to the system
LARGE = 64 << 20  # bytes from which on a block is requested from the system instead of taken from the heap
LARGE_IN_TILES = (
    20 << 20
)  # the same where pictures are computed in tiles: their gaps in the heap took 200 MB at 1024 px


def peak_mb() -> float | None:
    """The peak of this process's resident memory so far; None where the system does not tell it (Windows)."""
    if STATUS.exists():
        # Not ru_maxrss: on Linux a new process inherits it from the process that started it.
        line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
        return float(line.split()[1]) * 1.024 / 1000
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3


def keep_freed_memory() -> None:
    """Have glibc keep the memory of freed tensors for the next ones (mallopt); call it once, before painting.

    By default glibc requests every large tensor from the system and returns it at once, and the system clears each page
    again: 150,000 pages in an evaluation at 512 px, a quarter of its time. Tensors of `LARGE` bytes or more are still
    requested and returned: on the heap, the gaps they leave would cost more memory than this saves. All threads share one
    heap, since each heap would keep what was freed in it. Does nothing where the C library is not glibc.
    """
    _call_libc("mallopt", M_MMAP_THRESHOLD, LARGE)
    _call_libc("mallopt", M_TRIM_THRESHOLD, KEPT)
    _call_libc("mallopt", M_ARENA_MAX, 1)


def prepare_heap(in_tiles: bool) -> None:
    """Return free pages to the system, and choose which blocks are requested from it: for pictures `in_tiles` or whole."""
    trim_heap()
    _call_libc("mallopt", M_MMAP_THRESHOLD, LARGE_IN_TILES if in_tiles else LARGE)


def trim_heap() -> None:
    """Return the free pages of the whole heap to the system (malloc_trim). Does nothing where there is no glibc."""
    _call_libc("malloc_trim", 0)


def _call_libc(function: str, *numbers: int) -> None:
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), function):
        getattr(libc, function)(*numbers)
