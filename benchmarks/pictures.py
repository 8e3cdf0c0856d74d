"""The pictures every benchmark paints: cut and scaled beforehand, so that no tool has to resize them."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageOps

from nst_core.images import load_picture, resize
from nst_core.plan import fit

ASSETS = Path(__file__).parent.parent / "assets"
CONTENT = ASSETS / "photos/summer_palace.jpg"
STYLE = ASSETS / "paintings/van_gogh_cafe_terrace_at_night_1888.webp"


def presized(content: Path, style: Path, size: int) -> tuple[Image.Image, Image.Image]:
    """The photo cut from its middle to 8:5, `size` pixels wide (512 gives 512x320), and the painting whole, `size` pixels
    on its longer side. Both 8-bit RGB."""
    photo, painting = load_picture(content), load_picture(style)
    return (
        ImageOps.fit(photo, (size, size * 5 // 8), Image.Resampling.LANCZOS),
        resize(painting, *fit(*painting.size, size)),
    )
