"""What a Ray cluster gives a batch and the page: python -m benchmarks.cluster [--parts folder run line killed] [--rounds 3]

Starts a cluster of one node, then of two, on this machine, each with one processor; needs requirements-ray.txt. Prints
Markdown tables.

- `folder`: pictures an hour at `--size`, by one process with two threads, and by one and two workers with one thread each.
- `run`: the seconds of a picture at `--large` pixels by a worker, over those of the same run in this process, with one
  thread each; in turns.
- `line`: how long `--visitors` wait who press Paint on the page at once (128 px, 20 evaluations), with one and two workers.
- `killed`: seconds from the moment the node is killed that paints for a visitor of the page, until the visitor sees a
  preview by another.
"""

from __future__ import annotations

import argparse
import os
import statistics
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import httpx
import torch

from nst_core import load_encoder
from nst_core.batch_task import Failed, Painted, PictureFile, Task, Update, paint_all
from nst_core.memory import needed_mb
from nst_core.ray_batch import RayBatch
from nst_core.ray_cluster import Cluster
from nst_core.settings import Settings
from tests.support.http_client import Page, served
from tests.support.page_run import PageRun
from tests.support.ray_nodes import kill, workers_of

from .crowd import paint
from .pictures import ASSETS, CONTENT, STYLE

PORT = 7893

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

    def kill(self, worker: int | None = None) -> None:
        """Kill the node whose worker has this process number, or the oldest one, without warning."""
        node = next((node for node in self._known if worker in workers_of(node)), self._known[0])
        self._known.remove(node)
        kill(self._nodes, node)

    def close(self) -> None:
        """End all."""
        self._nodes.shutdown()


@contextmanager
def workers(machine: Machine, count: int, encoder: Any, task: Task) -> Iterator[Paint]:
    """What paints with so many workers, which have all painted a small picture before."""
    machine.have(count)
    memory = needed_mb(task.settings, task.settings.size, task.settings.size)
    cluster = Cluster(machine.address, encoder, memory)
    try:
        while len(cluster.idle) < count:
            cluster.hire(busy=0)
            for reference in cluster.ray.wait([*cluster.starting], timeout=0.2)[0]:
                cluster.welcome(reference)

        def painter(tasks: Iterable[tuple[int, Task]]) -> Iterator[tuple[int, Update]]:
            return RayBatch(cluster).paint_all(tasks, lambda: False)

        small = replace(task, settings=replace(task.settings, size=64, evaluations=2))
        seconds(painter, [small] * count)
        yield painter
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

    def painter(tasks: Iterable[tuple[int, Task]]) -> Iterator[tuple[int, Update]]:
        torch.set_num_threads(threads)
        return paint_all(tasks, encoder)

    return painter


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
            with workers(machine, count, encoder, tasks[0]) as painter:
                found[name].append(seconds(painter, tasks))
        machine.have(0)
    usual = statistics.median(found["one process, two threads"])
    print(f"\n| {len(tasks)} pictures at {options.size} px | pictures an hour | of one process |\n|---|---|---|")
    for name, times in found.items():
        median = statistics.median(times)
        print(f"| {name} | {3600 * len(tasks) / median:.0f} | {usual / median:.2f} |", flush=True)


def run(machine: Machine, encoder: Any, task: Task, options: argparse.Namespace) -> None:
    """What a worker adds to one run."""
    task = replace(task, settings=replace(task.settings, size=options.large))
    with workers(machine, 1, encoder, task) as painter:
        pairs = [(seconds(painter, [task]), seconds(here(encoder, 1), [task])) for _ in range(options.rounds)]
    ratio = statistics.median(there / alone for there, alone in pairs)
    print(
        f"\nA picture of {options.large} px takes {ratio:.3f} times as long by a worker as in one process.", flush=True
    )


@contextmanager
def page_with(machine: Machine, count: int) -> Iterator[Page]:
    """The page, in a process of its own, whose runs so many workers do; once all of them are free."""
    machine.have(count)
    with served(PORT, NST_RAY=machine.address) as (url, _):
        page = Page(url)
        while len(workers_that(page, "free")) < count:
            time.sleep(0.2)
        yield page
    machine.have(0)


def workers_that(page: Page, doing: str) -> list[str]:
    """The names of the page's workers that do this, as /healthz has them; each ends with the number of its process."""
    every = httpx.get(f"{page.url}/healthz", timeout=30).json()["workers"]
    return [each["name"] for each in every if each["name"] and each["doing"].startswith(doing)]


def line(machine: Machine, encoder: Any, task: Task, options: argparse.Namespace) -> None:
    """How long visitors wait who all press Paint at once, for one worker and for two."""
    print(
        f"\n| {options.visitors} visitors | served | first preview after (median) | the last one's |\n|---|---|---|---|"
    )
    for count in (1, 2):
        with page_with(machine, count) as page, ThreadPoolExecutor(options.visitors) as pool:
            together = threading.Barrier(options.visitors)
            told = [run.result() for run in [pool.submit(paint, page, together) for _ in range(options.visitors)]]
        waits = sorted(each.first for each in told if each.served)
        words = f"{statistics.median(waits):.1f} s | {waits[-1]:.1f} s" if waits else "- | -"
        print(f"| {count} worker{'s' if count > 1 else ''} | {len(waits)} | {words} |", flush=True)


def killed(machine: Machine, encoder: Any, task: Task, options: argparse.Namespace) -> None:
    """How soon a visitor of the page sees the run go on whose node is killed, with another worker free."""
    waited = []
    for _ in range(options.rounds):
        with page_with(machine, 2) as page:
            run = PageRun(page, CONTENT, STYLE, size=options.size, evaluations=10_000, levels=1)
            run.wait_for("evaluation 3")
            (painter,) = workers_that(page, "painting")
            machine.kill(int(painter.split()[-1]))
            began = time.perf_counter()
            run.wait_for("going on elsewhere")
            before = run.evaluation
            while (
                run.evaluation == before
            ):  # the preview that is shown with the words is still that of the killed worker
                if run.is_over:
                    raise SystemExit("The run ended before another worker went on with it.")
                time.sleep(0.02)
            waited.append(time.perf_counter() - began)
            run.stop()
            run.wait_for("Stopped after")
    print(
        f"\nFrom a killed node to the next preview: {', '.join(f'{wait:.1f}' for wait in sorted(waited))} s.",
        flush=True,
    )


def main() -> None:
    """Run the parts that were asked for."""
    parts = {"folder": folder, "run": run, "line": line, "killed": killed}
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--parts", nargs="+", choices=parts, default=list(parts))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--large", type=int, default=512)
    parser.add_argument("--pictures", type=int, default=4)
    parser.add_argument("--visitors", type=int, default=20)
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
