"""The flags --regions and --region-colors of the command line, and the notes on regions that it and the page show."""

from __future__ import annotations

import argparse
from typing import Any

from PIL import Image

from .errors import PictureError
from .regions import COLORS, MIXED, Regions, read_regions
from .settings import Settings


def add_region_options(parser: argparse.ArgumentParser) -> None:
    """Add --regions and --region-colors."""
    parser.add_argument("--regions", metavar="MAP", help="a picture whose colours say where which painting is used")
    parser.add_argument(
        "--region-colors",
        metavar="COLORS",
        help="the map's colours, in the order of the paintings; black: all mixed, white: the photo stays "
        f"(default: {','.join(COLORS)})",
    )


def given_regions(
    options: argparse.Namespace, recipe: dict[str, Any], content: Image.Image, paintings: int
) -> Regions | None:
    """The regions of --regions, in the colours of --region-colors or else of the recipe; None when there is no map.

    Raises `PictureError` and `SettingError` as `read_regions` does.
    """
    if options.regions is None:
        if options.region_colors:
            raise PictureError("--region-colors is given without a map. Give the map with --regions.")
        return None
    given = options.region_colors
    colors = [color for color in given.replace(",", " ").split() if color] if given else _colors_in(recipe)
    return read_regions(options.regions, paintings, content.size, colors)


def region_notes(content: Image.Image, paintings: int, settings: Settings, regions: Regions | None) -> list[str]:
    """Sentences about regions that are too small for a layer."""
    from .places import too_small  # loads torch

    return [
        f"The region of {_called(label)} is too small for {', '.join(layers)} at this size: left out there."
        for label, layers in too_small(content, regions, settings, paintings).items()
    ]


def region_difference(recipe: dict[str, Any], regions: Regions | None) -> list[str]:
    """In which way the map of the recipe is another than `regions`; nothing when it is the same, or there is no recipe."""
    then, now = recipe.get("regions_sha256"), regions and regions.sha256
    if not recipe or then == now:
        return []
    if now is None:
        return ["the recipe was made with a map of regions; the result will differ without it (--regions)."]
    return [f"the recipe was made with {'another' if then else 'no'} map of regions; the result will differ."]


def _called(label: int) -> str:
    return "all paintings" if label == MIXED else f"painting {label + 1}"


def _colors_in(recipe: dict[str, Any]) -> list[str]:
    found = recipe.get("region_colors")
    return [str(color) for color in found] if isinstance(found, list) else list(COLORS)
