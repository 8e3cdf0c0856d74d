"""The page: two tabs and the links between them, and what Gradio is told when it is launched."""

from __future__ import annotations

from typing import Any

import gradio as gr
from starlette.middleware import Middleware
from starlette.responses import FileResponse
from starlette.routing import Route

from . import api, explore_api, tab_links, text, theme
from .compute.worker import Worker
from .examples import ASSETS
from .explorer import explorer_tab
from .explorer import wiring as explorer_wiring
from .paint import paint_tab
from .paint import wiring as paint_wiring
from .serving import gradio_internals
from .serving.lifespan import health_route, lifespan
from .serving.middleware import EXCEPTION_HANDLERS, RequestFilterMiddleware

WAITING = 12  # events that wait for a run, of each worker of a cluster; the next one is refused with a message
THREADS = 40  # events that are handled at once; the runs that workers of a cluster do come on top
# The latest, which Gradio keeps in memory: 0.4 MB each, up to 1.6 MB for the pictures in the boxes, and up to 19 MB for one
# that has painted.
SESSIONS = 100
CLEAN_EVERY, KEEP_FOR = 600, 3600  # seconds: how often Gradio deletes files, and how old they are then


def build(worker: Worker) -> gr.Blocks:
    """The page, whose runs `worker` does."""
    with gr.Blocks(title=text.TITLE, analytics_enabled=False, delete_cache=(CLEAN_EVERY, KEEP_FOR)) as page:
        gr.HTML(f"<h1>{text.TITLE}</h1><p>{text.LEAD}</p>", elem_id="header")
        with gr.Tabs(elem_id="pages") as tabs:
            with gr.Tab(text.PAINT_TAB, id="paint"):
                paint = paint_wiring.wire(paint_tab.build(worker.limits.max_size), worker, page)
            with gr.Tab(text.INSIDE_TAB, id="inside") as inside:
                explorer = explorer_wiring.wire(explorer_tab.build(), worker)
        tab_links.open_between(page, tabs, inside, paint, explorer)
        api.build(worker)
        explore_api.build(worker)
    return gradio_internals.install(
        page.queue(api_open=False),
        waiting=lambda: WAITING * worker.width if worker.elsewhere else WAITING,
        head=theme.HEAD,
    )


def launch_options(page: gr.Blocks, worker: Worker) -> dict[str, Any]:
    """Keyword arguments for `page.launch`."""
    return {
        "theme": theme.THEME,
        "css_paths": theme.CSS,
        "favicon_path": theme.FAVICON,
        "footer_links": ["api"],
        "allowed_paths": [str(ASSETS)],
        "max_file_size": "15mb",
        "ssr_mode": False,
        "run_history": False,
        "enable_monitoring": False,
        "state_session_capacity": SESSIONS,
        "max_threads": THREADS + (worker.limits.ray_workers if worker.elsewhere else 0),
        "app_kwargs": {
            "middleware": [Middleware(RequestFilterMiddleware)],
            "exception_handlers": EXCEPTION_HANDLERS,
            "routes": [health_route(worker), Route("/preview.jpg", lambda request: FileResponse(theme.PICTURE))],
            "lifespan": lifespan(page, worker),
        },
        **gradio_internals.LAUNCH,
    }
