"""Paints the pictures of docs/studio.md, one row for each of the artist's controls: python -m benchmarks.studio

The row "sizes" alone takes half an hour or more: its last picture has 4096 pixels on the longer side.
Look at every picture at full size (`--keep FOLDER`) before committing it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from demo.examples import ASSETS
from nst_core.images import load_picture
from nst_core.settings import Settings
from nst_core.transfer import transfer
from nst_core.vgg import Encoder
from nst_core.weights import load_encoder

FOLDER = ASSETS.parent / "docs"
SIZE, SHOWN, GAP = 768, 440, 6  # pixels: painted; the height of a row is that of pictures SHOWN wide; between them
Paint = Callable[..., Image.Image]


def photo(name: str) -> Image.Image:
    """A bundled photo."""
    return load_picture(ASSETS / "photos" / f"{name}.jpg")


def painting(name: str) -> Image.Image:
    """A bundled painting of Van Gogh's, by the words in its file's name."""
    (path,) = (ASSETS / "paintings").glob(f"van_gogh_{name}_*.webp")
    return load_picture(path)


def regions_map(size: tuple[int, int]) -> Image.Image:
    """A map for the photo of the Summer Palace: the sky red, the ground yellow, the pavilion white (it stays)."""
    width, height = size
    picture, pavilion = Image.new("RGB", size, "red"), Image.new("L", size)
    picture.paste("yellow", (0, round(0.44 * height), width, height))
    ImageDraw.Draw(pavilion).polygon([(x * width, y * height) for x, y in PAVILION], fill=255)
    # Smaller than drawn, since regions have soft edges: otherwise a rim of the photo's sky would stay.
    picture.paste("white", mask=pavilion.filter(ImageFilter.MinFilter(11)))
    return picture


# In shares of width and height, clockwise from the top of the roof.
PAVILION = (
    *((0.308, 0.066), (0.331, 0.066), (0.334, 0.122), (0.359, 0.169), (0.412, 0.23), (0.472, 0.253), (0.505, 0.281)),
    *((0.491, 0.314), (0.472, 0.321), (0.472, 0.356), (0.519, 0.398), (0.517, 0.433), (0.5, 0.445), (0.502, 0.534)),
    *((0.552, 0.581), (0.548, 0.614), (0.525, 0.628), (0.525, 0.721), (0.584, 0.782), (0.569, 0.815), (0.497, 0.867)),
    *((0.484, 0.913), (0.32, 0.913), (0.281, 0.843), (0.122, 0.785), (0.125, 0.656), (0.097, 0.632), (0.144, 0.571)),
    *((0.15, 0.445), (0.13, 0.426), (0.184, 0.363), (0.184, 0.319), (0.147, 0.304), (0.147, 0.248), (0.203, 0.225)),
    *((0.273, 0.164), (0.3, 0.122)),
)


def rows(paint: Paint) -> dict[str, Callable[[], list[Image.Image]]]:
    """{name of a row: what makes its pictures}."""
    church, harvest, bridge = painting("church_at_auvers"), painting("harvest_at_la_crau"), painting("langlois_bridge")
    cafe, tanguy = painting("cafe_terrace_at_night"), painting("pere_tanguy")
    palace = photo("summer_palace")

    def going_on() -> list[Image.Image]:
        first = paint(palace, church, evaluations=60)
        return [first, paint(palace, church, init=first, evaluations=60, strength=2, style_scale=3)]

    def regions() -> list[Image.Image]:
        chosen = regions_map(palace.size)
        drawn = Image.blend(palace, chosen, 0.45)
        return [drawn, paint(palace, [church, harvest], regions=chosen)]

    return {
        "brush": lambda: [paint(photo("coffee"), cafe, style_scale=scale) for scale in (0.5, 3)],
        "strength": lambda: [paint(photo("astronaut"), tanguy, strength=stops) for stops in (-2, 2)],
        "colors": lambda: [
            paint(photo("dahlia"), bridge, colors=colors) for colors in ("painting", "luminance", "matched")
        ],
        "mix": lambda: [paint(palace, church), paint(palace, [church, harvest]), paint(palace, harvest)],
        "regions": regions,
        "going-on": going_on,
        "sizes": lambda: [paint(photo("coffee"), cafe, size=size) for size in (256, 512, 1024, 2048, 4096)],
    }


def together(pictures: list[Image.Image]) -> Image.Image:
    """The pictures side by side, each `SHOWN` pixels wide and as high as the first."""
    height = round(SHOWN * pictures[0].height / pictures[0].width)
    sheet = Image.new("RGB", (len(pictures) * (SHOWN + GAP) - GAP, height), "white")
    for number, picture in enumerate(pictures):
        sheet.paste(ImageOps.fit(picture, (SHOWN, height), Image.Resampling.LANCZOS), (number * (SHOWN + GAP), 0))
    return sheet


def main() -> None:
    """Paint the rows asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", help="names of rows, such as brush (default: all)")
    parser.add_argument("--keep", type=Path, help="folder for every picture at full size")
    given = parser.parse_args()
    encoder: Encoder = load_encoder()

    def paint(
        content: Image.Image, styles: Any, *, init: Any = None, regions: Any = None, **values: Any
    ) -> Image.Image:
        for step in transfer(content, styles, Settings(**{"size": SIZE} | values), encoder, init=init, regions=regions):
            last = step
        return last.picture()

    FOLDER.mkdir(exist_ok=True)
    for name, make in rows(paint).items():
        if given.only and name not in given.only:
            continue
        pictures = make()
        together(pictures).save(FOLDER / f"{name}.webp", quality=82)
        print(f"{name}: painted", flush=True)
        for number, picture in enumerate(pictures if given.keep else []):
            given.keep.mkdir(parents=True, exist_ok=True)
            picture.save(given.keep / f"{name}-{number}.jpg", quality=92)


if __name__ == "__main__":
    main()
