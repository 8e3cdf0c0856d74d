"""The view "grid": small drafts, more style layers from row to row, more style or a broader brush from column to column."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from nst_core.explore.grid import (
    COLUMNS,
    ENLARGED,
    EVALUATIONS,
    ROWS,
    SIZE,
    Cell,
    cell_at,
    cells,
    draft_settings,
    drafts,
    grid_figure,
)
from nst_core.images import picture_sha256
from nst_core.plan import fit
from nst_core.progress import Throttle
from nst_core.settings import Settings

from ..feature_cache import FeatureCache, Uploads
from ..panels import Choices, File, Panels, picture
from . import grid_text
from .view import View

if TYPE_CHECKING:
    from ..view_state import ViewState

PREVIEW_EVERY = 1.0  # seconds


@dataclass(frozen=True, eq=False)
class Painted:
    """The drafts of one sheet that have been painted; kept among what is derived of pictures, so that a run can go on."""

    pixels: np.ndarray  # (rows, columns, height, width, 3) uint8
    done: np.ndarray  # (rows, columns) bool

    def pictures(self) -> dict[Cell, Image.Image]:
        """Those that are done, by cell."""
        return {
            (int(row), int(column)): Image.fromarray(self.pixels[row, column]) for row, column in np.argwhere(self.done)
        }


def show(cache: FeatureCache, state: ViewState, uploads: Uploads) -> Panels:
    """The drafts so far. The others are painted when asked for, by `run`."""
    painted = _painted(cache, state, uploads)
    names = [(grid_text.cell_words(state.grid_by, cell), _name(cell)) for cell in cells(state.grid_by)]
    return {
        "grid_words": grid_text.words(state),
        "drafts": _figure(cache, state, uploads, painted.pictures()),
        "grid_status": grid_text.at_rest(state.grid_by, int(painted.done.sum())),
        "draft": Choices(names),
    }


def run(
    cache: FeatureCache,
    state: ViewState,
    uploads: Uploads,
    interrupted: Callable[[], bool],
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Panels]:
    """Paint the drafts that are missing: panels about once a second and after every draft, and last all.

    It ends early, with the drafts that are done, when `interrupted()` is true or the host's time limit has passed. Raises
    `PictureError` when there is no picture, or it is too narrow for a layer.
    """
    worker, by, painted = cache.worker, state.grid_by, _painted(cache, state, uploads)
    others = _others(uploads)
    bounded = worker.limits.bounded(Settings(size=SIZE, evaluations=EVALUATIONS, **others))
    others["max_seconds"] = bounded.max_seconds
    photo, *paintings = _pictures(cache, state, uploads)
    options: dict[str, Any] = {"size": SIZE, "evaluations": EVALUATIONS, "painted": painted.pictures()}
    sheet = drafts(photo, paintings, by, worker.encoder, interrupted, **options, **others)
    missing = int((~painted.done).sum())
    seconds = missing * worker.estimate(bounded, *photo.size).seconds
    preview_is_due = Throttle(PREVIEW_EVERY, clock)
    with closing(worker.turns.take(sheet, seconds)) as steps:
        for draft in steps:
            image = draft.step.picture() if draft.step.done or preview_is_due() else None
            if draft.step.done:
                painted.pixels[draft.cell], painted.done[draft.cell] = np.asarray(image), True
            if interrupted() or draft.elapsed > worker.limits.max_seconds:
                break
            if image:
                status = grid_text.running(by, draft, int(painted.done.sum()))
                shown = painted.pictures() | {draft.cell: image}
                yield {"drafts": _figure(cache, state, uploads, shown), "grid_status": status}
    last = _figure(cache, state, uploads, painted.pictures())
    yield {"drafts": last, "grid_status": grid_text.at_rest(by, int(painted.done.sum()))}


def pressed(cache: FeatureCache, state: ViewState, uploads: Uploads, x: float, y: float) -> Cell | None:
    """The cell at pixel (x, y) of the sheet; None beside the drafts."""
    return cell_at(state.grid_by, _tile(cache, state, uploads), x, y)


def named(state: ViewState, name: Any) -> Cell | None:
    """The cell that was chosen in the list, "2 1"; None for anything else."""
    return next((cell for cell in cells(state.grid_by) if name == _name(cell)), None)


def _name(cell: Cell) -> str:
    return f"{cell[0]} {cell[1]}"


def settings_of(state: ViewState, cell: Cell) -> Settings:
    """The settings with which the cell's draft becomes a large picture."""
    return draft_settings(state.grid_by, cell)


def _painted(cache: FeatureCache, state: ViewState, uploads: Uploads) -> Painted:
    """The drafts of these pictures so far."""
    pictures = _pictures(cache, state, uploads)
    width, height = fit(*pictures[0].size, SIZE)
    grid = ROWS, len(COLUMNS[state.grid_by][1])
    made_of = (
        *map(picture_sha256, pictures),
        uploads.shares,
        cache.worker.encoder.sha256,
        state.grid_by,
        SIZE,
        EVALUATIONS,
    )
    return cache.kept(
        ("drafts", *made_of),
        lambda: Painted(np.zeros((*grid, height, width, 3), np.uint8), np.zeros(grid, bool)),
    )


def _pictures(cache: FeatureCache, state: ViewState, uploads: Uploads) -> list[Image.Image]:
    """The photo, and the painting or all that were mixed."""
    return [*(cache.picture(state, uploads, slot) for slot in ("photo", "painting")), *uploads.others]


def _others(uploads: Uploads) -> dict[str, Any]:
    return {"mix": uploads.shares} if uploads.others else {}


def _tile(cache: FeatureCache, state: ViewState, uploads: Uploads) -> tuple[int, int]:
    """(width, height) of a draft as it is shown, in pixels."""
    width, height = fit(*cache.picture(state, uploads, "photo").size, SIZE)
    return ENLARGED * width, ENLARGED * height


def _figure(cache: FeatureCache, state: ViewState, uploads: Uploads, pictures: dict[Cell, Image.Image]) -> File:
    image = grid_figure(pictures, state.grid_by, _tile(cache, state, uploads))
    return picture(image, f"drafts-by-{state.grid_by}", state, [grid_text.caption(state.grid_by)])


def code(state: ViewState) -> Sequence[str]:
    """The drafts in Python."""
    return (
        "pictures = {}",
        f'for draft in explore.drafts(photo, painting, "{state.grid_by}", encoder, size={SIZE}):',
        "    pictures[draft.cell] = draft.step.picture()",
        f'figure = explore.grid_figure(pictures, "{state.grid_by}")',
    )


VIEW = View(
    title="One grid",
    about="The photo painted small and often: more style layers from row to row, more style or a broader brush across.",
    show=show,
    code=code,
)
