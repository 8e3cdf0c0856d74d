"""What is said when settings are loaded from a picture that was painted from other pictures than those on the page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from PIL import Image

from nst_core.images import load_picture, picture_sha256
from nst_core.recipe import style_hashes

from .. import text
from ..examples import PAIRS

AGAIN = "Press Paint to use the settings with the pictures that are here."


def words(
    recipe: dict[str, Any], photo: Image.Image | None, paintings: Sequence[Image.Image | None]
) -> tuple[str, bool]:
    """What to say after loading the settings of `recipe`, and whether the pictures on the page are those that it is of.

    A missing picture is named if it is a bundled one; otherwise only its place is known.
    """
    found = [
        *_about_photo(recipe, photo),
        *_about_paintings(style_hashes(recipe), [*map(picture_sha256, filter(None, paintings))]),
    ]
    return (" ".join(["Settings loaded.", *found, AGAIN]), False) if found else (text.LOADED, True)


def _about_photo(recipe: dict[str, Any], photo: Image.Image | None) -> list[str]:
    then = recipe.get("content_sha256")
    if not isinstance(then, str) or (photo and then == picture_sha256(photo)):
        return []
    return [f"They were used with another photo{_named(then)}."]


def _about_paintings(then: list[str], now: list[str]) -> list[str]:
    missing = [(number, known) for number, known in enumerate(then, start=1) if known not in now]
    if len(then) == 1 and missing:
        return [f"They were used with another painting{_named(then[0])}."]
    if missing:
        which = ", ".join(f"number {number}{_named(known)}" for number, known in missing)
        return [f"They were used with {len(then)} paintings, of which these are not here: {which}."]
    if then and len(now) > len(then):
        return [f"They were used with {len(then)} of these {len(now)} paintings."]
    return ["They were used with these paintings in another order."] if then and then != now else []


def _named(known: str) -> str:
    name = _bundled().get(known)
    return f" ({name})" if name else ""


@lru_cache(maxsize=1)
def _bundled() -> dict[str, str]:
    """{hash: name} of the bundled pictures."""
    names: dict[str, str] = {}
    for pair in PAIRS:
        names |= {pair.photo: pair.words.partition(", as ")[0], pair.painting: pair.painting_name}
    return {picture_sha256(load_picture(path)): name for path, name in names.items()}
