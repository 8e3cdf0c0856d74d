"""What a view of the explorer is: one row of the table `VIEWS`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..panels import Columns, Panel, Panels

if TYPE_CHECKING:
    from ..feature_cache import FeatureCache, Uploads
    from ..view_state import ViewState


def unchanged(cache: FeatureCache, state: ViewState, uploads: Uploads) -> ViewState:
    """`state` itself."""
    return state


@dataclass(frozen=True)
class View:
    """A view: its title, its explanation, the function that fills it, and the panels that it is laid out of.

    `show` returns a value for every panel; it raises `PictureError` when a picture that it needs is missing.
    """

    title: str  # on its tab
    about: str  # one sentence, shown where no stop of the tour explains the view
    show: Callable[[FeatureCache, ViewState, Uploads], Panels]
    # At most five lines of Python that make the view's figure from `nst_core.explore`. They use `encoder` and the pictures
    # `photo`, `painting` and `result`; a picture that they make is called `figure`.
    code: Callable[[ViewState], Sequence[str]]
    panels: tuple[Panel | Columns, ...] = ()  # empty: the view has a module NAME_tab.py
    # For a view that shows a part of something larger: the fields of `ViewState` that say which part (links to the view
    # always hold them), and the function that sets them so that the chosen channel or pair is in sight.
    part: tuple[str, ...] = ()
    show_chosen: Callable[[FeatureCache, ViewState, Uploads], ViewState] = unchanged
