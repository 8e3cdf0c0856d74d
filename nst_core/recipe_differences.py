"""Which inputs of a run are not those of its recipe, in words, since the result will then differ, too."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from PIL import Image

from .devices import choose_precision
from .images import picture_sha256
from .recipe import style_hashes
from .settings import Settings
from .vgg import Encoder


def differences(
    recipe: dict[str, Any],
    content: Image.Image,
    styles: Sequence[Image.Image],
    init: Image.Image | None,
    encoder: Encoder,
    settings: Settings,
) -> list[str]:
    """A sentence for each input that is not the recipe's: photo, paintings, weights, precision, start picture `init`.

    Settings are not compared: flags override them on purpose. Nor is what the recipe does not name ({}: there is none).
    """
    used = {
        "photo": (recipe.get("content_sha256"), picture_sha256(content)),
        **_paintings_used(style_hashes(recipe), styles),
        "VGG19": (recipe.get("weights", {}).get("sha256"), encoder.sha256),
        "precision": (recipe.get("result", {}).get("precision"), choose_precision(settings.precision, encoder.device)),
    }
    others = [f"another {what}" for what, (then, now) in used.items() if then and then != now]
    then, now = recipe.get("init_sha256"), init and picture_sha256(init)
    if recipe and then != now:
        others.append(
            "another start picture" if then and now else "a start picture (--init)" if then else "no start picture"
        )
    return [f"the recipe was made with {other}; the result will differ." for other in others]


def _paintings_used(then: list[str], styles: Sequence[Image.Image]) -> dict[str, tuple[str | None, str | None]]:
    """{words for a painting: (its hash in the recipe, its hash now)}; None where there are fewer."""
    now = [picture_sha256(style) for style in styles]
    if len(then) == len(now) == 1:
        return {"painting": (then[0], now[0])}
    pairs = zip_longest(then, now)
    return {f"painting {number}": pair for number, pair in enumerate(pairs, start=1)}
