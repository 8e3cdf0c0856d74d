"""Paints the small pictures that show what the settings of the look do: python -m benchmarks.looks

Each is a row of three pictures in assets/looks/, from runs of the first bundled pair with a low, the usual and a high
value; assets/looks.webp has all rows. Look at every picture before committing it.
"""

from __future__ import annotations

from PIL import Image

from demo.examples import ASSETS, PAIRS
from nst_core.images import load_picture
from nst_core.settings import Settings
from nst_core.transfer import stylize
from nst_core.weights import load_encoder

VALUES = {
    "style_scale": (0.5, 1.5, 4),
    "strength": (-3, 0, 3),
    "colors": ("painting", "luminance", "matched"),
}
SIZE, SHOWN, GAP = 384, (132, 88), 4  # pixels: painted, each shown picture, between them


def row(name: str) -> Image.Image:
    """The results with every value of the setting `name`, side by side."""
    photo, painting, encoder = load_picture(PAIRS[0].photo), load_picture(PAIRS[0].painting), load_encoder()
    width, height = SHOWN
    sheet = Image.new("RGB", (3 * width + 2 * GAP, height), "white")
    for number, value in enumerate(VALUES[name]):
        picture = stylize(photo, painting, Settings(size=SIZE, **{name: value}), encoder)  # type: ignore[arg-type]
        sheet.paste(picture.resize(SHOWN, Image.Resampling.LANCZOS), (number * (width + GAP), 0))
        print(f"{name} {value}: painted", flush=True)
    return sheet


def main() -> None:
    """Paint all rows."""
    (ASSETS / "looks").mkdir(exist_ok=True)
    rows = [row(name) for name in VALUES]
    sheet = Image.new("RGB", (rows[0].width, sum(picture.height + GAP for picture in rows) - GAP), "white")
    for number, (name, picture) in enumerate(zip(VALUES, rows, strict=True)):
        picture.save(ASSETS / "looks" / f"{name}.webp", quality=80)
        sheet.paste(picture, (0, number * (picture.height + GAP)))
    sheet.save(ASSETS / "looks.webp", quality=80)


if __name__ == "__main__":
    main()
