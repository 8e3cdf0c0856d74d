"""What comes with the import of a module, and what it starts, in a new process."""

import json
import os
import subprocess
import sys

import pytest

from tests.support.source_imports import EXPLORE_MODULES, MODULES, ROOT, WITHOUT_GRADIO, file_of, outside

# Run in a new process: the modules that need no Gradio, then Gradio, the page, torch, and the modules that need torch.
# Gradio and torch are loaded beforehand: what they start is not ours. A pool that a widget of Gradio's opens and closes is
# over when the import is, and does not count.
WATCH = """
import importlib, json, sys, threading

STARTS = ("socket.bind", "socket.connect", "subprocess.Popen", "os.fork", "urllib.Request")
started, watching = [], False
sys.addaudithook(lambda event, arguments: started.append((module, event)) if watching and event in STARTS else None)


def watch(modules):
    global module, watching
    before, watching = threading.enumerate(), True
    for module in modules:
        importlib.import_module(module)
        started.extend((module, thread.name) for thread in threading.enumerate() if thread not in before)
    watching = False


without_gradio, with_torch = json.loads(sys.argv[1])
watch(without_gradio)
came_too = [name for name in ("gradio", "ray", "torch") if name in sys.modules]
import demo.serving.gradio_internals
watch(["app"])
import app
from demo.compute.worker import Worker
app.page.build(Worker())
built_with = [name for name in ("torch", "torchvision", "scipy") if name in sys.modules]
import torch
watch(with_torch)
came_too += [name for name in ("ray",) if name in sys.modules and name not in came_too]
print(json.dumps([came_too, built_with, started]))
"""


@pytest.fixture(scope="module")
def imported() -> tuple[list[str], list[str], list[list[str]]]:
    """Which libraries come with modules that do not need them, and which with the page, once it is built; what the import of
    every module starts: [module, event or thread]."""
    core = ["nst_core", *(f"nst_core.{module}" for module in MODULES if not module.startswith("__"))]
    core += [
        "nst_core.explore",
        *(f"nst_core.explore.{module}" for module in EXPLORE_MODULES if module != "__init__"),
    ]
    with_torch = [module for module in WITHOUT_GRADIO if "torch" in outside(file_of(module))]
    without_gradio = [module.removesuffix(".__init__") for module in WITHOUT_GRADIO if module not in with_torch]
    # With the telemetry setting that a stranger's machine has.
    environment = {name: value for name, value in os.environ.items() if name != "GRADIO_ANALYTICS_ENABLED"}
    command = [sys.executable, "-c", WATCH, json.dumps([without_gradio, core + with_torch])]
    output = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    return tuple(json.loads(output.splitlines()[-1]))


def test_importing_actions_and_the_worker_leaves_gradio_ray_and_torch_out(imported) -> None:
    assert imported[0] == []


def test_the_page_is_built_without_torch_which_would_double_the_time_of_a_start(imported) -> None:
    assert imported[1] == []


def test_importing_starts_no_thread_no_server_and_no_process(imported) -> None:
    assert imported[2] == []
