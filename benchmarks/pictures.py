"""The two pictures that benchmarks paint, cut and scaled beforehand so that no tool resizes them."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageOps

from nst_core.images import load_picture, resize
from nst_core.plan import fit

ASSETS = Path(__file__).parent.parent / "assets"
CONTENT = ASSETS / "photos/summer_palace.jpg"
STYLE = ASSETS / "paintings/van_gogh_cafe_terrace_at_night_1888.webp"


def presized(content: Path, style: Path, size: int) -> tuple[Image.Image, Image.Image]:
    """(photo, painting), 8-bit RGB: the photo cropped to 8:5 and `size` pixels wide (512 gives 512x320), the whole painting
    `size` pixels on its longer side."""
    photo, painting = load_picture(content), load_picture(style)
    return (
        ImageOps.fit(photo, (size, size * 5 // 8), Image.Resampling.LANCZOS),
        resize(painting, *fit(*painting.size, size)),
    )
