"""The recipe inside a picture: the settings and the hashes of what went in, as JSON in a text chunk of the PNG."""

from __future__ import annotations

import json
import math
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from .errors import PictureError
from .images import open_picture, picture_sha256
from .settings import Settings
from .vgg import Encoder, choose_precision

if TYPE_CHECKING:
    from .transfer import Step

VERSION = "0.1.0"  # of the program; pyproject.toml says the same

CHUNK = "nst-recipe"
MAX_CHARACTERS = 100_000  # a real recipe has about 1,500
READ = ("settings", "weights", "result")  # the parts of a recipe that are read again, all of them tables


def make_recipe(
    settings: Settings, content: Image.Image, style: Image.Image, encoder: Encoder, step: Step
) -> dict[str, Any]:
    """All that is needed to paint `step`'s picture again, as plain values for JSON.

    The terms are those of `Step.terms`, before their weights; a number that is not finite becomes None.
    """
    return {
        "version": VERSION,
        "settings": settings.to_dict(),
        "content_sha256": picture_sha256(content),
        "style_sha256": picture_sha256(style),
        "weights": {"name": encoder.name, "sha256": encoder.sha256},
        "result": {
            "precision": choose_precision(settings.precision, encoder.device),
            "width": step.width,
            "height": step.height,
            "evaluations": step.evaluation,
            "seconds": round(step.elapsed, 2),
            "total": finite(step.total),
            "terms": {name: finite(value) for name, value in step.terms.items()},
        },
    }


def save_png(picture: Image.Image, destination: str | Path | BinaryIO, recipe: dict[str, Any]) -> None:
    """Write `picture` as a PNG that carries `recipe`, whatever the destination's suffix; raises `PictureError`.

    A file appears whole or not at all.
    """
    info = PngInfo()
    info.add_text(CHUNK, json.dumps(recipe, allow_nan=False))  # plain ASCII, so any PNG tool can show it
    if not isinstance(destination, (str, Path)):
        picture.save(destination, format="PNG", pnginfo=info)
        return
    path = Path(destination)
    try:
        part = part_of(path)
        try:
            picture.save(part, format="PNG", pnginfo=info)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a file name"
        raise PictureError(f"{path.name!r} cannot be written ({reason}). Choose another folder or file name.") from None


def part_of(path: Path) -> Path:
    """Where a file is written until it is whole, beside its own place."""
    return path.with_name(f".nst-{os.getpid()}.part")


def read_recipe(source: str | Path | bytes) -> dict[str, Any]:
    """The recipe inside a PNG, given by its path or bytes. `source` may be hostile: nothing in it is run or believed.

    Raises `PictureError` when the file is no picture or has no readable recipe. Whether its settings can be used is
    for `recipe_settings` to say.
    """
    with open_picture(source) as (image, name):
        text = image.info.get(CHUNK)
    if not isinstance(text, str):
        raise PictureError(
            f"{name} carries no settings. Choose a PNG as this program saved it; editing or sending a picture often "
            "strips them."
        )
    recipe: Any = None
    with suppress(ValueError, RecursionError):
        recipe = json.loads(text) if len(text) <= MAX_CHARACTERS else None
    if isinstance(recipe, dict):
        recipe = {"weights": {}, "result": {}, **recipe}
    if not isinstance(recipe, dict) or not all(isinstance(recipe.get(part), dict) for part in READ):
        raise PictureError(f"{name} holds damaged settings. Choose another PNG saved by this program.")
    return recipe


def recipe_settings(recipe: dict[str, Any]) -> Settings:
    """The settings of a recipe; raises `SettingError` for an unknown name or a value out of bounds."""
    return Settings.from_dict(recipe["settings"])


def finite(value: float) -> float | None:
    """JSON has no word for other numbers."""
    return float(value) if math.isfinite(value) else None
