"""What a pixel costs at 512, 1024, 2048 and 4096 px: seconds a megapixel and evaluation of the running loop, in turns.

Every size is a run of its own at one level, on the same pictures; each round goes one evaluation further in every run.

    python -m benchmarks.size                    # ten minutes on two cores
    python -m benchmarks.size --sizes 512 1024 --rounds 10
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from nst_core.process_memory import keep_freed_memory
from nst_core.settings import Settings
from nst_core.step import Step
from nst_core.transfer import transfer
from nst_core.vgg import Encoder
from nst_core.weights import load_encoder

ASSETS = Path(__file__).parent.parent / "assets"
FIRST = 3  # evaluations that are left out: the first ones also set up the convolutions


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[512, 1024, 2048, 4096], help="pixels, the first to compare with"
    )
    parser.add_argument("--rounds", type=int, default=3, help="evaluations that are measured at every size")
    options = parser.parse_args()
    keep_freed_memory()
    encoder, seconds = load_encoder(), {size: list[float]() for size in options.sizes}
    runs = {size: _run(size, FIRST + options.rounds, encoder) for size in options.sizes}
    for number in range(FIRST + options.rounds + 1):
        for size, run in runs.items():
            began = time.perf_counter()
            next(run)
            if number > FIRST:
                seconds[size].append((time.perf_counter() - began) / _megapixels(size))
    print("| picture | seconds a megapixel and evaluation (median) | ratio |\n|---|---|---|")
    usual = statistics.median(seconds[options.sizes[0]])
    for size, each in seconds.items():
        median = statistics.median(each)
        print(f"| {size}x{size * 5 // 8} | {median:.2f} | {median / usual:.2f} |")


def _run(size: int, evaluations: int, encoder: Encoder) -> Iterator[Step]:
    """A run at `size`x`size`*5/8 pixels and one level, without the layer that the last level leaves out."""
    photo = Image.open(ASSETS / "photos/summer_palace.jpg").convert("RGB").resize((size, size * 5 // 8))
    layers = "relu1_1,relu2_1,relu3_1,relu4_1"
    settings = Settings(size=size, levels=1, evaluations=evaluations, style_layers=layers)
    return transfer(photo, ASSETS / "paintings/van_gogh_church_at_auvers_1890.webp", settings, encoder)


def _megapixels(size: int) -> float:
    return size * (size * 5 // 8) / 1e6


if __name__ == "__main__":
    main()
