"""The workers of a Ray cluster that paint for the page: which there are, and which of them are free."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nst_core.errors import ClusterError

if TYPE_CHECKING:
    from nst_core.ray_cluster import Cluster

LOG = logging.getLogger(__name__)
FREE, MEASURING, PAINTING, STARTING = "free", "measuring its speed", "painting", "starting"
# Seconds without any worker after which a visitor is told so: while none is starting, and while one is.
PATIENCE, PATIENCE_WHILE_STARTING = 5.0, 60.0
SILENCE = 10.0  # seconds without an answer after which a worker is taken to be lost
NOBODY = "No machine is there to paint at the moment. Try again in a minute."


@dataclass(eq=False)
class Member:
    """A worker: its actor, its name, what it does, and whether it is lost.

    `asked` is the question whether it lives that it has not answered yet, and `since` when it was asked.
    """

    actor: Any
    name: str = ""
    doing: str = FREE
    lost: bool = False
    asked: Any = None
    since: float = 0.0


class Pool:
    """Lends workers to runs. `look`, called about once a second, has it follow the nodes of the cluster.

    The methods may be called from several threads, but `look` from one at a time.
    """

    def __init__(self, cluster: Cluster) -> None:
        """With the workers of `cluster`, whose class has the methods of `StepWorker`."""
        self.ray, self._cluster = cluster.ray, cluster
        self.numbers = itertools.count()  # of runs
        self._members: list[Member] = []
        self._changed = threading.Condition()
        self._last_seen = time.monotonic()  # when there was a worker, or the pool was made

    @property
    def width(self) -> int:
        """How many workers are alive."""
        return len(self._members)

    @property
    def has_free(self) -> bool:
        """Whether a worker is free."""
        return self._free() is not None

    def about(self) -> list[dict[str, str]]:
        """The name of every worker, and what it does; of those that start there is no name yet."""
        known = [{"name": member.name, "doing": member.doing} for member in list(self._members)]
        return known + [{"name": "", "doing": STARTING}] * len(self._cluster.starting)

    def look(self) -> None:
        """Start workers where there is room, and note which have begun and which have died."""
        with suppress(ClusterError):  # there has been none for long: `take` tells visitors
            self._cluster.hire(busy=self.width)
        for reference in self._answered(self._cluster.starting):
            self._cluster.welcome(reference)
            while self._cluster.idle:
                self._add(Member(self._cluster.idle.pop()))
        self._ask_who_lives()
        if self._members:
            self._last_seen = time.monotonic()

    def take(self, seconds: float) -> Member | None:
        """A free worker, which is the caller's until `give_back` or `lose`; None when there is none within `seconds`.

        Raises `ClusterError` when there has been none at all for long.
        """
        with self._changed:
            member = self._changed.wait_for(self._free, seconds)
            if member:
                member.doing = PAINTING
                return member
            away = 0.0 if self._members else time.monotonic() - self._last_seen
        if away > (PATIENCE_WHILE_STARTING if self._cluster.starting else PATIENCE):
            LOG.warning("The Ray cluster has had no worker for %.0f s: see ray status.", away)
            raise ClusterError(NOBODY)
        return None

    def give_back(self, member: Member) -> None:
        """The worker is free again, unless it was lost."""
        with self._changed:
            member.doing = FREE
            self._changed.notify()

    def lose(self, member: Member) -> None:
        """The worker has died, or cannot be reached any more."""
        with self._changed:
            member.lost = True
            if member in self._members:
                self._members.remove(member)
        self._cluster.dismiss(member.actor)

    @contextmanager
    def measured(self, seconds: float) -> Iterator[Any]:
        """The actor of a worker whose speed is measured: of a free one, or of one that paints when there is no other.

        Waits `seconds` for the first one. Raises `ClusterError` when none has come, and when it is lost meanwhile.
        """
        ends, member = time.monotonic() + seconds, self.take(0.0)
        while member is None and not self._members and time.monotonic() < ends:
            member = self.take(0.5)
        chosen = member or next(iter(self._members), None)
        if chosen is None:
            raise ClusterError(NOBODY)
        if member:
            member.doing = MEASURING
        try:
            yield chosen.actor
        except self.ray.exceptions.RayError:
            self.lose(chosen)
            raise ClusterError(NOBODY) from None
        finally:
            if member:
                self.give_back(member)

    def _free(self) -> Member | None:
        return next((member for member in self._members if member.doing == FREE), None)

    def _add(self, member: Member) -> None:
        with self._changed:
            self._members.append(member)
            self._changed.notify()

    def _ask_who_lives(self) -> None:
        """Ask every worker its name. One that does not answer is lost: Ray takes half a minute to miss a machine."""
        members = list(self._members)
        asked = {member.asked: member for member in members if member.asked}
        for reference in self._answered(asked):
            member = asked[reference]
            try:
                member.name, member.asked = self.ray.get(reference), None
            except self.ray.exceptions.RayError:
                self.lose(member)
        for member in members:
            if not member.asked:
                member.asked, member.since = member.actor.name.remote(), time.monotonic()
            elif time.monotonic() - member.since > SILENCE:
                self.lose(member)

    def _answered(self, references: Any) -> list[Any]:
        """Those of `references` that need not be waited for."""
        every = list(references)
        ready, _ = self.ray.wait(every, num_returns=len(every), timeout=0) if every else ([], [])
        return list(ready)
