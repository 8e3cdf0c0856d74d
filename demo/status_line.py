"""HTML of the line that says how far a run is, for both tabs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from nst_core.settings import Settings
from nst_core.step import Step

from . import text
from .compute.limits import Limits


def status(words: str, fraction: float = 0.0, kind: str = "") -> str:
    """HTML: words, and a progress bar filled to `fraction` (0 to 1); `kind` is one more CSS class."""
    percent = f"{100 * fraction:.1f}"
    return (
        f'<div class="status {kind}"><span>{escape(words)}</span><div class="bar" role="progressbar" '
        f'aria-label="{text.PROGRESS}" aria-valuenow="{percent}"><div style="width:{percent}%"></div></div></div>'
    )


def starting() -> str:
    """HTML from the press of the button to the first preview; the style sheet shows `#place` instead once it is filled."""
    return status(text.STARTING, kind="starting")


def running(step: Step, lead: str = "") -> str:
    """HTML during a run, after the words `lead`: "level 2 of 3 · evaluation 57 of 220 · 14 s left"."""
    words = f"{lead}level {step.level} of {step.levels} · evaluation {step.evaluation} of {step.evaluations}"
    if math.isfinite(step.remaining):
        words += f" · {text.duration(step.remaining)} left"
    return status(words, step.evaluation / max(step.evaluations, 1))


def finished(
    step: Step,
    settings: Settings,
    limits: Limits,
    notes: Sequence[str] = (),
    evaluations: str = "",
    done: str = "Painted",
) -> str:
    """HTML at the end of a run with `settings`: why it ended (`Step.ended`; "" is a run that was stopped), and `notes`.

    `evaluations` are the words for how many have been done, by default "57 of 220 evaluations"; `done` says what was done.
    """
    seconds, whole = text.duration(step.elapsed), evaluations or f"{step.evaluations} evaluations"
    evaluations = evaluations or f"{step.evaluation} of {step.evaluations} evaluations"
    if not step.ended:
        words = f"Stopped after {seconds} and {evaluations}"
        if step.level < step.levels:
            words += f" · level {step.level} of {step.levels}, so not yet at full size"
    elif step.ended == "time":
        whose = "The host's time limit" if settings.max_seconds == limits.max_seconds else "Time limit"
        words = f"{whose} of {text.duration(settings.max_seconds)} reached after {evaluations}"
    elif step.ended == "converged":
        words = f"{done} in {seconds} · nothing left to gain after {evaluations}"
    else:
        words = f"{done} in {seconds} · {whole}"
    words += f" · {step.width} × {step.height} px"
    return status(" ".join([f"{words}.", *notes]) if notes else words, step.evaluation / max(step.evaluations, 1))
