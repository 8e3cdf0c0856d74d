"""TCP keep-alive, so that connections over a cut network end within seconds. Linux only; elsewhere nothing is changed."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterable

ASK_EVERY = 1  # seconds of silence after which the other side is asked; the shortest that there is
GIVE_UP = 5.0  # seconds without an answer; a telephone that loses its network for less keeps its run


def set_keepalive(listening: Iterable[socket.socket], seconds: float = GIVE_UP) -> None:
    """End every connection that these sockets will accept once its other side has not answered for `seconds`.

    By default Linux tries for a quarter of an hour, and the page would paint all that time for nobody. Gradio ends the
    session's runs when its connection ends. Behind a reverse proxy only the proxy can do this.
    """
    if sys.platform == "linux":
        for one in listening:  # accepted connections inherit these options
            one.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, ASK_EVERY)
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, ASK_EVERY)
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(1000 * seconds))
