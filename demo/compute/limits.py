"""What the host allows, read from the environment: length and size of a run, runs at a time, files, processors."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from nst_core.errors import SettingError
from nst_core.settings import Settings

CPU_QUOTA = Path("/sys/fs/cgroup/cpu.max")

# variable -> (default of a page for oneself, default of a page that others can reach, lowest, highest)
VARIABLES: dict[str, tuple[int, int, int, int]] = {
    "NST_MAX_SECONDS": (86400, 180, 5, 86400),  # of one run
    "NST_MAX_SIZE": (8192, 768, 64, 8192),  # pixels on the longer side of a result
    "NST_JOBS": (1, 1, 1, 64),  # runs at the same time
    "NST_TEMPORARY_MB": (2000, 1000, 50, 10**6),  # of previews, uploads and explorer pictures, together
    "NST_KEEP_MINUTES": (60, 60, 0, 1440),  # that results are kept after their visitor's last request; 0 keeps none
    "NST_KEEP_MB": (500, 300, 50, 10**6),  # of all results that are kept
    "NST_RAY_CPUS": (1, 1, 1, 1024),  # processors of a worker of a Ray cluster without graphics cards (`NST_RAY`)
    "NST_RAY_WORKERS": (100, 100, 1, 1000),  # that this page takes of that cluster
}


MOST_PAINTINGS = 4  # of one run on the page


@dataclass(frozen=True)
class Limits:
    """The limits of one page; each field is a variable of `VARIABLES`, in the same order and unit."""

    max_seconds: int = VARIABLES["NST_MAX_SECONDS"][0]
    max_size: int = VARIABLES["NST_MAX_SIZE"][0]
    jobs: int = VARIABLES["NST_JOBS"][0]
    temporary_mb: int = VARIABLES["NST_TEMPORARY_MB"][0]
    keep_minutes: int = VARIABLES["NST_KEEP_MINUTES"][0]
    keep_mb: int = VARIABLES["NST_KEEP_MB"][0]
    ray_cpus: int = VARIABLES["NST_RAY_CPUS"][0]
    ray_workers: int = VARIABLES["NST_RAY_WORKERS"][0]

    def bounded(self, settings: Settings) -> Settings:
        """`settings` with `max_seconds` within the limit. Raises `SettingError` for a size beyond the limit.

        Called where settings are read; estimate, run and recipe share the object that it returns. Where the limit is
        the largest possible one (a day, the default of a page for oneself), a run without a time limit stays without
        one.
        """
        if settings.size > self.max_size:
            raise SettingError(
                f"This page paints up to {self.max_size} px, not {settings.size}. Choose a smaller size."
            )
        if not settings.max_seconds and self.max_seconds == VARIABLES["NST_MAX_SECONDS"][3]:
            return settings
        return replace(settings, max_seconds=min(settings.max_seconds or math.inf, self.max_seconds))


def from_environment(environment: Mapping[str, str] = os.environ, public: bool = False) -> Limits:
    """The limits that `VARIABLES` set, or else the defaults of a page that is `public` or not.

    Raises `SettingError` for a variable that is not a whole number within its bounds.
    """
    return Limits(*(_limit(name, environment.get(name, ""), public) for name in VARIABLES))


def _limit(name: str, given: str, public: bool) -> int:
    home, shared, low, high = VARIABLES[name]
    if not given.strip():
        return shared if public else home
    if not given.strip().isdecimal() or len(given) > 20 or not low <= int(given) <= high:
        raise SettingError(f"{name} must be a whole number between {low} and {high}, not {given[:40]!r}.")
    return int(given)


def granted_cpus(environment: Mapping[str, str] = os.environ) -> int:
    """How many processors this process may use: the least of affinity, the container's quota and CPU_CORES (Spaces)."""
    known = [len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1]
    try:
        quota, period = CPU_QUOTA.read_text().split()
        known.append(math.ceil(int(quota) / int(period)))
    except (OSError, ValueError, ZeroDivisionError):  # no such file, or "max"
        pass
    if environment.get("CPU_CORES", "").isdecimal():
        known.append(int(environment["CPU_CORES"]))
    return max(1, min(known))
