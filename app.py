"""The demo: `python app.py`, then open http://127.0.0.1:7860. `python app.py --help` lists the options."""

from __future__ import annotations

import argparse
import os
from typing import Any

from demo import quietly  # noqa: F401  (before gradio)

# isort: split
import gradio as gr
from starlette.middleware import Middleware

from demo import api, doors, gate, line, minder, temporary, text, theme, thrift, transfer_tab, transfer_wiring
from demo.examples import ASSETS
from demo.explorer import explorer_tab, wiring
from demo.host import from_environment
from demo.machine import BUNDLED, Machine
from nst_core.errors import SettingError
from nst_core.memory import keep_what_is_freed
from nst_core.vgg import Encoder
from nst_core.weights import NORMS, SOURCES

LAUNCH: dict[str, Any] = {
    "theme": theme.THEME,
    "css_paths": theme.CSS,
    "head": theme.HEAD,
    "favicon_path": theme.FAVICON,
    "footer_links": ["api"],
    "allowed_paths": [str(ASSETS)],
    "max_file_size": "15mb",
    "ssr_mode": False,
    "run_history": False,
    "enable_monitoring": False,
    "state_session_capacity": 300,  # visits remembered, the latest: each takes 0.04 MB, and whoever paints up to 5 MB more
    "app_kwargs": {"middleware": [Middleware(gate.Gate)]},
    "_frontend": False,  # or Gradio gives up when its page needs three seconds for the first answer, on a busy machine
}
WAITING = 12  # visitors in line for the painter; the next one is told that it is full
CLEAN_EVERY, KEEP_FOR = 600, 3600  # seconds: previews, uploads and results are then deleted


def build(encoder: Encoder | None = None, machine: Machine | None = None) -> gr.Blocks:
    """The page, on this machine. Without one it has the encoder, or loads the default one when first needed."""
    machine = machine or Machine(encoder)
    with gr.Blocks(title=text.TITLE, analytics_enabled=False, delete_cache=(CLEAN_EVERY, KEEP_FOR)) as page:
        gr.HTML(f"<h1>{text.TITLE}</h1><p>{text.LEAD}</p>", elem_id="header")
        with gr.Tabs(elem_id="pages") as pages:
            with gr.Tab(text.PAINT_TAB, id="paint"):
                studio = transfer_wiring.wire(transfer_tab.build(machine.host.max_size), machine, page)
            with gr.Tab(text.INSIDE_TAB, id="inside") as inside:
                explorer = wiring.wire(explorer_tab.build(), machine)
        doors.open_between(page, pages, inside, studio, explorer)
        api.build(machine)
    return minder.attach(line.limit(gate.check(thrift.spare(page.queue(api_open=False))), WAITING), machine)


def _port(given: str) -> int:
    if not (given.isdecimal() and 0 < int(given[:6]) < 65536):
        raise argparse.ArgumentTypeError(f"{given!r} is no port: take a whole number from 1 to 65535")
    return int(given)


def options(arguments: list[str] | None = None) -> tuple[dict[str, str], dict[str, Any]]:
    """Command line -> the weights for `Machine`, and what `launch` is told beside `LAUNCH`; None leaves it to Gradio and
    its environment variables."""
    parser = argparse.ArgumentParser(description=__doc__)
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
        help="pictures a state dict expects (default: torchvision)",
    )
    given = parser.parse_args(arguments)
    auth = tuple(given.auth.split(":", 1)) if given.auth else None
    if auth is not None and (len(auth) != 2 or not all(auth)):
        parser.error("--auth takes a name and a password with a colon between them, such as ada:secret")
    launch = {"share": given.share, "server_name": given.host, "server_port": given.port, "auth": auth}
    return {"weights": given.weights, "norm": given.weights_norm}, launch


if __name__ == "__main__":
    keep_what_is_freed()
weights, launch = options(None if __name__ == "__main__" else [])
try:
    machine = Machine(None, **weights, host=from_environment())
except SettingError as error:
    raise SystemExit(str(error)) from None
own_folder = temporary.own_folder() if __name__ == "__main__" else None
demo = build(machine=machine)

if __name__ == "__main__":
    if machine.weights != BUNDLED:  # now, not at the first visit: a refusal is to be read before the page opens
        print(f"VGG19 weights: {machine.encoder.name}", flush=True)
    with minder.until_stopped(own_folder):
        try:
            demo.launch(**launch, **LAUNCH)
        except OSError as error:
            address = f"{launch['server_name'] or '127.0.0.1'}:{launch['server_port'] or 7860}"
            raise SystemExit(
                f"The page cannot be served on {address}. Choose another --port or --host. ({error})"
            ) from None
