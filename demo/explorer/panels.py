"""What a view shows: the panels that it declares, and the values with which its actions fill them. Without gradio."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PIL import Image

from nst_core.explore.captions import captioned, png
from nst_core.explore.print_size import print_size
from nst_core.explore.scales import Scale

if TYPE_CHECKING:
    from .view_state import ViewState

Panels = dict[str, Any]  # panel name -> what it shows: one of the classes below, or a plain value


@dataclass(frozen=True)
class File:
    """A file for an image or a download button: its bytes, its name, and the words below the picture."""

    data: bytes
    name: str
    caption: str = ""


@dataclass(frozen=True)
class Picture(File):
    """A PNG with its caption, and the figure that it was made of; `description` stands in its metadata."""

    figure: Image.Image | None = field(default=None, compare=False, repr=False)
    description: str = ""

    def in_print_size(self) -> bytes:
        """The figure as a PNG that is large enough to print."""
        assert self.figure is not None, "`picture` gives it"
        return png(print_size(self.figure), self.description)


@dataclass(frozen=True)
class Choices:
    """The (label, value) pairs that a radio offers now, and the chosen value (None: nothing is chosen)."""

    options: Sequence[tuple[str, Any]]
    value: Any = None


@dataclass(frozen=True)
class Bounded:
    """The value of a slider and the highest that it may be."""

    value: int
    highest: int


def picture(
    image: Image.Image, name: str, state: ViewState, lines: Sequence[str], scale: Scale | None = None
) -> Picture:
    """A PNG with the caption `lines` drawn below; in its metadata the caption and the link to the same view."""
    description = " · ".join([*lines, state.link()])
    figure, file = captioned(image, lines, scale), f"vgg19-{state.layer}-{name}.png"
    return Picture(png(figure, description), file, " ".join(lines), figure, description)


@dataclass(frozen=True)
class ImagePanel:
    """An image that can be downloaded; filled with a `File`."""

    name: str
    label: str
    alt_text: str


@dataclass(frozen=True)
class HtmlPanel:
    """HTML, filled with a string. `min_height` is in pixels: the place that is kept until it is filled."""

    name: str
    min_height: int
    explore_only: bool = False  # shown only at the level "explore"


@dataclass(frozen=True)
class StaticHtml:
    """HTML that never changes; words of the glossary are marked in it."""

    html: str


@dataclass(frozen=True)
class RadioControl:
    """A radio that sets the field `name` of `ViewState`. `choices`: value -> label."""

    name: str
    label: str
    choices: Mapping[str, str]
    explore_only: bool = False


@dataclass(frozen=True)
class SliderControl:
    """A slider that sets the field `name` of `ViewState`, within the bounds that are declared there."""

    name: str
    label: str
    step: int
    explore_only: bool = False


Panel = ImagePanel | HtmlPanel | StaticHtml | RadioControl | SliderControl


@dataclass(frozen=True)
class Columns:
    """Two columns beside each other (below each other on a narrow screen), `widths` in proportion."""

    widths: tuple[int, int]
    left: tuple[Panel, ...]
    right: tuple[Panel, ...]


def controls(panels: Sequence[Panel | Columns]) -> Iterator[RadioControl | SliderControl]:
    """Every control among the panels."""
    for panel in panels:
        if isinstance(panel, Columns):
            yield from controls([*panel.left, *panel.right])
        elif isinstance(panel, (RadioControl, SliderControl)):
            yield panel
