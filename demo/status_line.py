"""HTML of the line that says how far a run is, for both tabs."""

from __future__ import annotations

import math
from html import escape

from nst_core.transfer import Step

from . import text


def status(words: str, fraction: float = 0.0) -> str:
    """HTML: words, and a progress bar filled to `fraction` (0 to 1)."""
    percent = f"{100 * fraction:.1f}"
    return (
        f'<div class="status"><span>{escape(words)}</span><div class="bar" role="progressbar" aria-label="{text.PROGRESS}" '
        f'aria-valuenow="{percent}"><div style="width:{percent}%"></div></div></div>'
    )


def running(step: Step) -> str:
    """HTML during a run: "level 2 of 3 · 57 of 220 · 14 s left"."""
    words = f"level {step.level} of {step.levels} · {step.evaluation} of {step.evaluations}"
    if math.isfinite(step.remaining):
        words += f" · {text.duration(step.remaining)} left"
    return status(words, step.evaluation / max(step.evaluations, 1))


def finished(step: Step, stopped: bool) -> str:
    """HTML at the end of a run, which the visitor has `stopped` or not."""
    verb = "Stopped after" if stopped else "Painted in"
    words = f"{verb} {text.duration(step.elapsed)} · {step.width} × {step.height} px · {step.evaluation} evaluations"
    if step.level < step.levels and stopped:
        words += f" · level {step.level} of {step.levels}, so not yet at full size"
    return status(words, step.evaluation / max(step.evaluations, 1))
