"""How long until the page answers? python -m benchmarks.startup [CHECKOUT ...] [--runs 7]

Starts `python app.py` of this checkout and of the others in turn, ends each at its first HTTP 200, and prints the median
seconds and processor seconds until then, and the ratio to the last checkout. Then which packages are slowest to import here.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from statistics import median

import httpx

ROOT = Path(__file__).parents[1]
PORT = 7897
LINE = re.compile(r"import time: +(\d+) \| +\d+ \| +([\w.]+)")  # of `python -X importtime`: own microseconds, module


def first_answer(checkout: Path) -> tuple[float, float]:
    """(seconds, processor seconds of the page's process) from the start of `app.py` to its first HTTP 200."""
    began = time.monotonic()
    command = [sys.executable, "app.py", "--port", str(PORT)]
    process = subprocess.Popen(command, cwd=checkout, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(timeout=60, trust_env=False) as http:
            while time.monotonic() - began < 120:
                with suppress(httpx.HTTPError):
                    if http.get(f"http://127.0.0.1:{PORT}/").status_code == 200:
                        return time.monotonic() - began, processor_seconds(process.pid)
                time.sleep(0.01)
        raise SystemExit(f"{checkout} did not answer within two minutes.")
    finally:
        process.kill()
        process.wait()


def processor_seconds(pid: int) -> float:
    """Seconds that the process has computed so far, in all its threads; nan where there is no /proc."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return float("nan")


def import_seconds() -> dict[str, float]:
    """Seconds that the import of app.py spends in each top-level package, slowest first."""
    command = [sys.executable, "-X", "importtime", "-c", "import app"]
    lines = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stderr.splitlines()
    seconds: dict[str, float] = defaultdict(float)
    for found in filter(None, map(LINE.match, lines)):
        seconds[found[2].split(".")[0]] += int(found[1]) / 1e6
    return dict(sorted(seconds.items(), key=lambda item: -item[1]))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkouts", nargs="*", type=Path, metavar="CHECKOUT", help="folders of other versions")
    parser.add_argument("--runs", type=int, default=7, help="of each checkout (default: 7)")
    arguments = parser.parse_args()
    checkouts = [ROOT, *(path.resolve() for path in arguments.checkouts)]
    taken: dict[Path, list[tuple[float, float]]] = {checkout: [] for checkout in checkouts}
    for _ in range(arguments.runs):
        for checkout in checkouts:
            taken[checkout].append(first_answer(checkout))
    medians = {checkout: [median(values) for values in zip(*taken[checkout], strict=True)] for checkout in checkouts}
    for checkout, (seconds, computed) in medians.items():
        ratio, share = seconds / medians[checkouts[-1]][0], computed / medians[checkouts[-1]][1]
        print(f"{checkout.name:>20}  {seconds:5.2f} s ({ratio:.2f})  processor {computed:5.2f} s ({share:.2f})")
    print("import:", ", ".join(f"{name} {s:.2f} s" for name, s in list(import_seconds().items())[:12]))


if __name__ == "__main__":
    main()
