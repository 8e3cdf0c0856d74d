"""The demo: `python app.py`, then open http://127.0.0.1:7860. `python app.py --help` lists the options."""

from __future__ import annotations

import os

# Gradio sends no usage statistics, and keeps records of its last 200 events in memory instead of 10,000. It sums them up
# after every 1,000 events instead of after each, which takes a twentieth of the time of a click in the explorer.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "200")
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "1000")

from demo.serving import gradio_internals  # must come before gradio, too: its docstring says why

# isort: split
from demo import cli, page
from demo.compute import limits
from demo.compute.worker import BUNDLED
from demo.serving import shutdown, startup, tcp_keepalive, temp_files
from nst_core.errors import NSTError
from nst_core.process_memory import keep_freed_memory


def main() -> None:
    """Serve the page until Ctrl-C or SIGTERM."""
    keep_freed_memory()
    os.environ["OMP_NUM_THREADS"] = str(
        limits.granted_cpus()
    )  # torch, which is not loaded yet, computes in so many threads
    startup.bypass_proxies()
    weights, launch = cli.options()
    try:
        worker = startup.make_worker(weights, launch, os.environ)
        if worker.weights != BUNDLED:  # load them now: a warning about them is printed before the page opens
            print(f"VGG19 weights: {worker.encoder.name}", flush=True)
    except NSTError as error:
        raise SystemExit(str(error)) from None
    folder = temp_files.make_process_folder()
    demo = page.build(worker)
    with shutdown.until_stopped(folder):
        startup.launch(demo, page.launch_options(demo, worker) | launch)
        tcp_keepalive.set_keepalive(gradio_internals.listening_sockets(demo))
        demo.block_thread()


if __name__ == "__main__":
    main()
