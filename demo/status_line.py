"""HTML of the line that says how far a run is, for both tabs."""

from __future__ import annotations

import math
from html import escape

from nst_core.settings import Settings
from nst_core.transfer import Step

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


def running(step: Step) -> str:
    """HTML during a run: "level 2 of 3 · 57 of 220 · 14 s left"."""
    words = f"level {step.level} of {step.levels} · {step.evaluation} of {step.evaluations}"
    if math.isfinite(step.remaining):
        words += f" · {text.duration(step.remaining)} left"
    return status(words, step.evaluation / max(step.evaluations, 1))


def finished(step: Step, stopped: bool, settings: Settings | None = None, limits: Limits | None = None) -> str:
    """HTML at the end of a run with `settings`, which the visitor has `stopped` or not; `limits` are the host's."""
    evaluations = f"{step.evaluation} of {step.evaluations} evaluations"
    if stopped:
        words = f"Stopped after {text.duration(step.elapsed)} and {evaluations}"
        if step.level < step.levels:
            words += f" · level {step.level} of {step.levels}, so not yet at full size"
    elif settings and _out_of_time(step, settings):
        hosts = limits is not None and settings.max_seconds == limits.max_seconds
        whose = "The host's time limit" if hosts else "Time limit"
        words = f"{whose} of {text.duration(settings.max_seconds)} reached after {evaluations}"
    else:
        if step.evaluation == step.evaluations:  # otherwise nothing more could be lowered
            evaluations = f"{step.evaluation} evaluations"
        words = f"Painted in {text.duration(step.elapsed)} · {evaluations}"
    words += f" · {step.width} × {step.height} px"
    return status(words, step.evaluation / max(step.evaluations, 1))


def _out_of_time(step: Step, settings: Settings) -> bool:
    """Whether the time limit ended the run, and not the optimizer, which can also end early.

    A run ends when one more evaluation would exceed the limit, so a part of the time may be left.
    """
    limit = settings.max_seconds
    return bool(limit) and step.evaluation < step.evaluations and step.elapsed > limit / 2
