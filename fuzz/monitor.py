"""Watching the page's process while it is attacked: its log, its outgoing connections, its files, its memory."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from fuzz.corpus import PRIVATE_NAME

# Python runs this before app.py: it notes every host that the process looks up or connects to, and refuses.
HOOK = """
import os, sys

def watch(event, given):
    if event == "socket.connect":
        host = given[1][0] if isinstance(given[1], tuple) else ""
    elif event == "socket.getaddrinfo":
        host = given[0]
    else:
        return
    host = host.decode("latin-1") if isinstance(host, bytes) else host
    if host not in (None, "", "127.0.0.1", "localhost"):
        with open(os.environ["OUTGOING"], "a") as file:
            file.write(f"{host}\\n")
        raise PermissionError("this test lets nothing out")

sys.addaudithook(watch)
"""


class Listener:
    """A server on this machine to which the page must not connect; it counts connections."""

    def __enter__(self) -> Listener:
        """Listen on a free port, in a thread."""
        self.hits = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        threading.Thread(target=self._count, daemon=True).start()
        return self

    def __exit__(self, *_: Any) -> None:
        """Stop listening."""
        self._socket.close()

    def _count(self) -> None:
        with suppress(OSError):
            while True:
                caller, _ = self._socket.accept()
                self.hits += 1
                caller.close()


class ProcessMonitor:
    """What the page's process does besides answering. Start the process with `environment` and with `log` as its output."""

    def __init__(self, root: Path) -> None:
        """Use `root`, an empty folder, for the log, the outgoing connections and the process's temporary files."""
        self.root, self.log, self.outgoing = root, root / "log", root / "outgoing"
        self.temporary, hook = root / "tmp", root / "hook"
        for folder in (self.temporary, hook):
            folder.mkdir()
        (hook / "sitecustomize.py").write_text(HOOK)
        self.outgoing.touch()
        self.environment = {"TMPDIR": str(self.temporary), "PYTHONPATH": str(hook), "OUTGOING": str(self.outgoing)}
        self._log_read = self._outgoing_read = 0  # how much of either file has been looked at

    @property
    def folder(self) -> str:
        """The page's own temporary folder, which holds the uploads."""
        return str(next(self.temporary.glob("neural-style-transfer-*")))

    def new_failures(self, most_log_bytes: int) -> list[str]:
        """Kinds of failure since the last call; more than `most_log_bytes` of log is one."""
        written = self.log.read_bytes()[self._log_read :]
        called = self.outgoing.read_text()[self._outgoing_read :].split()
        self._log_read += len(written)
        self._outgoing_read += len("\n".join([*called, ""]))
        found = [f"called {host}" for host in called]
        found += ["log: a visitor's file"] * (PRIVATE_NAME.encode() in written)
        found += ["log: a path of a visitor"] * bool(re.search(rb"neural-style-transfer-\d+/[0-9a-f]{64}", written))
        found += ["log: a picture"] * (b"\x89PNG" in written or b"base64," in written)
        found += ["log: a traceback of Gradio's"] * (b"Traceback (most" in written)
        found += [f"log: {len(written) / 1e6:.1f} MB"] * (len(written) > most_log_bytes)
        known = ("gradio", Path(self.folder).name)
        return found + ["a file outside its folder"] * any(p.name not in known for p in self.temporary.iterdir())

    @staticmethod
    def peak_mb(process: int) -> float:
        """The most resident memory that the process has had so far, in megabytes (from /proc)."""
        return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text())[1]) / 1000
