"""A batch painted by a real Ray cluster: two nodes on this machine, one of which is killed."""

from __future__ import annotations

import json
import os
import secrets
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from PIL import Image

from nst_core import batch_progress, ray_cluster
from nst_core.__main__ import main
from nst_core.batch_task import Reached
from nst_core.recipe import read_recipe

# Long enough to be killed on its way: a second at least. In float32, as the tests of this process paint.
RUN = ["--size", "64", "--evaluations", "50", "--levels", "1", "--style-layers", "relu1_1,relu2_1"]
RUN += ["--content-layers", "relu2_2", "--precision", "float32"]


@pytest.fixture(scope="module")
def cluster() -> Iterator:
    """Two nodes with one processor each; the second one may be killed."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "USAGE_STATS_ENABLED": "0",
            "AUTH_MODE": "token",
            "AUTH_TOKEN": secrets.token_hex(32),
        }.items():
            patch.setenv(f"RAY_{name}", value)
        cluster_utils = pytest.importorskip("ray.cluster_utils")
        cluster = cluster_utils.Cluster(
            initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False}
        )
        cluster.second = cluster.add_node(num_cpus=1)
        yield cluster
        cluster.shutdown()


def kill_second(cluster) -> None:
    """Kill the second node as if its machine had gone: its workers at once, and not when they notice, a second later."""
    raylet = cluster.second.all_processes["raylet"][0].process.pid
    for thread in Path(f"/proc/{raylet}/task").iterdir():
        for worker in (thread / "children").read_text().split():
            os.kill(int(worker), signal.SIGKILL)
    cluster.remove_node(cluster.second, allow_graceful=False)
    cluster.second = None


def test_two_workers_paint_a_folder_and_one_that_dies_costs_no_picture(
    cluster, tmp_path, photo, painting, monkeypatch, capsys
):
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
        while self.starting:
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
def test_a_cluster_that_is_not_there_or_too_small_gets_one_sentence(cluster, files, tmp_path, capsys, more, words):
    more = [cluster.address if word == "HEAD" else word for word in more]
    assert main(["batch", files[0], "--style", files[1], "-o", str(tmp_path / "out"), *more]) == 2
    err = capsys.readouterr().err
    assert words in err and err.startswith("error: ") and "Traceback" not in err
