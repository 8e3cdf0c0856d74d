"""The options that the system reports for a connection, and that one whose client answers stays open."""

import socket
import sys
import time
from collections.abc import Iterator

import pytest

from demo.serving import tcp_keepalive

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """(our end, the client's end) of a connection that is given up after seven seconds without an answer."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        tcp_keepalive.set_keepalive([listening], 7)
        with socket.create_connection(listening.getsockname()) as theirs, listening.accept()[0] as ours:
            yield ours, theirs


def test_the_system_asks_every_second_and_gives_a_connection_up_when_told(ends):
    ours, _ = ends
    assert ours.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    assert ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == tcp_keepalive.ASK_EVERY
    assert ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL) == tcp_keepalive.ASK_EVERY
    assert ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 7000


def test_a_connection_whose_other_side_answers_stays(ends):
    ours, theirs = ends
    time.sleep(2.5)  # asked twice meanwhile
    ours.sendall(b"a preview")
    assert theirs.recv(20) == b"a preview"
