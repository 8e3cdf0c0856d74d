"""What the system says about a connection, asked on real ones."""

import socket
import sys
import time
from collections.abc import Iterator

import pytest

from demo.serving import tcp_keepalive

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Ours and the other side's, of a connection that is given up after seven silent seconds."""
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


def test_silence_lasts_until_the_other_side_acknowledges_something(ends):
    ours, _ = ends
    time.sleep(0.4)
    assert tcp_keepalive.silence(ours) > 0.3
    ours.sendall(b"a preview")
    until = time.monotonic() + 5
    while tcp_keepalive.silence(ours) > 0.2 and time.monotonic() < until:
        time.sleep(0.01)
    assert tcp_keepalive.silence(ours) <= 0.2


def test_whoever_is_there_is_never_silent_for_long_although_nobody_says_a_word(ends):
    ours, _ = ends
    silences = []
    for _ in range(40):
        time.sleep(0.05)
        silences.append(tcp_keepalive.silence(ours))
    assert max(silences) > 0.5 and min(silences[20:]) < 0.5


def test_a_closed_connection_is_not_silent_but_gone(ends):
    ours, _ = ends
    time.sleep(0.1)
    ours.close()
    assert tcp_keepalive.silence(ours) == tcp_keepalive.silence(None) == 0
