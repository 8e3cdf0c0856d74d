"""Steps of a visit's last run, kept as small pictures, so that the explorer can follow it and go through it afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field

from PIL import Image

from nst_core.explore.steps import SIDE, steps_to_keep
from nst_core.step import Step

from .loss_curves import History
from .painted import Painted, preview


@dataclass(frozen=True)
class KeptStep:
    """One step of a run: its picture, at most `SIDE` pixels on the longer side, and the size at which it was painted."""

    evaluation: int
    picture: Image.Image
    width: int
    height: int
    stays: bool = True  # otherwise the next step takes its place


@dataclass
class KeptSteps:
    """The kept steps of one run, its losses, and the pictures that it compares.

    The run's thread adds to it while others read: `steps` is replaced as a whole.
    """

    history: History | None = None  # the run's losses, evaluation by evaluation; None before there was a run
    over: bool = True
    steps: tuple[KeptStep, ...] = ()  # by evaluation; at most `explore.steps.MOST` and the newest
    compared: Painted | None = field(default=None, repr=False)

    def add(self, step: Step, picture: Image.Image | None = None) -> None:
        """Keep `step` if its evaluation is one of `steps_to_keep`; any other only if its `picture` is given, until the
        next one comes."""
        stays = step.evaluation in steps_to_keep(max(1, step.evaluations))
        if not stays and picture is None:
            return
        small = preview(picture or step.picture(), SIDE)
        kept = KeptStep(step.evaluation, small, step.width, step.height, stays)
        self.steps = (*(one for one in self.steps if one.stays and one.evaluation < step.evaluation), kept)


def followed(last: KeptSteps | None, busy: bool) -> KeptSteps:
    """What can be followed: the steps of the last run, or none yet where another run is asked for (`busy`) or none was."""
    if busy and (last is None or last.over):
        return KeptSteps(over=False)
    return last or KeptSteps()
