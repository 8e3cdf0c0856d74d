"""A Ray cluster and its workers: processes that paint, one for each graphics card, or one for some processors.

Ray is imported by `connect`, and nowhere else. The code, the network and the pictures travel to the workers, and the results
back: nodes share no disk, and need no more than what requirements.txt and requirements-ray.txt install.
"""

from __future__ import annotations

import gc
import math
import os
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch

from . import process_memory
from .batch_task import Task, Update, paint
from .devices import choose_device
from .errors import ClusterError
from .gram_cache import GramCache
from .progress import Throttle
from .vgg import Encoder

POLL = 1.0  # seconds between two looks at the cluster: nodes come and go
PATIENCE = 60.0  # seconds without any worker, after which a cluster is given up
PAUSE = 5.0  # seconds before others are started after a worker that could not start


class RayWorker:
    """A process of the cluster that paints. Its methods run in `THREADS` threads: `stop` while `paint` goes on."""

    THREADS = 2

    def __init__(self, encoder: Encoder, cpus: int, device: str) -> None:
        """With the network, the processors that the worker was granted, and a device for `choose_device`."""
        process_memory.keep_freed_memory()
        self._cpus, self._grams, self._stopped = cpus, GramCache(), threading.Event()
        self._encoder = encoder.to(choose_device(device))

    def ready(self) -> None:
        """Return, once the worker has begun."""

    def paint(self, task: Task) -> Iterator[Update]:
        """`batch_task.paint`, until `stop` is called."""
        torch.set_num_threads(self._cpus)  # of this thread; of eight workers on a machine each would use all processors
        yield from paint(task, self._encoder, self._stopped.is_set, self._grams)

    def stop(self) -> None:
        """End the picture that is being painted, with the best so far, and any later one."""
        self._stopped.set()


class Cluster:
    """As many workers as a cluster has room for, also on nodes that come later."""

    def __init__(
        self,
        address: str,
        encoder: Encoder,
        memory_mb: float,
        cpus: int = 1,
        device: str = "auto",
        worker: type[RayWorker] = RayWorker,
        packages: Sequence[Path] = (),
        most: float = math.inf,
    ) -> None:
        """Connect to the cluster at `address`, for at most `most` workers; `packages` travel there, too (see `connect`).

        A worker, which is an object of the class `worker`, gets `cpus` processors and `memory_mb` (10^6 bytes) of memory, or
        one graphics card where a node has any and `device` is not "cpu". Raises `ClusterError` when there is no Ray, cluster
        or room.
        """
        self.ray = connect(address, packages)
        self._cpus, self._device, self._most = cpus, device, most
        self._memory = round(1e6 * memory_mb)
        if not self._room():
            self.close()
            raise ClusterError(
                f"No node of the cluster has {cpus} processors and {self._memory / 1e9:.1f} GB of memory. Add a node, or "
                "choose fewer processors or a smaller size."
            )
        self._encoder, self._class, self._threads = self.ray.put(encoder), self.ray.remote(worker), worker.THREADS
        self.idle: list[Any] = []
        self.starting: dict[Any, Any] = {}  # workers, by the reference that is ready once they are
        self._look, self._last_seen = Throttle(POLL), time.monotonic()
        self._pause_until, self._why = -math.inf, ""  # after a failed start, and the reason of the latest

    def hire(self, busy: int) -> None:
        """Start workers where there is room beside `busy` ones, and give up those that wait for a node that has gone.

        Does nothing when it was called within the last second. Raises `ClusterError` after `PATIENCE` without any worker.
        """
        if not self._look():
            return
        free = self._room() - busy - len(self.idle) - len(self.starting)
        for _ in range(free if time.monotonic() > self._pause_until else 0):
            options = {"num_gpus": 1} if self._cards() else {"num_cpus": self._cpus, "memory": self._memory}
            actor = self._class.options(**options, max_concurrency=self._threads, scheduling_strategy="SPREAD")
            worker = actor.remote(self._encoder, self._cpus, self._device)
            self.starting[worker.ready.remote()] = worker
        for reference in list(self.starting)[: max(0, -free)]:
            self.dismiss(self.starting.pop(reference))
        if busy or self.idle:
            self._last_seen = time.monotonic()
        elif time.monotonic() - self._last_seen > PATIENCE:
            raise ClusterError(
                f"The cluster has had no worker for {PATIENCE:.0f} seconds. Look after its nodes. {self._why}"
            )

    def welcome(self, reference: Any) -> None:
        """Note that a worker of `starting` has begun, or could not, such as on a node that has died or lacks torch."""
        worker = self.starting.pop(reference)
        try:
            self.ray.get(reference)
        except self.ray.exceptions.RayError as error:
            self.dismiss(worker)
            self._pause_until = time.monotonic() + PAUSE
            self._why = f"The last one could not start: {str(error).strip().splitlines()[-1].strip()}"
        else:
            self.idle.append(worker)

    @property
    def has_cards(self) -> bool:
        """Whether the workers get graphics cards, and no memory of their own."""
        return self._cards() > 0

    def close(self) -> None:
        """End all workers and leave the cluster."""
        # While Ray shuts down, it ends the process when a reference to an object is dropped, by whichever thread. So those
        # that are garbage are dropped before, and no thread collects garbage meanwhile.
        gc.collect()
        gc.disable()
        try:
            self.ray.shutdown()
        finally:
            gc.enable()

    def dismiss(self, worker: Any) -> None:
        """End a worker, if it is not dead already."""
        with suppress(Exception):
            self.ray.kill(worker)

    def _room(self) -> int:
        """How many workers the nodes have room for: one for each card, or where there is none by processors and memory."""
        needs = {"CPU": self._cpus, "memory": self._memory}
        room = self._cards() or sum(
            min(int(node.get(name, 0) // need) for name, need in needs.items()) for node in self._nodes()
        )
        return int(min(room, self._most))

    def _cards(self) -> int:
        """The graphics cards of the cluster that the workers may use."""
        return 0 if self._device == "cpu" else round(sum(node.get("GPU", 0) for node in self._nodes()))

    def _nodes(self) -> list[dict[str, float]]:
        """The resources of every node that is alive."""
        return [node["Resources"] for node in self.ray.nodes() if node["Alive"]]


def connect(address: str, packages: Sequence[Path] = ()) -> Any:
    """The module `ray`, connected to the cluster at `address`: "auto", "local" for a new one, or that of a head node.

    The workers get this package from here, and the folders `packages`. Raises `ClusterError` when Ray is not installed or
    there is no such cluster.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # it would report to its makers
    os.environ["RAY_ENABLE_AUTO_CONNECT"] = "0"  # it would start a cluster of its own for a thread that asks too late
    try:
        import ray
    except ImportError:
        raise ClusterError("Ray is not installed. Install it: pip install -r requirements-ray.txt") from None
    code = {"py_modules": [str(folder) for folder in (Path(__file__).parent, *packages)]}
    try:
        _knock(address)
        ray.init(address=address, runtime_env=code, log_to_driver=False, configure_logging=False)
    except Exception as error:
        reason = [*str(error).strip().splitlines(), type(error).__name__][0]
        raise ClusterError(f"There is no Ray cluster at {address!r} ({reason}). Start one: ray start --head") from None
    return ray


def _knock(address: str) -> None:
    """Raise `OSError` when nobody listens at `address`, "host:port": Ray would try for minutes."""
    host, _, port = address.rpartition(":")
    if host and port.isdecimal() and "/" not in host:
        socket.create_connection((host, int(port)), timeout=10).close()
