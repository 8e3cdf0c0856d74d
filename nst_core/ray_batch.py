"""The pictures of a batch, painted by the workers of a Ray cluster."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from .batch_task import Failed, Reached, Task, Update
from .ray_cluster import POLL, Cluster

DEATHS = 3  # of the workers that painted one picture; then the picture is taken to be the reason


@dataclass
class Run:
    """A picture that a worker paints: its number, its task, and the last that came of it."""

    worker: Any
    number: int
    task: Task
    reached: Reached | None = None


class RayBatch:
    """Hands tasks to the workers of a cluster. A picture whose worker has died goes on from the last that came of it."""

    def __init__(self, cluster: Cluster) -> None:
        """With the workers of `cluster`."""
        self._cluster, self._ray = cluster, cluster.ray
        self._runs: dict[Any, Run] = {}  # by the stream of what a worker sends
        self._again: deque[tuple[int, Task]] = deque()  # tasks that come before all others
        self._deaths: Counter[int] = Counter()  # of workers, by the number of the picture that they painted

    def paint_all(self, tasks: Iterable[tuple[int, Task]], stop: Callable[[], bool]) -> Iterator[tuple[int, Update]]:
        """As `batch_task.paint_all`, many at a time. Raises `ClusterError` as `Cluster.hire` does."""
        waiting, told = iter(tasks), False
        first = next(waiting, None)
        if first is None:  # then no worker need start
            return
        self._again.append(first)
        while self._runs or not stop():
            if stop():
                told = told or self._stop()
            elif not self._give_out(waiting):
                return
            yield from self._receive()

    def _give_out(self, waiting: Iterator[tuple[int, Task]]) -> bool:
        """Give tasks to the idle workers; returns whether any picture is still to come."""
        self._cluster.hire(busy=len(self._runs))
        while self._cluster.idle:
            number, task = self._again.popleft() if self._again else next(waiting, (-1, None))
            if task is None:
                return bool(self._runs)
            worker = self._cluster.idle.pop()
            stream = worker.paint.options(num_returns="streaming").remote(task)
            self._runs[stream] = Run(worker, number, task, task.reached)
        return True

    def _stop(self) -> bool:
        """Have every worker end its picture with the best so far; True."""
        for run in self._runs.values():
            run.worker.stop.remote()
        return True

    def _receive(self) -> Iterator[tuple[int, Update]]:
        """What has come from the workers within a second."""
        if not (self._runs or self._cluster.starting):
            time.sleep(POLL / 4)
            return
        ready, _ = self._ray.wait([*self._runs, *self._cluster.starting], num_returns=1, timeout=POLL)
        for reference in ready:
            if reference in self._cluster.starting:
                self._cluster.welcome(reference)
            else:
                yield from self._next_update(reference)

    def _next_update(self, stream: Any) -> Iterator[tuple[int, Update]]:
        run, errors = self._runs[stream], self._ray.exceptions
        try:
            update = self._ray.get(next(stream))
        except StopIteration:
            self._cluster.idle.append(self._runs.pop(stream).worker)
        except errors.RayTaskError as error:  # the worker lives, but cannot do its work
            self._cluster.idle.append(self._runs.pop(stream).worker)
            yield run.number, Failed(f"{type(error.cause).__name__}: {error.cause}")
        except errors.RayError:  # it has died, or cannot be reached any more
            del self._runs[stream]
            self._cluster.dismiss(run.worker)
            yield from self._go_on_elsewhere(run)
        else:
            run.reached = update if isinstance(update, Reached) else run.reached
            yield run.number, update

    def _go_on_elsewhere(self, run: Run) -> Iterator[tuple[int, Update]]:
        self._deaths[run.number] += 1
        if self._deaths[run.number] < DEATHS:
            self._again.append((run.number, replace(run.task, reached=run.reached)))
        else:
            yield run.number, Failed(f"{DEATHS} workers died while they painted it, perhaps for want of memory.")
