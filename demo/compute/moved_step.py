"""The steps of a run whose worker was lost, and which goes on on another machine."""

from __future__ import annotations

from dataclasses import dataclass

from nst_core.step import Step


@dataclass(frozen=True, kw_only=True)
class MovedStep(Step):
    """A step that comes after the first loss of a worker; `continued_after` is the evaluation from which the run went on."""

    continued_after: int
