"""ZeroGPU, Hugging Face's shared graphics cards: `spaces` runs a function in a process that has a card for some seconds.

Without the package (requirements-zerogpu.txt), and anywhere but on such a Space, nothing changes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

try:
    import spaces  # before anything that touches CUDA
except ImportError:
    spaces = None

ACTIVE: bool = bool(spaces and spaces.config.Config.zero_gpu)
SPEED = 2e12  # FLOP a second: a cautious guess, since there is no card to measure before a run has begun
START = 10.0  # seconds to get a card and move the network there
LONGEST = 120.0  # seconds


def granted(seconds: float) -> int:
    """For how many seconds to request a card, for work that should take `seconds`; it is taken away after that."""
    return round(min(LONGEST, START + 1.5 * seconds))


def on_gpu(work: Callable[..., Any], seconds: Callable[..., float]) -> Callable[..., Any]:
    """`work`, a generator function, run with a graphics card for about `seconds(*its arguments)`.

    Arguments and results pass between processes: they must be picklable, and tensors must be on the CPU.
    """
    if spaces is None:
        return work

    def duration(*arguments: Any) -> int:
        return granted(seconds(*arguments))

    return spaces.GPU(duration=duration)(work)  # type: ignore[no-any-return]
