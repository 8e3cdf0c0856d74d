"""The folder of a batch: which pictures it holds already, by their recipes, and the report with a line for each picture."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from PIL import Image

from .batch_files import Pair
from .errors import NSTError, PictureError
from .images import picture_sha256
from .recipe import read_recipe, recipe_settings
from .saving import part_of
from .settings import Settings
from .sources import shown

REPORT = "report.jsonl"
STOPPED = "stopped"  # what `Step.ended` is in the recipe of a picture that is not complete


class Results:
    """The folder that the pictures of a batch are written into."""

    def __init__(self, folder: Path, inputs: Sequence[Path], ending: str, weights: str) -> None:
        """Make `folder`, and read the recipes of the pictures in it that have this `ending`.

        `inputs` are the photos and paintings: theirs must be other folders, or results would be photos of the next batch.
        `weights` is the SHA-256 of the network's. Raises `PictureError` for a folder that cannot be used.
        """
        self.folder, self._ending = folder, ending
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if any(path.resolve().parent == folder.resolve() for path in inputs):
                raise PictureError(f"{shown(folder)} holds photos or paintings of this batch. Choose another folder.")
            self._recipes = [found for path in sorted(folder.iterdir()) for found in self._recipe(path, weights)]
            part = part_of(folder.resolve() / REPORT)
            part.touch()
            part.unlink()
        except (OSError, ValueError) as error:
            if isinstance(error, PictureError):
                raise
            reason = getattr(error, "strerror", None) or "not a folder name"
            raise PictureError(f"The folder {shown(folder)} cannot be used ({reason}). Choose another.") from None
        self._names: set[str] = set()
        self._report: TextIO | None = None

    @property
    def empty(self) -> bool:
        """Whether the folder holds no picture with a recipe of these weights."""
        return not self._recipes

    def find(self, photo: Image.Image, painting: Image.Image, settings: Settings) -> tuple[Path, dict[str, Any]] | None:
        """The picture that was painted from these with these settings, and its recipe. It may be one that was stopped."""
        hashes = picture_sha256(photo), picture_sha256(painting)
        found = None
        for path, recipe, then in self._recipes:
            if then == settings and (recipe.get("content_sha256"), recipe.get("style_sha256")) == hashes:
                found = path, recipe
                if is_complete(recipe):
                    break
        return found

    def name_for(self, pair: Pair) -> Path:
        """A path for the result of `pair` that no file has, nor an earlier result of this batch."""
        number, name = 1, pair.name
        # Compared without case, as some file systems do.
        while name.casefold() in self._names or (self.folder / (name + self._ending)).exists():
            number += 1
            name = f"{pair.name}-{number}"
        self._names.add(name.casefold())
        return self.folder / (name + self._ending)

    def report(self, pair: Pair, status: str, file: Path | None, recipe: dict[str, Any], **more: Any) -> None:
        """Add the line of `pair` to the report: its `status`, its file, what its recipe says, and `more`."""
        line = {
            "photo": str(pair.photo),
            "painting": str(pair.painting),
            "status": status,
            "file": file and file.name,
            **{
                key: recipe["result"].get(key) for key in ("width", "height", "evaluations", "ended", "total") if recipe
            },
            **more,
        }
        with suppress(OSError):  # a full disk: the pictures are worth more
            if self._report is None:  # of this batch, not of the one before
                self._report = (self.folder / REPORT).open("w", encoding="utf-8")
            self._report.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._report.flush()

    def close(self) -> None:
        """Close the report."""
        with suppress(OSError):
            if self._report:
                self._report.close()

    def _recipe(self, path: Path, weights: str) -> list[tuple[Path, dict[str, Any], Settings]]:
        """The file, its recipe and its settings, if it is a picture of a batch with these weights."""
        if path.suffix.lower() != self._ending:
            return []
        with suppress(NSTError, OSError):
            recipe = read_recipe(path)
            if recipe["weights"].get("sha256") == weights and not recipe.keys() & {"init_sha256", "regions_sha256"}:
                return [(path, recipe, recipe_settings(recipe))]
        return []


def is_complete(recipe: dict[str, Any]) -> bool:
    """Whether the picture with this recipe was not stopped on its way."""
    return recipe["result"].get("ended") != STOPPED
