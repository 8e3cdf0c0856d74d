"""Paints the pictures of the README and of the page's first screen: python -m benchmarks.contact_sheet [--only 1 3]

Paints every pair of `demo/examples.py` at the default settings into assets/results/, then puts all photos,
paintings and results together in assets/strip.jpg. Look at every picture before committing it.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from PIL import Image, ImageOps

from demo.examples import ASSETS, PAIRS, Pair
from nst_core.images import load_picture
from nst_core.settings import Settings
from nst_core.transfer import stylize
from nst_core.weights import load_encoder

RESULT, SMALL, GAP, COLUMNS = (384, 256), (126, 126), 4, 2


def paint(pair: Pair, settings: Settings) -> None:
    """Paint one pair and save its result."""
    started = time.perf_counter()
    picture = stylize(load_picture(pair.photo), load_picture(pair.painting), settings, load_encoder())
    Path(pair.result).parent.mkdir(exist_ok=True)
    picture.save(pair.result, quality=90)
    print(f"{pair.words}: {picture.width}x{picture.height}, {time.perf_counter() - started:.0f} s", flush=True)


def strip() -> Image.Image:
    """All pairs, two in a row: the photo above the painting, both small, and the result beside them."""
    width, height = SMALL[0] + RESULT[0] + 2 * GAP, RESULT[1] + GAP
    rows = -(-len(PAIRS) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * width + 2 * GAP * (COLUMNS - 1), rows * height - GAP), "white")
    for number, pair in enumerate(PAIRS):
        x, y = (number % COLUMNS) * (width + 2 * GAP), number // COLUMNS * height
        sheet.paste(_fit(pair.photo, SMALL), (x, y))
        sheet.paste(_fit(pair.painting, SMALL), (x, y + SMALL[1] + GAP))
        sheet.paste(_fit(pair.result, RESULT), (x + SMALL[0] + GAP, y))
    return sheet


def _fit(path: str, size: tuple[int, int]) -> Image.Image:
    return ImageOps.fit(
        load_picture(path), size, Image.Resampling.LANCZOS, centering=(0.5, 0.1)
    )  # the upper part, where the heads are


def main() -> None:
    """Paint the pairs asked for and put the strip together again."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", type=int, nargs="+", help="numbers of the pairs to paint, from 1 (default: all)")
    given = parser.parse_args()
    for number, pair in enumerate(PAIRS, start=1):
        if given.only is None or number in given.only:
            paint(pair, Settings())
    strip().save(ASSETS / "strip.jpg", quality=90)


if __name__ == "__main__":
    main()
