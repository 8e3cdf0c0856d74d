"""How soon is the loss reached that another version delivers? python -m benchmarks.versions CHECKOUT [--size 512]

Both versions paint the same pairs in turns, each in a process of its own, with the settings of 0.1.0's defaults. The clock
runs from the call of `transfer` until the PNG is encoded; loading the network is outside it. Every picture is judged as
the 8-bit PNG, by one float32 objective, this version's. Printed for each pair: both losses, the other version's seconds,
and those until this version, in a run of `MOST` evaluations, has a picture
that is at least as good.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import torch

from demo.examples import ASSETS, PAIRS
from nst_core.images import load_picture, to_tensor
from nst_core.objective import Objective
from nst_core.plan import Level
from nst_core.settings import Settings
from nst_core.weights import load_encoder

ROOT = Path(__file__).parents[1]
MORE = (("astronaut", "van_gogh_cafe_terrace_at_night_1888.webp"), ("chelsea", "van_gogh_harvest_at_la_crau_1888.webp"))
MORE += (("coffee", "hubble_deep_field.jpg"),)
# What 0.1.0 paints by default; it does not know the names of these settings.
AS_0_1_0 = {"style_scale": 1.0, "padding": "zeros", "coarse_only_layers": ()}
MOST = 132  # evaluations here, a tenth more than there: the loss of one picture differs by a percent between versions
# Run in each checkout: reads one job (JSON) a line, and answers with the seconds of the run and of its last pictures, which
# it saves when the clock has stopped.
PAINTER = """
import dataclasses, io, json, sys, time
from nst_core.images import load_picture, to_image
from nst_core.settings import Settings
from nst_core.transfer import transfer
from nst_core.weights import load_encoder
try:
    from nst_core.process_memory import keep_freed_memory
except ImportError:
    from nst_core.memory import keep_what_is_freed as keep_freed_memory  # its name in 0.1.0
keep_freed_memory()
encoder, known = load_encoder(), {field.name for field in dataclasses.fields(Settings)}
for line in sys.stdin:
    job = json.loads(line)
    settings = Settings(**{name: value for name, value in job["settings"].items() if name in known})
    began, seen = time.monotonic(), []
    for step in transfer(*map(load_picture, job["pictures"]), settings, encoder):
        if step.level == step.levels and not (seen and seen[-1][1] is step.best):
            seen.append((time.monotonic() - began, step.best))
    to_image(step.best).save(io.BytesIO(), "PNG")
    seconds, saved = time.monotonic() - began, []
    for number, (when, best) in enumerate(seen[-job["kept"]:]):
        saved.append((when, f"{job['folder']}/{number}.png"))
        to_image(best).save(saved[-1][1], compress_level=1)
    print(json.dumps({"seconds": seconds, "pictures": saved}), flush=True)
"""


class Painter:
    """A version of the project, ready to paint, in a process of its own."""

    def __init__(self, checkout: Path, folder: Path) -> None:
        """Start it in `checkout`; its pictures are written to `folder`."""
        folder.mkdir()
        self.folder = folder
        command = [sys.executable, "-c", PAINTER]
        self.process = subprocess.Popen(command, cwd=checkout, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def paint(self, pictures: tuple[str, str], settings: dict[str, Any], kept: int) -> tuple[float, list[Any]]:
        """Seconds of the whole run, and (seconds, path) of the last `kept` pictures that it had, each better than before."""
        job = {"pictures": pictures, "settings": settings, "kept": kept, "folder": str(self.folder)}
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        return answer["seconds"], answer["pictures"]


def judge(pictures: tuple[str, str], size: int) -> Callable[[str], float]:
    """The loss of a picture file, in float32, by the objective of 0.1.0's defaults."""
    photo, painting = (load_picture(picture, size) for picture in pictures)
    encoder = load_encoder().with_precision("float32")
    objective: dict[tuple[int, int], Objective] = {}

    def loss(path: str) -> float:
        picture = load_picture(path)
        if picture.size not in objective:
            settings = Settings(size=size, **AS_0_1_0)  # type: ignore[arg-type]
            objective[picture.size] = Objective(photo, [painting], settings, Level(*picture.size, 1), encoder)
        with torch.no_grad():
            return float(objective[picture.size](to_tensor(picture))[0])

    return loss


def reached(pictures: list[Any], seconds: float, wanted: float, loss: Callable[[str], float]) -> float:
    """Seconds until the first of `pictures` with at most the `wanted` loss is a PNG; infinite without one."""
    encoding = seconds - pictures[-1][0]
    if loss(pictures[-1][1]) > wanted:
        return float("inf")
    low, high = 0, len(pictures) - 1  # the losses fall: the first good one is among low to high
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if loss(pictures[middle][1]) <= wanted else (middle + 1, high)
    return pictures[low][0] + encoding


def main() -> None:
    """Paint every pair with both versions and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path, help="folder of the other version: git worktree add FOLDER 691cca0")
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--pairs", type=int, default=9, help="how many of the nine pairs")
    given = parser.parse_args()
    pairs = [(pair.photo, pair.painting) for pair in PAIRS]
    pairs += [(str(ASSETS / f"photos/{photo}.jpg"), str(ASSETS / "paintings" / painting)) for photo, painting in MORE]
    settings, ratios = AS_0_1_0 | {"size": given.size}, []
    with tempfile.TemporaryDirectory() as folder:
        other, this = Painter(given.checkout, Path(folder, "other")), Painter(ROOT, Path(folder, "this"))
        for painter in (other, this):
            painter.paint(pairs[0], settings | {"size": 128}, 1)  # the first run also sets everything up
        print("| pair | loss there | loss here | seconds there | seconds here to that loss | ratio |")
        print("|---|---|---|---|---|---|")
        for pair in pairs[: given.pairs]:
            there, (*_, delivered) = other.paint(pair, settings, 1)
            whole, pictures = this.paint(pair, settings | {"evaluations": MOST}, 40)
            loss = judge(pair, given.size)
            wanted, ours = loss(delivered[1]), loss(pictures[-1][1])
            here = reached(pictures, whole, wanted, loss)
            ratios.append(here / there)
            name = f"{Path(pair[0]).stem}, {Path(pair[1]).stem}"
            print(f"| {name} | {wanted:.4f} | {ours:.4f} | {there:.1f} | {here:.1f} | {ratios[-1]:.2f} |", flush=True)
    print(f"\nmedian ratio {median(ratios):.2f}")


if __name__ == "__main__":
    main()
