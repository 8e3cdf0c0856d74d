"""A Ray cluster of several nodes on this machine, with one processor each; the second one can be killed."""

from __future__ import annotations

import os
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


@contextmanager
def two_nodes() -> Iterator[Any]:
    """Ray's `Cluster` with two nodes, the second of which is its `second`."""
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


def kill_second(cluster: Any) -> None:
    """Kill the second node as if its machine had gone: its workers at once, and not when they notice, a second later."""
    raylet = cluster.second.all_processes["raylet"][0].process.pid
    for thread in Path(f"/proc/{raylet}/task").iterdir():
        for worker in (thread / "children").read_text().split():
            os.kill(int(worker), signal.SIGKILL)
    cluster.remove_node(cluster.second, allow_graceful=False)
    cluster.second = None
