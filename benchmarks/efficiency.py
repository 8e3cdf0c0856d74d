"""How efficient the loop is: python -m benchmarks.efficiency [--parts speed memory]

Prints a Markdown table for each part: convolution speed of a real run beside that of a large matrix product, and peak memory
by size.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import torch

from benchmarks.pictures import CONTENT, STYLE, presized
from nst_core.devices import choose_precision
from nst_core.plan import flops_per_evaluation, history_pairs
from nst_core.process_memory import keep_freed_memory
from nst_core.settings import Settings
from nst_core.transfer import transfer
from nst_core.weights import load_encoder

ROOT = Path(__file__).parent.parent
MATRIX = 2048
# The first evaluations also compute the targets, and oneDNN chooses its kernels during them.
SKIPPED = 3


def seconds_of(work: Callable[[], Any]) -> float:
    """How long a call of `work` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def matmul_gflops(repeats: int = 3) -> float:
    """Median speed of a 2048^3 float32 matrix product, in 10^9 operations a second."""
    a, b = torch.rand(MATRIX, MATRIX), torch.rand(MATRIX, MATRIX)
    return 2 * MATRIX**3 / median(seconds_of(lambda: a @ b) for _ in range(repeats)) / 1e9


def speed(size: int, rounds: int, evaluations: int) -> str:
    """A table of seconds per evaluation and GFLOP/s at `size` pixels, in float32 and in the precision that "auto" chooses.

    Evaluations and matrix products take turns in one process; the numbers are medians over the rounds.
    """
    content, style = presized(CONTENT, STYLE, size)
    encoder = load_encoder(device="cpu")
    runs = {}
    for precision in dict.fromkeys(("float32", choose_precision("auto", encoder.device))):
        settings = Settings(size=size, levels=1, evaluations=SKIPPED + rounds * evaluations, precision=precision)
        runs[precision] = transfer(content, style, settings, encoder)
        for _ in range(1 + SKIPPED):  # the start, which evaluates nothing, and the first evaluations
            next(runs[precision])
    matmul_gflops()
    matmul: list[float] = []
    seconds: dict[str, list[float]] = {precision: [] for precision in runs}
    for _ in range(rounds):
        matmul.append(matmul_gflops())
        for precision, run in runs.items():
            seconds[precision] += [seconds_of(partial(next, run)) for _ in range(evaluations)]
    operations, product = flops_per_evaluation(*content.size, settings.layers_used), median(matmul)
    rows = [
        "| picture | precision | seconds an evaluation | the loop, GFLOP/s | float32 matrix product, GFLOP/s | ratio |",
        "|---|---|---|---|---|---|",
    ]
    for precision, taken in seconds.items():
        loop = operations / median(taken) / 1e9
        about = f"{content.width}x{content.height} | {precision} | {median(taken):.2f}"
        rows.append(f"| {about} | {loop:.0f} | {product:.0f} | {loop / product:.2f} |")
    return "\n".join(rows)


def evaluations_that_fill_memory(width: int, height: int) -> int:
    """Evaluations at one level after which the history of L-BFGS is as large as it gets."""
    return history_pairs(width * height) + 4


def memory(sizes: Sequence[int], evaluations: int | None) -> str:
    """A table of the command line's peak resident memory, each size in a process of its own."""
    rows = ["| picture | evaluations at full size | peak memory, MB |", "|---|---|---|"]
    with tempfile.TemporaryDirectory() as folder:
        paths = [str(Path(folder) / name) for name in ("content.png", "style.png", "out.png")]
        for size in sizes:
            for picture, path in zip(presized(CONTENT, STYLE, size), paths, strict=False):
                picture.save(path)
            count = evaluations or evaluations_that_fill_memory(size, size * 5 // 8)
            command = [sys.executable, "-m", "nst_core", *paths[:2], "-o", paths[2], "--force", "--json"]
            command += ["--device", "cpu"]
            command += ["--size", str(size), "--levels", "1", "--evaluations", str(count)]
            output = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
            summary = json.loads(output.splitlines()[-1])
            shape = f"{summary['width']}x{summary['height']}"
            rows.append(f"| {shape} | {summary['evaluations']} | {summary['peak_rss_mb']} |")
    return "\n".join(rows)


def main() -> None:
    """Print the tables of the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = ("speed", "memory")
    parser.add_argument("--parts", nargs="+", choices=parts, default=parts, help="what to measure (default: all)")
    parser.add_argument("--size", type=int, default=512, help="longer side for the speed (default: 512)")
    parser.add_argument("--sizes", type=int, nargs="+", default=(256, 512, 1024), help="longer sides for the memory")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of the speed (default: 5)")
    parser.add_argument("--evaluations", type=int, help="evaluations a round (speed, default: 2) or a size (memory)")
    given = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} CPUs, {torch.get_num_threads()} threads, torch {torch.__version__}")
    if "speed" in given.parts:
        keep_freed_memory()  # as the command line and the page do
        print("\n" + speed(given.size, given.rounds, given.evaluations or 2), flush=True)
    if "memory" in given.parts:
        print("\n" + memory(given.sizes, given.evaluations), flush=True)


if __name__ == "__main__":
    main()
