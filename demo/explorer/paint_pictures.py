"""The pictures that are in the boxes of the first tab, whether they were painted or not, as those of the explorer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from PIL import Image

from nst_core.images import load_picture, picture_sha256

from ..examples import PAIRS
from ..paint.painted import boxed
from .feature_cache import Uploads

if TYPE_CHECKING:
    from .view_state import ViewState


def taken(state: ViewState, boxes: Mapping[str, Image.Image]) -> tuple[ViewState, Uploads]:
    """`state` and the pictures for what is in `boxes` ("photo", "painting").

    A bundled pair has its bundled result, too. Other pictures have none, so that instead of it the photo is chosen. For an
    empty box stands the picture of the bundled pair that the explorer shows.
    """
    known = [tuple(map(_sha256, (pair.photo, pair.painting))) for pair in PAIRS]
    found = tuple(picture_sha256(boxes[name]) if name in boxes else "" for name in ("photo", "painting"))
    if found in known:
        return state.updated(pair=known.index(found)), Uploads()
    slot = "photo" if state.slot == "result" else state.slot
    return state.updated(slot=slot, row=-1, column=-1), Uploads(boxes.get("photo"), boxes.get("painting"))


@lru_cache(maxsize=32)
def _sha256(path: str) -> str:
    """The hash of a bundled picture in a box."""
    return picture_sha256(boxed(load_picture(path)))
