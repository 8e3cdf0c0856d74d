"""The options of `python app.py`."""

from __future__ import annotations

import argparse
import os
from typing import Any

from nst_core.layers import NORMS, SOURCES
from nst_core.recipe import VERSION

from .compute.worker import BUNDLED


def options(arguments: list[str] | None = None) -> tuple[dict[str, str], dict[str, Any]]:
    """Command line -> (`weights` and `norm` for `Worker`, options of `launch` besides `page.launch_options`).

    An option that is None is left to Gradio and its environment variables. Ends the program with code 2 and one
    sentence for an option that cannot be used.
    """
    parser = argparse.ArgumentParser(
        description="Neural style transfer in the browser.",
        epilog="Environment variables: NST_MAX_SECONDS and NST_MAX_SIZE limit a run, NST_JOBS is the number of runs at a "
        "time, NST_TEMPORARY_MB limits temporary files, NST_KEEP_MINUTES and NST_KEEP_MB limit what is kept of visitors' "
        "results (0 minutes: nothing), NST_RAY is the address of a Ray cluster that does the runs, with NST_RAY_CPUS "
        "processors for each of at most NST_RAY_WORKERS workers, NST_WEIGHTS is the default of --weights (defaults: "
        "DEPLOY.md). "
        "Gradio's variables work, too, such as GRADIO_SERVER_NAME, GRADIO_SERVER_PORT, GRADIO_ROOT_PATH and "
        "GRADIO_TEMP_DIR.",
    )
    parser.add_argument("--share", action="store_true", default=None, help="also open a public link for a week")
    parser.add_argument("--host", help="address to listen on; 0.0.0.0 for every network (default: 127.0.0.1)")
    parser.add_argument("--port", type=_port, help="port (default: 7860, or the next free one)")
    parser.add_argument("--auth", metavar="USER:PASSWORD", help="ask visitors for this name and password")
    parser.add_argument(
        "--weights",
        metavar="NAME|PATH",
        default=os.environ.get("NST_WEIGHTS") or BUNDLED,
        help=f"{', '.join(SOURCES)}, or a state dict (default: $NST_WEIGHTS, or {BUNDLED})",
    )
    parser.add_argument(
        "--weights-norm",
        choices=sorted(NORMS),
        default="torchvision",
        help="normalisation of a state dict's pictures (default: torchvision)",
    )
    parser.add_argument("--version", action="version", version=VERSION)
    given = parser.parse_args(arguments)
    auth = tuple(given.auth.split(":", 1)) if given.auth else None
    if auth is not None and (len(auth) != 2 or not all(auth)):
        parser.error("--auth takes a name and a password with a colon between them, such as ada:secret")
    launch = {"share": given.share, "server_name": given.host, "server_port": given.port, "auth": auth}
    return {"weights": given.weights, "norm": given.weights_norm}, launch


def _port(given: str) -> int:
    if not (given.isdecimal() and 0 < int(given[:6]) < 65536):
        raise argparse.ArgumentTypeError(f"{given!r} is no port: take a whole number from 1 to 65535")
    return int(given)
