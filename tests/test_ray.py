"""The page and a batch on a real Ray cluster: nodes on this machine, of which some are killed, and one comes later."""

from __future__ import annotations

import gc
import json
import re
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import torch
from PIL import Image

from demo.compute import cluster_pool
from demo.compute.cluster_worker import ClusterWorker
from demo.compute.cost import Pace
from demo.compute.limits import Limits
from demo.events import RUN_QUEUE
from demo.serving import gradio_internals
from nst_core import batch_progress, ray_cluster
from nst_core.__main__ import main
from nst_core.batch_task import Reached
from nst_core.errors import ClusterError
from nst_core.recipe import read_recipe
from nst_core.settings import Settings
from tests.support.http_client import Page
from tests.support.page_run import PageRun
from tests.support.ray_nodes import add_second, kill_second, two_nodes
from tests.support.served_page import served_by

# Long enough to be killed on its way: a second at least. In float32, as the tests of this process paint.
RUN = ["--size", "64", "--evaluations", "50", "--levels", "1", "--style-layers", "relu1_1,relu2_1"]
RUN += ["--content-layers", "relu2_2", "--precision", "float32"]
# The same for the page, longer than any test.
LONG = {"size": 64, "evaluations": 10_000, "levels": 1, "style_layers": ["relu1_1", "relu2_1"]}
LONG |= {"content_layers": ["relu2_2"], "optimizer": "adam"}


@pytest.fixture(scope="module")
def cluster() -> Iterator:
    with two_nodes() as nodes:
        yield nodes


@pytest.fixture
def pictures(tmp_path, photo, painting) -> tuple[Path, Path]:
    """The files of a photo and of a painting."""
    photo.save(tmp_path / "photo.png")
    painting.save(tmp_path / "painting.png")
    return tmp_path / "photo.png", tmp_path / "painting.png"


class Garbage:
    """What refers to itself, so that only a collection drops it."""


def test_a_page_without_any_worker_says_so_in_a_sentence(cluster, oxford, photo, painting, monkeypatch):
    """Nobody calls `look`, so no worker is started. What is garbage at its end is collected before Ray shuts down."""
    monkeypatch.setattr(cluster_pool, "PATIENCE", 0.0)
    worker = ClusterWorker(cluster.address, oxford, limits=Limits(max_size=128))
    try:
        assert worker.width == 1 and worker.health()["workers"] == []
        with pytest.raises(ClusterError, match="Try again in a minute"):
            worker.pace("auto")
        worker.paces.correct("auto", Pace(0.01, 1e-11))
        with pytest.raises(ClusterError, match="No machine is there to paint"):
            next(worker.steps(photo, painting, Settings(size=64)))
    finally:
        garbage, seen, shutdown = Garbage(), [], worker.pool.ray.shutdown
        garbage.itself, dropped = garbage, weakref.ref(garbage)
        del garbage
        monkeypatch.setattr(
            worker.pool.ray, "shutdown", lambda: (seen.append((dropped() is None, gc.isenabled())), shutdown())
        )
        worker.close()
    assert seen == [(True, False)] and gc.isenabled()


def test_the_page_has_the_workers_of_a_cluster_paint(cluster, oxford, pictures):
    """Two visitors are served at once; a node is killed under one of them, who is served by the other node once the
    other visitor has stopped; a third one waits, until a node is added."""
    add_second(cluster)
    worker = ClusterWorker(cluster.address, oxford, limits=Limits(max_size=128))
    try:
        with served_by(worker) as (page, url):
            _visit(cluster, worker, page, Page(url.rstrip("/")), pictures)
    finally:
        worker.close()


def _visit(cluster, worker: ClusterWorker, page: Any, visited: Page, pictures: tuple[Path, Path]) -> None:
    names = two_names(visited)
    runs = [PageRun(visited, *pictures, **LONG) for _ in range(2)]
    for run in runs:
        run.wait_for("evaluation 1")
    assert sorted(says(visited, "painting, evaluation")) == names
    kill_second(cluster)
    moved = moved_of(runs)
    (stopped,) = set(runs) - {moved}
    assert not stopped.is_over and worker.width == 1

    stopped.stop()
    stopped.wait_for("Stopped after")
    moved.wait_for("evaluation", after=moved.wait_for("going on elsewhere"))
    until(lambda: page._queue.event_queue_per_concurrency_id[RUN_QUEUE].concurrency_limit == 1)
    waiting = PageRun(visited, *pictures, **LONG)
    waiting.wait_for("estimation")
    assert gradio_internals.place_in_queue(page, waiting.visitor.session) == 1

    add_second(cluster)
    waiting.wait_for("evaluation 1")
    assert len(says(visited, "painting, evaluation")) == 2 and not moved.is_over
    waiting.leave()
    moved.stop()
    said = moved.messages[moved.wait_for("Stopped after") - 1]
    recipe = read_recipe(download(visited, said))["result"]
    assert 0 < recipe["continued_after"] <= recipe["evaluations"] and recipe["ended"] == "stopped"
    until(lambda: len(says(visited, "free")) == 2)


