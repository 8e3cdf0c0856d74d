"""The sheet of drafts: which settings a cell has, that all are painted, and back from a click to the cell."""

from threading import Event

import numpy as np
import pytest
from PIL import Image

from nst_core.explore import draft_settings, drafts, grid_figure
from nst_core.explore.grid import COLUMNS, ROWS, cell_at, cells
from nst_core.settings import Settings
from nst_core.transfer import stylize

FEW = {"size": 64, "evaluations": 2}


@pytest.mark.parametrize("by", COLUMNS)
def test_a_cell_differs_from_the_defaults_in_its_layers_and_its_column_alone(by) -> None:
    usual, (name, values) = Settings(), COLUMNS[by]
    for row, column in cells(by):
        found = draft_settings(by, (row, column))
        assert found.style_layers == usual.style_layers[: row + 1] and getattr(found, name) == values[column]
        assert {**found.to_dict(), "style_layers": 0, name: 0} == {**usual.to_dict(), "style_layers": 0, name: 0}
    assert 9 <= len(cells(by)) == ROWS * len(values) <= 20 and getattr(usual, name) in values


def test_every_draft_is_what_its_settings_paint_and_those_that_are_there_are_left_out(tiny, photo, painting) -> None:
    there = [cell for cell in cells("brush") if cell not in [(1, 0), (4, 3)]]
    steps = list(drafts(photo, painting, "brush", tiny, painted=there, **FEW))
    assert [step.evaluation for step in steps] == [0, 1, 2, 2, 2, 3, 4, 4]
    done = [step for step in steps if step.step.done]
    assert [draft.cell for draft in done] == [(1, 0), (4, 3)] and {draft.evaluations for draft in done} == {4}
    for draft in done:
        alone = stylize(photo, painting, draft_settings("brush", draft.cell, **FEW), tiny)
        assert alone.tobytes() == draft.step.picture().tobytes()
    assert steps[-1].remaining == 0 and steps[-1].elapsed >= steps[3].elapsed > 0


def test_an_interrupted_sheet_ends_with_the_draft_that_is_painted(tiny, photo, painting) -> None:
    stop, seen = Event(), []
    for draft in drafts(photo, painting, "weight", tiny, stop.is_set, **FEW):
        seen.append(draft)
        if draft.step.done:
            stop.set()
    assert len(seen) in (4, 5) and {draft.cell for draft in seen[:4]} == {(0, 0)}


@pytest.mark.parametrize("by", COLUMNS)
def test_a_click_on_a_draft_is_its_cell_and_one_beside_them_none(by) -> None:
    tile = (40, 24)
    shade = {cell: 60 + 8 * n for n, cell in enumerate(cells(by))}
    pictures = {cell: Image.new("RGB", (20, 12), (grey,) * 3) for cell, grey in shade.items() if cell != (2, 1)}
    image = np.asarray(grid_figure(pictures, by))
    assert image.shape == np.asarray(grid_figure(pictures, by, tile)).shape
    for y in range(24, image.shape[0], 3):
        for x in range(100, image.shape[1], 3):
            pixel = tuple(image[y, x])
            cell = cell_at(by, tile, x, y)
            if pixel[0] == pixel[1] == pixel[2] and pixel[0] >= 60:  # neither the ground nor the empty place
                assert shade[cell] == pixel[0]
    assert cell_at(by, tile, 10, 100) is cell_at(by, tile, 100, 10) is cell_at(by, tile, -1, -1) is None
    assert cell_at(by, tile, 10_000, 100) is cell_at(by, tile, 100, 10_000) is None
