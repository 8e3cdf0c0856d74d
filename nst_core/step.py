"""What a run yields: its state after one evaluation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PIL import Image

from .images import ALPHA, resize, to_image

if TYPE_CHECKING:
    from torch import Tensor

    from .search_memory import SearchMemory
    from .terms import Term


@dataclass(frozen=True, kw_only=True)
class Step:
    """The state of a run after one evaluation. The defaults are those of the start, before the first evaluation."""

    level: int  # 1 (coarsest) to `levels`
    levels: int
    width: int  # of `picture()`, in pixels
    height: int
    evaluation: int = 0  # evaluations so far, of `evaluations` in the whole run
    evaluations: int
    total: float = math.nan  # the weighted sum of the terms, at the best picture of this level
    terms: Mapping[Term, float] = field(default_factory=dict)  # before content_weight, style_weight and tv_weight
    # The layers' terms divided by those of all-zero features: 0 is equal, 1 is as far off as all zeros. Without "tv".
    relative: Mapping[Term, float] = field(default_factory=dict)
    elapsed: float = 0.0  # seconds
    remaining: float = math.nan  # seconds, estimated
    done: bool = False
    # Why the run is over: "finished" (all evaluations done), "time" (`max_seconds` have passed), "converged" (the optimizer
    # can lower the loss no more), "stopped" (set by the caller that stops); empty while it goes on.
    ended: str = ""
    best: Tensor = field(repr=False)  # (1, 3, height, width) in [0, 1]; on white where the photo is transparent
    alpha: Image.Image | None = field(default=None, repr=False)  # of the photo, at its size; None when it is opaque
    # The optimizer's state at the last level, None before it. The run goes on changing it, in earlier steps, too: use that
    # of the last step, or keep a copy (`SearchMemory.copied_to`).
    memory: SearchMemory | None = field(default=None, repr=False)

    def picture(self) -> Image.Image:
        """The best picture of this level so far, 8-bit RGB; with the photo's alpha channel in its `info[ALPHA]`."""
        image = to_image(self.best)
        if self.alpha:
            image.info[ALPHA] = resize(self.alpha, *image.size)
        return image
