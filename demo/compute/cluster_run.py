"""A run of the page on a worker of a Ray cluster. When the worker is lost, the run goes on on another one."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PIL import Image

from nst_core.errors import ClusterError
from nst_core.explore.steps import steps_to_keep
from nst_core.images import ALPHA, to_tensor
from nst_core.progress import Throttle
from nst_core.settings import Settings
from nst_core.step import Step

from .cluster_pool import Member, Pool
from .moved_step import MovedStep

if TYPE_CHECKING:
    from nst_core.batch_task import Reached

    from .step_worker import Sent

AGAIN = 1.0  # seconds between two times that the last step is yielded while a run waits for another worker
POLL = 0.1  # seconds between two looks whether the visitor has stopped the run or left
STOPPING = 20.0  # seconds in which a worker must have sent its last picture after that
DEATHS = 3  # of the workers of one run; then the run is taken to be the reason
NOT_BEGUN = "The run was stopped before a machine was free. Press Paint to try again."
TOO_MANY = (
    f"{DEATHS} machines failed while they painted this picture, perhaps for want of memory. Choose a smaller size."
)


class _Silent(Exception):
    """The worker does not answer any more."""


class ClusterRun:
    """One run. `steps` are those of `transfer`, but not all of them; the last one is among them."""

    def __init__(
        self,
        pool: Pool,
        photo: Image.Image,
        paintings: Any,
        settings: Settings,
        interrupted: Callable[[], bool],
        init: Image.Image | None,
        regions: Any,
    ) -> None:
        """With a worker of `pool`. The other arguments are those of `transfer`."""
        self._pool, self._ray = pool, pool.ray
        self._settings, self._interrupted, self._init = settings, interrupted, init
        self._alpha = photo.info.get(ALPHA)
        self._made_of = self._ray.put((photo, paintings, regions))
        self._number, self._deaths, self._over = next(pool.numbers), 0, False
        self._last: Step | None = None
        self._best: Any = None  # the tensor of the last picture
        self._reached: Reached | None = None  # the last picture, where the run would go on after a loss
        self._from: Reached | None = None  # where it went on after the last loss
        self._furthest = 0  # evaluation that was yielded
        self._moved_at: int | None = None  # the evaluation of the first loss

    def steps(self) -> Generator[Step, None, None]:
        """The steps. Raises what `transfer` raises, and `ClusterError` when nobody is there to paint, or not in time."""
        while not self._over:
            member = yield from self._member()
            if member is None and self._last is None:
                raise ClusterError(NOT_BEGUN)
            if member is None:
                return
            try:
                yield from self._steps_of(member)
            except self._ray.exceptions.RayTaskError as error:  # the worker lives
                raise error.cause from None
            except (self._ray.exceptions.RayError, _Silent):
                self._pool.lose(member)
                self._lost()
            finally:
                self._pool.give_back(member)

    def _member(self) -> Generator[Step, None, Member | None]:
        """A free worker, or None once the visitor has gone. While none is free, the last step is yielded again."""
        due = Throttle(AGAIN)
        while not self._interrupted():
            member = self._pool.take(POLL)
            if member:
                return member
            if self._last and due():
                yield self._last
        return None

    def _steps_of(self, member: Member) -> Generator[Step, None, None]:
        """The steps that a worker sends; only the last of them once the visitor has stopped the run or left."""
        from nst_core.batch_task import rest  # loads torch, which a page with a cluster has loaded by now

        settings = rest(self._settings, self._from) if self._from else self._settings
        init = self._from.picture if self._from else self._init
        before = self._from.evaluation if self._from else 0
        kept_steps = frozenset(number - before for number in steps_to_keep(max(1, self._settings.evaluations)))
        start = member.actor.steps.options(num_returns="streaming")
        stream = start.remote(self._number, self._made_of, settings, init, kept_steps)
        asked, kept = math.inf, None  # when the worker was asked to stop, and the last step since then
        try:
            while time.monotonic() < asked + STOPPING:
                if asked == math.inf and self._interrupted():
                    member.actor.stop_run.remote(self._number)
                    asked = time.monotonic()
                if not self._ray.wait([stream], timeout=POLL)[0]:
                    if member.lost:
                        raise _Silent
                    continue
                try:
                    kept = self._received(self._ray.get(next(stream)))
                except StopIteration:
                    break
                member.doing = f"painting, evaluation {kept.evaluation} of {kept.evaluations}"
                if asked == math.inf and kept.evaluation >= self._furthest:
                    self._furthest = kept.evaluation
                    yield kept
            if asked < math.inf and kept:
                yield kept
            self._over = True
        finally:
            if not self._over:
                member.actor.stop_run.remote(self._number)

    def _received(self, sent: Sent) -> Step:
        """The step that was sent, counted from the very beginning of the run."""
        from nst_core.batch_task import Reached

        numbers, image, before = dict(sent.numbers), sent.image, self._from
        if before:
            numbers["evaluation"] += before.evaluation
            numbers["elapsed"] += before.elapsed
        numbers["evaluations"] = self._settings.evaluations
        if image:
            self._best = to_tensor(image)
            if sent.numbers["evaluation"]:
                self._reached = Reached(image, *(numbers[name] for name in ("evaluation", "elapsed", "remaining")))
        step = Step(**numbers, best=self._best, alpha=self._alpha)
        self._last = step if self._moved_at is None else _moved(step, self._moved_at)
        return self._last

    def _lost(self) -> None:
        """The worker was lost: prepare for going on with another one."""
        self._deaths += 1
        if self._deaths == DEATHS:
            raise ClusterError(TOO_MANY)
        self._from = self._reached
        if self._moved_at is None:
            self._moved_at = self._reached.evaluation if self._reached else 0
        if self._last:
            self._last = _moved(replace(self._last, remaining=math.nan), self._moved_at)


def _moved(step: Step, after: int) -> MovedStep:
    fields = {name: value for name, value in vars(step).items() if name != "continued_after"}
    return MovedStep(**fields, continued_after=after)
