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
            "health_check_period_ms": "300",  # so a node that was killed is missed within two seconds, not within twenty
        }.items():
            patch.setenv(f"RAY_{name}", value)
        cluster_utils = pytest.importorskip("ray.cluster_utils")
        cluster = cluster_utils.Cluster(
            initialize_head=True,
            # Without what is not used: the dashboard, the autoscaler and the collector of logs.
            head_node_args={
                "num_cpus": 1,
                "include_dashboard": False,
                "no_monitor": True,
                "include_log_monitor": False,
            },
        )
        cluster.second = None
        add_second(cluster)
        yield cluster
        cluster.shutdown()


def add_second(cluster: Any) -> None:
    """Add the second node if there is none, as after `kill_second`."""
    if cluster.second is None:
        cluster.second = cluster.add_node(num_cpus=1)


def kill_second(cluster: Any) -> None:
    """`kill` the second node."""
    kill(cluster, cluster.second)
    cluster.second = None


def kill(cluster: Any, node: Any) -> None:
    """Kill a node as if its machine had gone: its workers at once, and not when they notice, a second later."""
    for worker in workers_of(node):
        os.kill(worker, signal.SIGKILL)
    cluster.remove_node(node, allow_graceful=False)


def workers_of(node: Any) -> list[int]:
    """The numbers of the processes that a node has started."""
    raylet = node.all_processes["raylet"][0].process.pid
    threads = Path(f"/proc/{raylet}/task").iterdir()
    return [int(worker) for thread in threads for worker in (thread / "children").read_text().split()]
