"""The pairs of pictures offered on the page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

ASSETS = Path(__file__).parent.parent / "assets"
THUMBNAIL = (168, 112)


@dataclass(frozen=True)
class Pair:
    """A photo and a painting of `assets/`, and their name on the page."""

    photo_file: str
    painting_file: str
    words: str

    @property
    def photo(self) -> str:
        """The photo's path."""
        return str(ASSETS / "photos" / self.photo_file)

    @property
    def painting(self) -> str:
        """The painting's path."""
        return str(ASSETS / "paintings" / self.painting_file)

    @property
    def credit(self) -> str:
        """The words and the painter: all bundled paintings are Van Gogh's, with their year in the file's name."""
        return f"{self.words} (Van Gogh, {Path(self.painting_file).stem[-4:]})"

    @property
    def painting_name(self) -> str:
        """The painting's title: "The Church at Auvers"."""
        name = self.words.partition(", as ")[2]
        return name[0].upper() + name[1:]

    @property
    def painting_credit(self) -> str:
        """The painting's title, and the painter."""
        return f"{self.painting_name} (Van Gogh, {Path(self.painting_file).stem[-4:]})"

    @property
    def result(self) -> str:
        """Path of the picture painted from the two at the default settings (by benchmarks/contact_sheet.py)."""
        return str(ASSETS / "results" / f"{Path(self.photo_file).stem}__{Path(self.painting_file).stem}.jpg")

    @property
    def compared(self) -> tuple[str, str] | None:
        """Paths of photo and result; None when there is no result yet."""
        return (self.photo, self.result) if Path(self.result).exists() else None


# The first is on the page when it opens.
PAIRS = (
    Pair("summer_palace.jpg", "van_gogh_church_at_auvers_1890.webp", "Summer Palace, as the Church at Auvers"),
    Pair("chelsea.jpg", "van_gogh_pere_tanguy_1887.webp", "Chelsea the cat, as Père Tanguy"),
    Pair("coffee.jpg", "van_gogh_cafe_terrace_at_night_1888.webp", "Coffee, as the Café Terrace at Night"),
    Pair("astronaut.jpg", "van_gogh_pere_tanguy_1887.webp", "Eileen Collins, as Père Tanguy"),
    Pair("dahlia.jpg", "van_gogh_langlois_bridge_1888.webp", "A dahlia, as the Langlois Bridge"),
    Pair("summer_palace.jpg", "van_gogh_harvest_at_la_crau_1888.webp", "Summer Palace, as the Harvest at La Crau"),
)


def thumbnail(pair: Pair) -> Image.Image:
    """One picture of `THUMBNAIL` pixels (width, height): the photo left and the painting right of a slanting line."""
    width, height = THUMBNAIL
    photo, painting = (cover(path) for path in (pair.photo, pair.painting))
    mask = Image.new("L", (4 * width, 4 * height))  # four times as large, for a smooth edge
    slant = [(4 * width * 0.58, 0), (4 * width, 0), (4 * width, 4 * height), (4 * width * 0.42, 4 * height)]
    ImageDraw.Draw(mask).polygon(slant, fill=255)
    photo = photo.copy()
    photo.paste(painting, mask=mask.resize(THUMBNAIL, Image.Resampling.LANCZOS))
    return photo


@cache  # most pictures are in several pairs, and both tabs show the pairs
def cover(path: str) -> Image.Image:
    """The middle of a bundled picture, at `THUMBNAIL` pixels; copy it before you change it."""
    with Image.open(path) as image:
        image.draft("RGB", (2 * THUMBNAIL[0], 2 * THUMBNAIL[1]))
        return ImageOps.fit(image.convert("RGB"), THUMBNAIL)
