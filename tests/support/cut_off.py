"""A connection that can be cut: what a browser sees when the server is killed, and when it is started again."""

from __future__ import annotations

import contextlib
import socket
import threading
from urllib.parse import urlsplit


class Connection:
    """Forwards a port of this machine to `url`, until `cut`; then again from `restore` on."""

    def __init__(self, url: str) -> None:
        """Open it on a free port; `url` is then the address to visit, with a "/" at its end."""
        parts = urlsplit(url)
        self._target = parts.hostname, parts.port
        self._open: list[socket.socket] = []
        self._port = 0
        self.restore()
        self.url = f"http://127.0.0.1:{self._port}/"

    def restore(self) -> None:
        """Accept connections."""
        self._listening = socket.create_server(("127.0.0.1", self._port))
        self._port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, args=[self._listening], daemon=True).start()

    def cut(self) -> None:
        """Close every connection, and accept no more."""
        for each in [self._listening, *self._open]:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._open.clear()

    def _accept(self, listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                browser = listening.accept()[0]
                server = socket.create_connection(self._target)
                self._open += [browser, server]
                for source, sink in ((browser, server), (server, browser)):
                    threading.Thread(target=_forward, args=[source, sink], daemon=True).start()


def _forward(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
