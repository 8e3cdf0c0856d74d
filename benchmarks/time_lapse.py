"""What the frames of a time-lapse cost a run: the same run with and without them, in turns.

    python -m benchmarks.time_lapse [--size 512] [--evaluations 30] [--rounds 3]

A table of median seconds per evaluation at each level, without and with frames, and the share of a whole run that is spent
on keeping them; then what the files cost at the end.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from pathlib import Path
from statistics import median

from nst_core import Settings, load_encoder, load_picture
from nst_core.time_lapse import ENDINGS, Frames
from nst_core.transfer import transfer

ASSETS = Path(__file__).parent.parent / "assets"
PHOTO = ASSETS / "photos/summer_palace.jpg"
PAINTING = ASSETS / "paintings/van_gogh_church_at_auvers_1890.webp"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name, default in {"size": 512, "evaluations": 30, "rounds": 3}.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    photo, painting, encoder = load_picture(PHOTO), load_picture(PAINTING), load_encoder()
    settings = Settings(size=given.size, evaluations=given.evaluations)
    seconds: dict[tuple[int, bool], list[float]] = defaultdict(list)
    shares, frames = [], Frames()
    for number in range(2 * given.rounds):
        kept = number % 2 == 1
        frames, spent, before = Frames(), 0.0, time.perf_counter()
        for step in transfer(photo, painting, settings, encoder):
            began = time.perf_counter()
            if kept:
                frames.add(step, last=step.done)
            spent += time.perf_counter() - began
            if step.evaluation:
                seconds[max(step.width, step.height), kept].append(time.perf_counter() - before)
            before = time.perf_counter()
        if kept:
            shares.append(spent / step.elapsed)
    print("| level | s per evaluation without | with | evaluations of each |\n|---|---|---|---|")
    for level in sorted({level for level, _ in seconds}):
        without, with_frames = seconds[level, False], seconds[level, True]
        print(f"| {level} px | {median(without):.3f} | {median(with_frames):.3f} | {len(without)} |")
    print(f"\nkeeping frames: {median(shares):.1%} of the run (median of {len(shares)} runs), ", end="")
    print(f"{len(frames)} frames in {frames.byte_count / 1e6:.1f} MB")
    for kind in ENDINGS.values():
        began = time.perf_counter()
        size = len(frames.encode(kind))
        print(f"{kind} of ten seconds: {time.perf_counter() - began:.1f} s, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