def says(page: Page, doing: str) -> list[str]:
    """The names of the workers that do this, according to /healthz."""
    workers = httpx.get(f"{page.url}/healthz").json()["workers"]
    return [worker["name"] for worker in workers if worker["doing"].startswith(doing)]


def until(true: Callable[[], Any]) -> Any:
    """Wait until `true` returns something true, at most a minute; returns it."""
    ends = time.monotonic() + 60
    while not (found := true()):
        assert time.monotonic() < ends
        time.sleep(0.05)
    return found


def two_names(page: Page) -> list[str]:
    """The names of the two workers, once both are free."""
    return sorted(until(lambda: (names := says(page, "free")) and len(names) == 2 and all(names) and names))


def moved_of(runs: list[PageRun]) -> PageRun:
    """The run that says that it goes on elsewhere."""
    words = "going on elsewhere"
    return until(lambda: next((run for run in runs if any(words in str(said) for said in run.messages)), None))


def download(page: Page, said: Any) -> bytes:
    """The PNG that a run's last message offers."""
    path = re.search(r"[^'\"]+\.png", str(said)).group()
    return httpx.get(f"{page.url}/gradio_api/file={path}").content


def test_two_workers_paint_a_folder_and_one_that_dies_costs_no_picture(
    cluster, tmp_path, photo, painting, monkeypatch, capsys
):
    add_second(cluster)
    (tmp_path / "photos").mkdir()
    for number, turn in enumerate((None, *list(Image.Transpose)[:2])):
        (photo if turn is None else photo.transpose(turn)).save(tmp_path / f"photos/{number}.png")
    painting.save(tmp_path / "painting.png")
    command = ["batch", str(tmp_path / "photos"), "--style", str(tmp_path / "painting.png"), *RUN]
    at_work, under_way = set(), set()

    def update(self, number, found):
        show(self, number, found)
        at_work.add(number) if isinstance(found, Reached) else at_work.discard(number)
        if len(at_work) == 2 and cluster.second:
            under_way.update(at_work)  # these two: whose worker is killed is not known
            kill_second(cluster)

    def welcome(self, reference):
        """Wait for the other worker, too: else the first could be done with all pictures before that begins."""
        begin(self, reference)
        ends = time.monotonic() + 60
        while self.starting:
            assert time.monotonic() < ends, "the other worker does not start"
            for other in self.ray.wait([*self.starting], timeout=1)[0]:
                begin(self, other)

    show, begin = batch_progress.BatchProgress.update, ray_cluster.Cluster.welcome
    with monkeypatch.context() as patch:
        patch.setattr(ray_cluster.Cluster, "welcome", welcome)
        patch.setattr(batch_progress.BatchProgress, "update", update)
        assert main([*command, "-o", str(tmp_path / "many"), "--ray", cluster.address]) == 0
    assert cluster.second is None, "both workers were at work when one was killed"
    assert "3 of 3 pictures painted." in capsys.readouterr().err
    lines = [json.loads(line) for line in (tmp_path / "many/report.jsonl").read_text().splitlines()]
    files = [line["file"] for line in lines]
    assert sorted(files) == ["0-as-painting.png", "1-as-painting.png", "2-as-painting.png"]
    moved = [file for file in files if "continued_after" in read_recipe(tmp_path / "many" / file)["result"]]
    assert len(moved) == 1 and int(moved[0][0]) in under_way
    result = read_recipe(tmp_path / "many" / moved[0])["result"]
    assert 0 < result["continued_after"] < result["evaluations"] <= 50

    assert torch.get_num_threads() == 1  # as a worker has
    unmoved = set(files) - set(moved)
    alone = [str(tmp_path / f"photos/{file[0]}.png") for file in unmoved]
    assert main(["batch", *alone, *command[2:], "-o", str(tmp_path / "one")]) == 0
    for file in unmoved:
        assert (tmp_path / "many" / file).read_bytes() == (tmp_path / "one" / file).read_bytes()
    assert main([*command, "-o", str(tmp_path / "many")]) == 0
    assert "0 of 3 pictures painted, 3 there already." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--ray", "127.0.0.1:9"], "There is no Ray cluster at '127.0.0.1:9'"),
        (["--ray", "HEAD", "--ray-cpus", "3"], "No node of the cluster has 3 processors"),
        (["--ray", "HEAD", "--size", "8192"], "GB of memory. Add a node"),
    ],
)
def test_a_cluster_that_is_not_there_or_too_small_gets_one_sentence(cluster, pictures, tmp_path, capsys, more, words):
    more = [cluster.address if word == "HEAD" else word for word in more]
    photo, painting = map(str, pictures)
    assert main(["batch", photo, "--style", painting, "-o", str(tmp_path / "out"), *more]) == 2
    err = capsys.readouterr().err
    assert words in err and err.startswith("error: ") and "Traceback" not in err
