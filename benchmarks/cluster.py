"""What a Ray cluster gives a batch, and what it costs: python -m benchmarks.cluster [--parts folder run killed] [--rounds 3]

Starts a cluster of one node, then of two, on this machine, each with one processor; needs requirements-ray.txt. Prints
Markdown tables.

- `folder`: pictures an hour at `--size`, by one process with two threads, and by one and two workers with one thread each.
- `run`: the seconds of a picture at `--large` pixels by a worker, over those of the same run in this process, with one
  thread each; in turns.
- `killed`: seconds from the moment a node is killed until another has gone on with its picture.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import torch

from nst_core import load_encoder
from nst_core.batch_task import Failed, Painted, PictureFile, Reached, Task, Update, paint_all
from nst_core.memory import needed_mb
from nst_core.ray_batch import RayBatch
from nst_core.ray_cluster import Cluster
from nst_core.settings import Settings

from .pictures import ASSETS, CONTENT, STYLE

Paint = Callable[[Iterable[tuple[int, Task]]], Iterator[tuple[int, Update]]]


class Machine:
    """A cluster on this machine: a head that does not paint, and nodes with one processor each."""

    def __init__(self) -> None:
        """Start the head."""
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        from ray.cluster_utils import Cluster as Nodes

        self._nodes = Nodes(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
        self.address = self._nodes.address
        self._known: list[Any] = []

    def have(self, count: int) -> None:
        """Add or remove nodes until there are so many."""
        while len(self._known) < count:
            self._known.append(self._nodes.add_node(num_cpus=1))
        while len(self._known) > count:
            self.kill()

    def kill(self) -> None:
        """Kill the oldest node without warning."""
        self._nodes.remove_node(self._known.pop(0), allow_graceful=False)

    def close(self) -> None:
        """End all."""
        self._nodes.shutdown()


@contextmanager
def workers(machine: Machine, count: int, encoder: Any, task: Task) -> Iterator[tuple[Paint, Cluster]]:
    """What paints with so many workers, which have all painted a small picture before; and the cluster."""
    machine.have(count)
    memory = needed_mb(task.settings, task.settings.size, task.settings.size)
    cluster = Cluster(machine.address, encoder, memory)
    try:
        while len(cluster.idle) < count:
            cluster.hire(busy=0)
            for reference in cluster.ray.wait([*cluster.starting], timeout=0.2)[0]:
                cluster.welcome(reference)

        def paint(tasks: Iterable[tuple[int, Task]]) -> Iterator[tuple[int, Update]]:
            return RayBatch(cluster).paint_all(tasks, lambda: False)

        small = replace(task, settings=replace(task.settings, size=64, evaluations=2))
        seconds(paint, [small] * count)
        yield paint, cluster
    finally:
        cluster.close()


def seconds(paint: Paint, tasks: list[Task]) -> float:
    """How long `paint` takes for `tasks`."""
    began, done = time.perf_counter(), 0
    for _, update in paint(enumerate(tasks)):
        if isinstance(update, Failed):
            raise SystemExit(update.sentence)
        done += isinstance(update, Painted)
    assert done == len(tasks)
    return time.perf_counter() - began


def here(encoder: Any, threads: int) -> Paint:
    """What paints in this process."""

    def paint(tasks: Iterable[tuple[int, Task]]) -> Iterator[tuple[int, Update]]:
        torch.set_num_threads(threads)
        return paint_all(tasks, encoder)

    return paint


def folder(machine: Machine, encoder: Any, task: Task, options: argparse.Namespace) -> None:
    """The table of pictures an hour."""
    photos = sorted((ASSETS / "photos").iterdir())[: options.pictures]
    tasks = [
        replace(task, photo=PictureFile.read(photo), settings=replace(task.settings, size=options.size))
        for photo in photos
    ]
    found: dict[str, list[float]] = {"one process, two threads": [], "one worker": [], "two workers": []}
    for _ in range(options.rounds):
        found["one process, two threads"].append(seconds(here(encoder, 2), tasks))
        for count, name in ((1, "one worker"), (2, "two workers")):
            with workers(machine, count, encoder, tasks[0]) as (paint, _):
                found[name].append(seconds(paint, tasks))
        machine.have(0)
    usual = statistics.median(found["one process, two threads"])
    print(f"\n| {len(tasks)} pictures at {options.size} px | pictures an hour | of one process |\n|---|---|---|")
    for name, times in found.items():
        median = statistics.median(times)
        print(f"| {name} | {3600 * len(tasks) / median:.0f} | {usual / median:.2f} |", flush=True)


def run(machine: Machine, encoder: Any, task: Task, options: argparse.Namespace) -> None:
    """What a worker adds to one run."""
    task = replace(task, settings=replace(task.settings, size=options.large))
    with workers(machine, 1, encoder, task) as (paint, _):
        pairs = [(seconds(paint, [task]), seconds(here(encoder, 1), [task])) for _ in range(options.rounds)]
    ratio = statistics.median(there / alone for there, alone in pairs)
    print(
        f"\nA picture of {options.large} px takes {ratio:.3f} times as long by a worker as in one process.", flush=True
    )


def killed(machine: Machine, encoder: Any, task: Task, options: argparse.Namespace) -> None:
    """How soon another worker goes on."""
    task = replace(task, settings=replace(task.settings, size=options.size, evaluations=2000))
    waited = []
    for _ in range(options.rounds):
        with workers(machine, 1, encoder, task) as (paint, cluster):
            waited.append(_until_it_goes_on(paint([(0, task)]), machine, cluster))
        machine.have(0)
    print(
        f"\nFrom a killed node to the next picture: {', '.join(f'{wait:.1f}' for wait in sorted(waited))} s.",
        flush=True,
    )


def _until_it_goes_on(updates: Iterator[tuple[int, Update]], machine: Machine, cluster: Cluster) -> float:
    """Has a second worker join, kills the first, and returns the seconds from then to the next picture."""
    killed_at = None
    for _, update in updates:
        if not isinstance(update, Reached):
            break
        machine.have(2 if killed_at is None else 1)
        if killed_at is None and cluster.idle:
            killed_at = time.perf_counter()
            machine.kill()
        # What the killed one had sent before comes at once.
        elif killed_at is not None and time.perf_counter() - killed_at > 0.5:
            return time.perf_counter() - killed_at
    raise SystemExit("The run ended before another worker went on with it.")


def main() -> None:
    """Run the parts that were asked for."""
    parts = {"folder": folder, "run": run, "killed": killed}
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--parts", nargs="+", choices=parts, default=list(parts))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--large", type=int, default=512)
    parser.add_argument("--pictures", type=int, default=4)
    parser.add_argument("--evaluations", type=int, default=Settings().evaluations)
    options = parser.parse_args()
    encoder, machine = load_encoder("oxford", "cpu"), Machine()
    task = Task(PictureFile.read(CONTENT), PictureFile.read(STYLE), Settings(evaluations=options.evaluations))
    try:
        for part in options.parts:
            parts[part](machine, encoder, task, options)
    finally:
        machine.close()


if __name__ == "__main__":
    main()
