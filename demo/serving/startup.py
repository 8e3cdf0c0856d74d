"""Before and after the page is launched: requests to its own address, and what the terminal says."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import gradio as gr

from ..compute import limits
from ..compute.worker import Worker

NO_MCP = "the package mcp is not installed. Install it: pip install -r requirements-mcp.txt"
OWN_ADDRESSES = ("127.0.0.1", "localhost", "::1")


def bypass_proxies() -> None:
    """Have requests to this machine go to it directly, whatever http_proxy says.

    Gradio asks its own page for an answer when it starts; through a proxy that would fail, and the page with it.
    """
    for variable in ("no_proxy", "NO_PROXY"):
        known = [part.strip() for part in os.environ.get(variable, "").split(",") if part.strip()]
        os.environ[variable] = ",".join(dict.fromkeys([*known, *OWN_ADDRESSES]))


def make_worker(weights: dict[str, str], launch: dict[str, Any], environment: Mapping[str, str]) -> Worker:
    """What does the runs of the page: this process, or with `NST_RAY` the workers of the Ray cluster at that address.

    The other arguments are what `cli.options` returns. Raises `SettingError` for a variable that cannot be used, and
    `ClusterError` when there is no such cluster.
    """
    bounds = limits.from_environment(environment, public=is_public(launch, environment))
    address = environment.get("NST_RAY", "").strip()
    if not address:
        return Worker(None, **weights, limits=bounds)
    from ..compute.cluster_worker import ClusterWorker  # Ray is imported only where it is asked for

    return ClusterWorker(address, None, **weights, limits=bounds)


def is_public(launch: dict[str, Any], environment: Mapping[str, str]) -> bool:
    """Whether the page is for others than this machine's user: on a Space, by a share link, over a network, with a cluster.

    `launch` is the second part of what `cli.options` returns; Gradio's own variables count where it leaves a choice open.
    """
    share = launch["share"] or environment.get("GRADIO_SHARE", "").lower() == "true"
    host = launch["server_name"] or environment.get("GRADIO_SERVER_NAME") or OWN_ADDRESSES[0]
    local = host.startswith("127.") or host in OWN_ADDRESSES
    return bool(environment.get("SPACE_ID") or environment.get("NST_RAY")) or share or not local


def launch(page: gr.Blocks, options: dict[str, Any]) -> None:
    """Launch `page` and say where it is open. Ends the program with one sentence when the address cannot be used."""
    try:
        page.launch(prevent_thread_lock=True, quiet=True, **options)
    except OSError as error:
        address = f"{options['server_name'] or OWN_ADDRESSES[0]}:{options['server_port'] or 7860}"
        raise SystemExit(
            f"The page cannot be served on {address}. Choose another --port or --host. ({error})"
        ) from None
    told = announcement(str(page.local_url), page.share_url, bool(options["share"]), page.mcp_error)
    print(told, flush=True)


def announcement(url: str, share_url: str | None, share_asked: bool, mcp_error: str | None = None) -> str:
    """What the terminal says once the page is open on `url`; `mcp_error` is why it is not open to other programs (MCP)."""
    lines = [f"The page is open on {url}"]
    if share_url:
        lines.append(f"and for everybody with this link, for up to a week: {share_url}")
    elif share_asked:
        lines.append(
            "No public link could be made: Gradio's service cannot be reached. Try again later, or use --host."
        )
    else:
        lines.append("For a public link: --share. For other computers of your network: --host 0.0.0.0. See DEPLOY.md.")
    if mcp_error:
        lines.append(f"No tools for other programs (MCP): {NO_MCP if '`mcp` package' in mcp_error else mcp_error}")
    return "\n".join([*lines, "Ctrl-C ends it."])
