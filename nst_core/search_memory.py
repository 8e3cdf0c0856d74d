"""The state of the optimizer at the last level of a run, for another run that continues it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from .devices import choose_precision
from .images import ALPHA, picture_sha256
from .optimize import Search
from .regions import Regions
from .settings import Settings
from .vgg import Encoder


@dataclass(frozen=True)
class SearchMemory:
    """A search, the precision of the network that it used (a key of `DTYPES`), and the `loss_key` of what it minimized.

    The run that it comes from goes on changing it. It holds a few pictures, and up to `plan.HISTORY_BYTES` of pairs (s, y),
    or three pairs (36 bytes a pixel) where these are more.
    """

    search: Search
    precision: str
    loss: tuple[Any, ...]

    @property
    def picture(self) -> Tensor:
        """The best picture of the search, (1, 3, H, W) in [0, 1]."""
        assert self.search.best is not None, "a step comes after an evaluation"
        return self.search.best.picture

    def copied_to(self, device: torch.device | str) -> SearchMemory:
        """A copy on `device`, which no run changes: to keep, or to send to another process."""
        return replace(self, search=self.search.copied_to(device))


def loss_key(
    content: Image.Image,
    styles: Sequence[Image.Image],
    settings: Settings,
    encoder: Encoder,
    regions: Regions | None = None,
) -> tuple[Any, ...]:
    """All that the loss of the last level and the way to minimize it depend on, to compare with `==`.

    `settings` are those of that level (`Settings.at_level`).
    """
    hashes = [
        [picture_sha256(part) for part in (picture, picture.info.get(ALPHA)) if part] for picture in (content, *styles)
    ]
    # Put at their defaults: they say how that level is reached and when it ends, but do not change its loss any more.
    others = ("init", "levels", "evaluations", "seed", "max_seconds", "coarse_only_layers")
    usual = {name: getattr(Settings(), name) for name in others}
    precision = choose_precision(settings.precision, encoder.device)
    return replace(settings, **usual, precision=precision), encoder.sha256, hashes, regions and regions.sha256
