"""The recipe inside a picture: the settings and the hashes of what went in, as JSON, and back."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from PIL import Image

from .errors import PictureError
from .image_files import open_picture
from .images import picture_sha256
from .regions import Regions
from .saving import CHUNK, IMAGE_DESCRIPTION, save_png
from .settings import Settings

if TYPE_CHECKING:
    from .step import Step
    from .vgg import Encoder

__all__ = ["CHUNK", "VERSION", "finite", "make_recipe", "read_recipe", "recipe_settings", "save_png"]

VERSION = "0.2.0"  # of this project: `nst_core.__version__`, the package's metadata and every recipe take it from here

MAX_CHARACTERS = 100_000  # a real recipe has about 1,500
# What versions before 0.2.0, which did not have these settings, painted with.
BEFORE_0_2_0 = {"style_scale": 1.0, "coarse_only_layers": []}
TABLES = ("settings", "weights", "result")  # the parts of a recipe that are read and must be JSON objects


def make_recipe(
    settings: Settings,
    content: Image.Image,
    styles: Image.Image | Sequence[Image.Image],
    encoder: Encoder,
    step: Step,
    regions: Regions | None = None,
    init: Image.Image | None = None,
) -> dict[str, Any]:
    """What is needed to paint the picture of `step` again, and its losses, as plain values for JSON.

    `styles` is the painting or a list of paintings; of several, "style_sha256" is a list of their hashes.
    `regions` are those of the run, and `init` is the picture that it started with: "regions_sha256" and "region_colors", and
    "init_sha256", are there only with them.
    The terms are those of `Step.terms`, by `str(term)`; a number that is not finite becomes None.
    """
    from .devices import choose_precision  # loads torch

    hashes = [picture_sha256(style) for style in ([styles] if isinstance(styles, Image.Image) else styles)]
    return {
        "version": VERSION,
        "settings": settings.to_dict(),
        "content_sha256": picture_sha256(content),
        "style_sha256": hashes[0] if len(hashes) == 1 else hashes,
        **({"regions_sha256": regions.sha256, "region_colors": list(regions.colors)} if regions else {}),
        **({"init_sha256": picture_sha256(init)} if init else {}),
        "weights": {"name": encoder.name, "sha256": encoder.sha256},
        "result": {
            "precision": choose_precision(settings.precision, encoder.device),
            "width": step.width,
            "height": step.height,
            "evaluations": step.evaluation,
            "seconds": round(step.elapsed, 2),
            "total": finite(step.total),
            "terms": {str(term): finite(value) for term, value in step.terms.items()},
            "ended": step.ended or "stopped",
        },
    }


def read_recipe(source: Any) -> dict[str, Any]:
    """The recipe inside a PNG, JPEG, WebP or TIFF, given by its path or bytes, or open. The file may come from a stranger:
    nothing in it is run.

    Raises `PictureError` when the file is no picture or has no readable recipe. Its settings are not checked here but by
    `recipe_settings`.
    """
    with open_picture(source) as (image, name):
        text = image.info.get(CHUNK) or _described(image)
    if not isinstance(text, str):
        raise PictureError(
            f"{name} carries no settings. Choose a picture as this program saved it; editing or sending a picture often "
            "strips them."
        )
    recipe: Any = None
    with suppress(ValueError, RecursionError):
        recipe = json.loads(text) if len(text) <= MAX_CHARACTERS else None
    if isinstance(recipe, dict):
        recipe = {"weights": {}, "result": {}, **recipe}
    if not isinstance(recipe, dict) or not all(isinstance(recipe.get(part), dict) for part in TABLES):
        raise PictureError(f"{name} holds damaged settings. Choose another picture saved by this program.")
    return recipe


def _described(image: Image.Image) -> str | None:
    """The recipe in the description of a JPEG, WebP or TIFF; None when there is none."""
    with suppress(Exception):  # a broken EXIF block
        text = image.getexif().get(IMAGE_DESCRIPTION)
        if isinstance(text, str) and text.startswith(CHUNK + " "):
            return text[len(CHUNK) :]
    return None


def style_hashes(recipe: dict[str, Any]) -> list[str]:
    """The hashes of the paintings that a recipe was made with, in their order; none when they cannot be read."""
    found = recipe.get("style_sha256")
    return [str(item) for item in found] if isinstance(found, list) else [found] if isinstance(found, str) else []


def recipe_settings(recipe: dict[str, Any]) -> Settings:
    """The settings of a recipe; raises `SettingError` or `LayerError` for a name or a value that cannot be used."""
    return Settings.from_dict(settings_in(recipe))


def settings_in(recipe: dict[str, Any]) -> dict[str, Any]:
    """The settings of a recipe as plain values, unchecked, those that its version did not have yet included."""
    return {**BEFORE_0_2_0, **recipe["settings"]}


def finite(value: float) -> float | None:
    """`value`, or None for nan and infinity, which JSON does not have."""
    return float(value) if math.isfinite(value) else None
