"""The event of the button that saves the loss curves."""

from __future__ import annotations

from typing import Any

from nst_core.errors import PictureError

from ..errors import user_facing
from ..events import PRIVATE, STRICT
from ..serving import gradio_internals
from . import curve_files
from .paint_actions import PaintSession
from .paint_tab import PaintTab

PRESS = (
    "() => setTimeout(() => document.querySelector('#curves-file').click(), 100)"  # once the link has its new address
)


def wire(tab: PaintTab) -> None:
    """A press makes the file, and a script presses the hidden button that downloads it."""

    @user_facing
    def save(session: PaintSession) -> Any:
        if session.curves is None:
            raise PictureError(curve_files.NOTHING)
        return gradio_internals.saved_file(*session.curves.zip(), tab.curves_file)

    saved = tab.save_curves.click(save, [tab.session], [tab.curves_file], **STRICT)
    saved.success(None, None, None, js=PRESS, **PRIVATE)
