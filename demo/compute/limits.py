"""What the host grants: processors, and how long and how large one run may be. Read from the environment."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from nst_core.errors import SettingError
from nst_core.settings import Settings

CPU_QUOTA = Path("/sys/fs/cgroup/cpu.max")

# variable -> (at home, on a Hugging Face Space, lowest, highest)
LIMITS: dict[str, tuple[int, int, int, int]] = {
    "NST_MAX_SECONDS": (86400, 180, 5, 86400),  # of one run
    "NST_MAX_SIZE": (2048, 768, 64, 2048),  # pixels on the longer side
    "NST_JOBS": (1, 1, 1, 64),  # runs at the same time
    "NST_TEMPORARY_MB": (2000, 1000, 50, 10**6),  # of files that can be fetched again: previews, uploads, panels
}


@dataclass(frozen=True)
class Limits:
    max_seconds: int = LIMITS["NST_MAX_SECONDS"][0]
    max_size: int = LIMITS["NST_MAX_SIZE"][0]
    jobs: int = LIMITS["NST_JOBS"][0]
    temporary_mb: int = LIMITS["NST_TEMPORARY_MB"][0]

    def bounded(self, settings: Settings) -> Settings:
        """`settings` with the host's limit of seconds; raises `SettingError` for a size it does not allow."""
        if settings.size > self.max_size:
            raise SettingError(
                f"This page paints up to {self.max_size} px, not {settings.size}. Choose a smaller size."
            )
        return replace(settings, max_seconds=min(settings.max_seconds or math.inf, self.max_seconds))


def from_environment(environment: Mapping[str, str] = os.environ) -> Limits:
    """Raises `SettingError` for a limit that is not a whole number within its bounds."""
    public = bool(environment.get("SPACE_ID"))
    return Limits(*(_limit(name, environment.get(name, ""), public) for name in LIMITS))


def _limit(name: str, given: str, public: bool) -> int:
    home, space, low, high = LIMITS[name]
    if not given.strip():
        return space if public else home
    if not given.strip().isdecimal() or len(given) > 20 or not low <= int(given) <= high:
        raise SettingError(f"{name} must be a whole number between {low} and {high}, not {given[:40]!r}.")
    return int(given)


def granted_cpus(environment: Mapping[str, str] = os.environ) -> int:
    """The processors this process may really use: of the machine, of its container, and by what a Space says."""
    known = [len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1]
    try:
        quota, period = CPU_QUOTA.read_text().split()
        known.append(math.ceil(int(quota) / int(period)))
    except (OSError, ValueError, ZeroDivisionError):  # no such file, or "max"
        pass
    if environment.get("CPU_CORES", "").isdecimal():
        known.append(int(environment["CPU_CORES"]))
    return max(1, min(known))
