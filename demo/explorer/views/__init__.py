"""The views of the explorer, in the order of their tabs. A new view is a row here and a module; see CONTRIBUTING.md."""

from __future__ import annotations

from . import (
    channels_actions,
    compare_actions,
    edit_actions,
    errors_actions,
    excite_actions,
    gradient_actions,
    gram_actions,
    grid_actions,
    kernels_actions,
    lesson_actions,
    losses_actions,
    rebuild_actions,
    steps_actions,
    untrained_actions,
)
from .view import View

VIEWS: dict[str, View] = {
    "channels": channels_actions.VIEW,
    "kernels": kernels_actions.VIEW,
    "excite": excite_actions.VIEW,
    "gram": gram_actions.VIEW,
    "edit": edit_actions.VIEW,
    "lesson": lesson_actions.VIEW,
    "steps": steps_actions.VIEW,
    "compare": compare_actions.VIEW,
    "errors": errors_actions.VIEW,
    "gradient": gradient_actions.VIEW,
    "losses": losses_actions.VIEW,
    "grid": grid_actions.VIEW,
    "rebuild": rebuild_actions.VIEW,
    "untrained": untrained_actions.VIEW,
}
