"""What actions return: values by the name of their panel, of which some are more than a word or a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image

from nst_core.explore.captions import captioned, png
from nst_core.explore.scales import Scale

from .view_state import ViewState

Panels = dict[str, Any]


@dataclass(frozen=True)
class File:
    """Something to keep: its bytes and the name to keep it under. A PNG is also what is shown."""

    data: bytes
    name: str


@dataclass(frozen=True)
class Choices:
    """What can be chosen now: (words, value), and which one is."""

    options: Sequence[tuple[str, Any]]
    value: Any = None


@dataclass(frozen=True)
class Bounded:
    """A number and the highest it can be."""

    value: int
    highest: int


def picture(image: Image.Image, name: str, state: ViewState, lines: Sequence[str], scale: Scale | None = None) -> File:
    """A PNG with its caption, which ends with the settings that show the same again."""
    about = [*lines, state.link()]
    return File(png(captioned(image, lines, scale), " · ".join(about)), f"vgg19-{state.layer}-{name}.png")
