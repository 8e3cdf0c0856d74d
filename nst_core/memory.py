"""How much memory a run needs and how much there is, in megabytes (10^6 bytes)."""

from __future__ import annotations

import math
import os
from pathlib import Path

from .errors import SettingError
from .plan import LARGE, fit, history_bytes
from .settings import Settings

# Peaks measured with the command line and L-BFGS's whole history: 914 MB at 256x160 pixels, 1444 at 512x320 and 2415 at
# 1024x640. The estimate lies 4 to 15 % above them. (Later ones in benchmarks/README.md differ by at most 7 %.)
BASE_MB, MB_PER_MEGAPIXEL = 900, 2450
# Peaks while the style of an enlarged painting is taken, with a brush of 3 and 4 at 512 px (1536x1220 and 2048x1626 pixels):
# 1859 and 2825 MB in bfloat16, 3247 MB for the larger one in float32.
PAINTING_BASE_MB, PAINTING_MB_PER_MEGAPIXEL = 650, 790
# The same in tiles, with a brush of 1.5: up to 1493 MB at 1024x640 (in float32; 1435 in bfloat16), 2386 MB at 2048x1280 and
# about 6050 at 4096x2560. The estimate is never below. (Another machine took 60 MB more at 1024x640 than this one.)
TILES_BASE_MB, TILES_MB_PER_MEGAPIXEL = 1215, 420
TILES_PAINTING_BASE_MB, TILES_PAINTING_MB_PER_MEGAPIXEL = 750, 145
# Two regions at 512x342 pixels: 1418 MB instead of 1288. In tiles, at 1024x717: 1433 MB without regions, 1553 MB with two
# and 1684 MB with four; the share is that of three.
REGIONS_MB_PER_MEGAPIXEL, TILES_REGIONS_MB_PER_MEGAPIXEL = 750, 250
UNKNOWN = float("inf")

CGROUP = Path("/sys/fs/cgroup")
PROC = Path("/proc")


def needed_mb(settings: Settings, width: int, height: int, regions: bool = False) -> float:
    """Estimated peak memory of the process in MB, in a run on a photo of width x height pixels.

    The painting counts as a square, since its size is not known here. `regions`: whether there is a map of regions, which
    takes a copy of the features of every style layer, in tiles only of the deep ones.
    """
    pixels = math.prod(fit(width, height, settings.size))
    each = TILES_REGIONS_MB_PER_MEGAPIXEL if pixels >= LARGE else REGIONS_MB_PER_MEGAPIXEL
    more = each * pixels / 1e6 if regions else 0.0
    painting = _painting_mb(round(settings.style_scale * settings.size)) if settings.style_used else 0.0
    return max(_result_mb(*fit(width, height, settings.size)) + more, painting)


def check_memory(settings: Settings, width: int, height: int, regions: bool = False) -> None:
    """Raise `SettingError` when a run on a photo of width x height pixels does not fit into this machine's memory."""
    needed, usable = needed_mb(settings, width, height, regions), usable_mb()
    if needed > usable:
        raise SettingError(
            f"This needs about {needed / 1000:.1f} GB of memory, and {usable / 1000:.1f} GB are free. "
            "Choose a smaller size or a smaller brush."
        )


def _result_mb(width: int, height: int) -> float:
    """The most that the process holds while it paints width x height pixels."""
    pixels = width * height
    whole, tiled = (BASE_MB, MB_PER_MEGAPIXEL), (TILES_BASE_MB, TILES_MB_PER_MEGAPIXEL)
    base, each = tiled if pixels >= LARGE else whole
    return base + (each * pixels + history_bytes(pixels)) / 1e6


def _painting_mb(side: int) -> float:
    """The most that the process holds while the style of a painting of `side` x `side` pixels is taken."""
    whole = PAINTING_BASE_MB, PAINTING_MB_PER_MEGAPIXEL
    base, each = (TILES_PAINTING_BASE_MB, TILES_PAINTING_MB_PER_MEGAPIXEL) if side**2 >= LARGE else whole
    return base + each * side**2 / 1e6


def usable_mb() -> float:
    """What this process holds already and may still take, of the machine's memory or the container's, whichever is less.

    Infinite where the system does not say (not Linux).
    """
    return process_mb() + min(_machine_mb(), _container_mb())


def process_mb() -> float:
    """What this process holds; 0 where the system does not say."""
    try:
        pages = int((PROC / "self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, ValueError, IndexError):
        return 0.0


def _machine_mb() -> float:
    return _table(PROC / "meminfo").get("MemAvailable:", UNKNOWN * 1e3) / 1e3 * 1.024


def _container_mb() -> float:
    try:
        limit = int((CGROUP / "memory.max").read_text())
        used = int((CGROUP / "memory.current").read_text())
    except (OSError, ValueError):  # no such file, or "max"
        return UNKNOWN
    # The page cache counts as used, but the kernel frees it when a process needs memory.
    return (limit - used + _table(CGROUP / "memory.stat").get("inactive_file", 0)) / 1e6


def _table(path: Path) -> dict[str, float]:
    """{first word: number after it} of every line of a file such as /proc/meminfo; empty when it cannot be read."""
    try:
        rows = [line.split() for line in path.read_text().splitlines()]
        return {row[0]: float(row[1]) for row in rows if len(row) > 1}
    except (OSError, ValueError):
        return {}
