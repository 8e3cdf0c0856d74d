"""Memory of this process and of this machine, in megabytes (10^6 bytes)."""

from __future__ import annotations

import sys
from pathlib import Path

STATUS, MEMORY_INFO = Path("/proc/self/status"), Path("/proc/meminfo")


def peak_mb() -> float:
    """The most resident memory this process has had; nan where the system does not say (Windows)."""
    if STATUS.exists():
        # ru_maxrss would do, but on Linux it starts at the size of the process that started this one.
        return _kilobytes(STATUS, "VmHWM:") / 1000
    try:
        import resource
    except ImportError:
        return float("nan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3


def _kilobytes(file: Path, key: str) -> float:
    line = next(line for line in file.read_text().splitlines() if line.startswith(key))
    return float(line.split()[1]) * 1.024
