"""What a graphics card makes of the network and the loop: python -m benchmarks.accelerator

On a machine with CUDA, in a few minutes: runs the tests of the encoder on the card, paints one pair at several sizes in each
precision, compares the losses with those of the CPU, and prints Markdown tables of seconds, memory and speed, beside
the speed of a large matrix product on the same card.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import torch
from PIL import Image

from benchmarks.pictures import CONTENT, STYLE, presized
from nst_core.devices import choose_precision
from nst_core.objective import Objective
from nst_core.plan import flops_per_evaluation, plan_levels
from nst_core.settings import Settings
from nst_core.transfer import Step, transfer
from nst_core.vgg import Encoder
from nst_core.weights import load_encoder

ROOT = Path(__file__).parent.parent
TESTS = ("tests/nst_core/test_vgg.py", "tests/nst_core/test_accelerator.py")
MATRIX = 8192
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


@dataclass(frozen=True)
class Run:
    """One run on the card: its last step, and the seconds between the finest level's evaluations."""

    step: Step
    seconds: float
    between: list[float]
    peak_mb: float


def test_on_card() -> bool:
    """Run the encoder's tests with their networks on the card; returns whether all passed."""
    command = [sys.executable, "-m", "pytest", "-q", "-o", "addopts=", "-p", "no:cacheprovider", *TESTS]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "NST_TEST_DEVICE": "cuda"}).returncode == 0


def matmul_tflops(dtype: torch.dtype, repeats: int = 20) -> float:
    """Median speed of a product of two random 8192 x 8192 matrices of `dtype`, in 10^12 operations a second."""
    a, b = (torch.rand(MATRIX, MATRIX, device="cuda", dtype=dtype) for _ in range(2))
    seconds = []
    for _ in range(repeats):
        torch.cuda.synchronize()
        began = time.perf_counter()
        a @ b
        torch.cuda.synchronize()
        seconds.append(time.perf_counter() - began)
    return 2 * MATRIX**3 / median(seconds) / 1e12


def paint(pair: tuple[Image.Image, Image.Image], settings: Settings, encoder: Encoder) -> Run:
    """Paint the pair; every step waits for its numbers, so the seconds between two steps are those of one evaluation."""
    torch.cuda.synchronize()
    torch.cuda.reset_peak_memory_stats()
    began = last = time.perf_counter()
    between: list[float] = []
    for step in transfer(*pair, settings, encoder):
        now = time.perf_counter()
        if step.level == step.levels and step.evaluation:
            between.append(now - last)
        last = now
    return Run(step, time.perf_counter() - began, between[2:-1], torch.cuda.max_memory_allocated() / 1e6)


def loss_of(step: Step, pair: tuple[Image.Image, Image.Image], settings: Settings, encoder: Encoder) -> float:
    """The loss of the picture of `step` in float32, on the encoder's device."""
    levels = plan_levels(settings, *pair[0].size)
    used = settings.at_level(len(levels), len(levels))
    objective = Objective(pair[0], [pair[1]], used, levels[-1], encoder.with_precision("float32"))
    with torch.no_grad():
        return float(objective(step.best.to(encoder.device))[0])


def table(sizes: list[int], cpu_size: int) -> str:
    """A table with a row for each size and precision. The losses are those of the delivered picture, in float32."""
    card, cpu = load_encoder(device="cuda"), load_encoder(device="cpu")
    product = {name: matmul_tflops(dtype) for name, dtype in DTYPES.items()}
    rows = [
        "| picture | precision | whole run, s | an evaluation at full size, ms | peak memory, MB | loss on the card | "
        "the same picture's on the CPU | convolutions, TFLOP/s | matrix product, TFLOP/s | ratio |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for size in sizes:
        pair = presized(CONTENT, STYLE, size)
        for precision in DTYPES:
            settings = Settings(size=size, precision=precision)
            run = paint(pair, settings, card)
            levels = plan_levels(settings, *pair[0].size)
            layers = settings.at_level(len(levels), len(levels)).layers_used
            speed = flops_per_evaluation(run.step.width, run.step.height, layers) / median(run.between) / 1e12
            numbers = (
                f"{run.step.width}x{run.step.height} | {precision}",
                f"{run.seconds:.1f} | {1e3 * median(run.between):.1f} | {run.peak_mb:.0f}",
                f"{loss_of(run.step, pair, settings, card):.5f} | {loss_of(run.step, pair, settings, cpu):.5f}",
                f"{speed:.0f} | {product[precision]:.0f} | {speed / product[precision]:.2f}",
            )
            rows.append("| " + " | ".join(numbers) + " |")
            print(rows[-1], flush=True)
    pair, settings = presized(CONTENT, STYLE, cpu_size), Settings(size=cpu_size, precision="float32")
    began = time.perf_counter()
    for step in transfer(*pair, settings, cpu):
        last = step
    rows.append(
        f"\nThe whole run at {cpu_size} px on the CPU ({torch.get_num_threads()} threads, float32): "
        f"{time.perf_counter() - began:.1f} s, loss {loss_of(last, pair, settings, cpu):.5f}."
    )
    return "\n".join(rows)


def main() -> int:
    """Run the tests, then print the table; returns 1 when a test fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=(512, 1024, 2048, 4096), help="longer sides, pixels")
    parser.add_argument("--cpu-size", type=int, default=512, help="longer side of the run on the CPU (default: 512)")
    given = parser.parse_args()
    if not torch.cuda.is_available():
        raise SystemExit("torch finds no CUDA card on this machine, and this measures one.")
    print(f"{torch.cuda.get_device_name()}, torch {torch.__version__}, {platform.machine()}, {os.cpu_count()} CPUs")
    print(f"precision auto is {choose_precision('auto', torch.device('cuda'))} here")
    passed = test_on_card()
    print("\n" + table(list(given.sizes), given.cpu_size))
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
