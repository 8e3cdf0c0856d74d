"""What a recipe and the flags beside it ask for: the settings of a run, and its weights."""

from __future__ import annotations

from typing import Any

from PIL import Image

from .errors import PictureError
from .layers import SOURCES
from .recipe import settings_in
from .settings import FIELDS, STYLE_WEIGHTS, Settings


def given_settings(recipe: dict[str, Any], given: dict[str, Any], photo: Image.Image | None = None) -> Settings:
    """The recipe's settings ({}: the defaults), overridden by the flags that were given.

    The size "photo" is that of the `photo`; without one it is left at its default. Raises as `Settings.from_dict`.
    """
    if given.get("size") == "photo":
        given = {**given, "size": photo_size(photo) if photo else FIELDS["size"].default}
    taken = settings_in(recipe) if recipe else {}
    # Another objective has another scale and gets its own default style_weight, unless the recipe's was chosen by hand.
    if "objective" in given and taken.get("style_weight") == STYLE_WEIGHTS.get(str(taken.get("objective"))):
        taken.pop("style_weight", None)
    return Settings.from_dict({**taken, **given})


def photo_size(photo: Image.Image) -> int:
    """The value of the setting `size` that gives the result the photo's size, within the setting's bounds."""
    bounds = FIELDS["size"].metadata
    return min(max(*photo.size, bounds["low"]), bounds["high"])


def recipe_weights(recipe: dict[str, Any]) -> str:
    """The weights that a recipe was made with, as `load_encoder` takes them; raises `PictureError` when they were a file."""
    name = str(recipe.get("weights", {}).get("name", "oxford"))
    if name not in SOURCES:
        raise PictureError(f"The recipe used the weights file {name!r}. Give it, or others, with --weights.")
    return name
