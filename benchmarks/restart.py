"""How long does a restart take? python -m benchmarks.restart [--size 768]

Starts the page and a run, kills the process in the middle of it, and starts the page again on the same port and with the
same folder for temporary files. Then sends SIGTERM during another run, with a visitor's tab open. Exit code 1 when ending
after SIGTERM took more than five seconds or failed, when a process's temporary folder was left, or when the log holds a
traceback.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx

from demo.examples import PAIRS
from demo.serving.temp_files import FOLDER
from tests.support.http_client import API, Page, Visitor, served, stylize

PORT = 7896
MOST = 5.0  # seconds that a host waits after SIGTERM before it kills


def start_run(url: str, size: int) -> None:
    """Start a run as a visitor with an open tab; returns after the first preview and goes on listening in a thread."""
    visitor = Visitor(Page(url))
    pictures = [visitor.upload(Path(path)) for path in (PAIRS[0].photo, PAIRS[0].painting)]
    joined = visitor.join(visitor.page.named("stylize"), stylize(*pictures, size=size, evaluations=10_000))
    begun = threading.Event()

    def listen() -> None:
        with suppress(httpx.HTTPError):  # the page's process ends
            for message in visitor.listen(joined.json()["event_id"]):
                if message["msg"] == "process_generating":
                    begun.set()

    def stay() -> None:
        with (
            suppress(httpx.HTTPError),
            httpx.stream("GET", f"{url}{API}/heartbeat/{visitor.session}", timeout=None) as beat,
        ):
            list(beat.iter_lines())

    for work in (listen, stay):
        threading.Thread(target=work, daemon=True).start()
    if not begun.wait(120):
        raise SystemExit("The run did not begin.")
    time.sleep(1)  # in the middle of an evaluation


def first_answer(address: str, since: float) -> float:
    """Seconds from the time `since` to the first HTTP 200."""
    while True:
        with suppress(httpx.HTTPError):
            if httpx.get(address, timeout=5).status_code == 200:
                return time.monotonic() - since
        time.sleep(0.02)


def left(root: str, process: subprocess.Popen[bytes]) -> bool:
    """Whether the process's temporary folder is still there."""
    return (Path(root) / f"{FOLDER}{process.pid}").exists()


def main() -> None:
    """Kill the page, start it again, end it; print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=768, help="of the pictures being painted (default: 768)")
    size = parser.parse_args().size
    url = f"http://127.0.0.1:{PORT}"
    with tempfile.TemporaryDirectory() as root, ExitStack() as running:
        log = Path(root) / "log"
        _, first = running.enter_context(served(PORT, log, TMPDIR=root))
        start_run(url, size)
        first.kill()
        first.wait()
        killed, kept = time.monotonic(), left(root, first)
        with ThreadPoolExecutor(2) as pool:
            ready, page = (pool.submit(first_answer, url + path, killed) for path in ("/healthz", "/"))
            _, second = running.enter_context(served(PORT, log, TMPDIR=root))
        print(
            f"killed in the middle of a run: ready after {ready.result():.1f} s, the page after {page.result():.1f} s"
        )
        print(
            f"folder of the killed process: {'there' if kept else 'gone'}, then {'there' if left(root, first) else 'gone'}"
        )

        start_run(url, size)
        asked = time.monotonic()
        second.send_signal(signal.SIGTERM)
        try:
            code: int | None = second.wait(60)
        except subprocess.TimeoutExpired:
            code = None
        seconds, said = time.monotonic() - asked, log.read_text()
        print(f"SIGTERM in the middle of a run: ended after {seconds:.1f} s with code {code}")
        print(f"folder of the ended process: {'there' if left(root, second) else 'gone'}")
        print(f"what it printed:\n{said}" if code or "Traceback" in said else "no traceback in the log")
        sys.exit(bool(seconds > MOST or code or left(root, first) or left(root, second) or "Traceback" in said))


if __name__ == "__main__":
    main()
