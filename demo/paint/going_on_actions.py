"""Going on from where a run ended, without gradio: with the settings as they are now, for some evaluations more."""

from __future__ import annotations

from typing import Any

from nst_core.advice import Sample
from nst_core.errors import PictureError
from nst_core.settings import Settings

from .. import text
from ..compute.limits import Limits
from ..compute.reached import Reached
from ..compute.worker import Worker
from . import going_on_text
from .paint_actions import read_settings


def settings_for(values: Any, more: Any, limits: Limits) -> Settings:
    """The settings of `more` evaluations, with widget `values` in the order of `FIELDS`; raises `SettingError`."""
    return read_settings(values, limits, evaluations=more)


def start_of(reached: Reached | None) -> Reached:
    """`reached`; raises `PictureError` when there is nothing to go on from."""
    if reached is None:
        raise PictureError(going_on_text.NOTHING)
    return reached


def estimate(worker: Worker, photo: Sample | None, settings: Settings, reached: Reached, regions: bool) -> str:
    """How long it takes to go on from `reached`. Raises `PictureError` when it was painted from another photo."""
    if photo is None:
        return text.NO_PHOTO
    reached.check_photo(photo)
    cost = worker.estimate(settings, photo.width, photo.height, reached.picture.size, regions)
    if not cost.fits:
        return text.too_large(cost.needed_mb, cost.usable_mb, cost.largest)
    return going_on_text.estimate(cost.seconds)
