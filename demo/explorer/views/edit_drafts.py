"""The two drafts of the view "edit": the photo painted without a change of the Gram matrices, and with it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Hashable
from contextlib import closing
from typing import TYPE_CHECKING

from cachetools import LRUCache
from PIL import Image

from nst_core.explore.gram_drafts import changed_settings
from nst_core.gram_changes import GramChange
from nst_core.images import picture_sha256
from nst_core.step import Step

from ..feature_cache import FeatureCache, Uploads

if TYPE_CHECKING:
    from ..view_state import ViewState

# The finished drafts of all visitors, 33 kB each: after another change only one has to be painted.
FINISHED: LRUCache[Hashable, Image.Image] = LRUCache(64)
_LOCK = threading.Lock()


def both(
    cache: FeatureCache,
    state: ViewState,
    uploads: Uploads,
    change: GramChange,
    found: dict[str, Image.Image],
    interrupted: Callable[[], bool],
) -> Generator[Step, None, None]:
    """The steps of the runs without and with `change`; `found` holds the best picture so far of each, "before" and "after".

    A draft that was finished before is not painted again. Raises `PictureError` when a picture is missing or too small.
    """
    worker, photo = cache.worker, cache.picture(state, uploads, "photo")
    paintings = [cache.picture(state, uploads, "painting"), *uploads.others]
    mix = uploads.shares if uploads.others else ()
    for name, changes in (("before", ()), ("after", [str(change)])):
        settings = worker.limits.bounded(changed_settings(changes, state.content, state.style, mix))
        key = (settings, worker.encoder.sha256, *map(picture_sha256, (photo, *paintings)))
        with _LOCK:
            known = FINISHED.get(key)
        if known:
            found[name] = known
            continue
        with closing(worker.steps(photo, paintings, settings, interrupted)) as steps:
            for step in steps:
                found[name] = step.picture()
                if step.done and step.ended != "time":
                    with _LOCK:
                        FINISHED[key] = found[name]
                yield step
