"""The connections on which visitors listen. A cut network says nothing: all there is to notice is silence. Linux only;
elsewhere no connection is ever silent."""

from __future__ import annotations

import socket
import struct
import sys
from collections.abc import Iterable
from typing import Any

ASK_EVERY = 1  # seconds of having heard nothing, as few as there can be
LAST_ACKNOWLEDGED = 56  # where Linux's struct tcp_info has tcpi_last_ack_recv, in milliseconds


def set_keepalive(listening: Iterable[Any], seconds: float) -> None:
    """Have the system ask the other side of every connection to come whether it is still there, and end those that have
    not answered for `seconds`. By default it would try for a quarter of an hour."""
    if sys.platform == "linux":
        for one in listening:  # connections inherit from it
            one.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, ASK_EVERY)
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, ASK_EVERY)
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(1000 * seconds))


def of(session: str, server: Any) -> Any:
    """The socket on which the visitor hears what comes of their events; None if there is none."""
    for connection in list(server.server_state.connections):
        answering = connection.cycle is not None and not connection.cycle.response_complete
        if answering and session.encode() in connection.scope["query_string"]:
            return connection.transport.get_extra_info("socket")
    return None


def silence(line: Any) -> float:
    """Seconds since the other side last acknowledged anything; 0 for no socket and for a closed one."""
    if line is None or sys.platform != "linux":
        return 0.0
    try:
        about = line.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, LAST_ACKNOWLEDGED + 4)
    except OSError:
        return 0.0
    return float(struct.unpack_from("I", about, LAST_ACKNOWLEDGED)[0]) / 1000
