"""The program: paint a photograph in the style of a painting (Gatys, Ecker & Bethge 2016), coarse to fine."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from PIL import Image

from .progress import never
from .settings import Settings
from .step import Step

if TYPE_CHECKING:
    from .gram_cache import GramCache
    from .search_memory import SearchMemory
    from .vgg import Encoder


def stylize(
    content: Any,
    style: Any,
    settings: Settings | None = None,
    encoder: Encoder | None = None,
    *,
    regions: Any = None,
) -> Image.Image:
    """Run `transfer`, with its arguments and errors, to the end; returns the picture, 8-bit RGB (see `Step.picture`)."""
    for step in transfer(content, style, settings, encoder, regions=regions):
        last = step
    return last.picture()


def transfer(
    content: Any,
    style: Any,
    settings: Settings | None = None,
    encoder: Encoder | None = None,
    interrupted: Callable[[], bool] = never,
    *,
    regions: Any = None,
    init: Any = None,
    memory: SearchMemory | None = None,
    grams: GramCache | None = None,
) -> Generator[Step, None, None]:
    """Paint `content` in the style of `style`; yields a `Step` after every evaluation.

    Both are anything that `load_picture` takes; `style` may also be a list of several paintings, which are mixed.
    The first step comes before any evaluation; the last has `done` set, the size asked for, and the reason in `ended`.
    Closing the generator ends the run within one evaluation; the steps yielded before stay valid. `interrupted` is called
    before every convolution, forward and backward; once it returns True, the generator ends without a step that is `done`.
    `encoder` defaults to `load_encoder()`. `regions` says which painting is used where: `Regions`, or a map in the usual
    colours, as `read_regions` takes it. The places where the photo is transparent stay so.

    `init` is a picture to start with, of the photo's proportions, instead of what `settings.init` says. With the picture
    and the `memory` of the last step of another run, M evaluations are bit for bit the M that would have followed at its
    last level. `memory` is ignored, and the run starts from `init` alone, unless `init` is its picture, and the pictures,
    weights and settings that the loss depends on are the same. Gram matrices of the paintings that are in `grams` from
    another run are not computed again.

    Errors come with the first step, not with the call. Raises `PictureError` for a photo too narrow for the chosen layers
    or transparent everywhere and for an `init` of other proportions, and `SettingError` when `settings.mix` has another
    number of weights than there are paintings; otherwise as `load_picture`, `read_regions` and `load_encoder`. A graphics
    card whose memory is full raises `DeviceError`, at any step.
    """
    from .devices import in_usual_torch  # loads torch, which takes seconds: the page is built without
    from .run import steps

    yield from in_usual_torch(
        steps(content, style, settings or Settings(), encoder, interrupted, regions, init, memory, grams)
    )
