"""What visitors read in the view "grid"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nst_core.explore.grid import COLUMNS, EVALUATIONS, ROWS, SIZE, Cell, column_words, row_words

from ... import text
from ...status_line import status

if TYPE_CHECKING:
    from nst_core.explore.grid import Draft

    from ..view_state import ViewState

BY, COLUMNS_BY = "Columns", {"weight": "less or more style (α/β)", "brush": "brush size"}
PAINT, STOP, DRAFTS = "Paint the drafts", "Stop", "Drafts"
ALT = "Small drafts: more style layers from top to bottom, other settings from left to right; a list of them is below"
CHOOSE = "Use a draft's settings in Paint"
COUNT = {by: ROWS * len(values) for by, (_, values) in COLUMNS.items()}
WHOLE = "All {} drafts are there. Press one, and its settings are those of Paint."
SOME = "{} of {} drafts are there. Press the button for the others, or a draft to use its settings in Paint."
NONE = "Press the button: {} drafts of {} px are painted one after the other. Those that are done stay."


def words(state: ViewState) -> str:
    """HTML: what the sheet compares."""
    return (
        "<h2>One grid: which layers, and how much of them</h2><p>The photo in the painting's style, small and often. "
        "From row to row one more style layer is used, as in Gatys et al. 2016; "
        f"{_ACROSS[state.grid_by]} All else is as usual.</p>"
    )


_ACROSS = {
    "weight": "from column to column the style counts more: α/β is the weight of the content over that of the style.",
    "brush": "from column to column the painting is looked at larger (<i>Brush size</i>), so that its strokes are broader.",
}


def caption(by: str) -> str:
    """What there is to see in the sheet."""
    seen = {
        "weight": "At the left the photo changes least, at the right its shapes dissolve",
        "brush": "At the left its strokes are small and many, at the right broad and few",
    }
    return (
        f"Drafts of {SIZE} px and {EVALUATIONS} evaluations. From top to bottom: first only the painting's colours, then "
        f"strokes, then larger and larger pieces of it. {seen[by]}. A large picture begins like its draft, and adds strokes "
        "that are finer in proportion."
    )


def at_rest(by: str, painted: int) -> str:
    """HTML of the status line while nothing is painted."""
    whole = COUNT[by]
    line = WHOLE.format(whole) if painted == whole else SOME.format(painted, whole)
    return status(line if painted else NONE.format(whole, SIZE), painted / whole)


def running(by: str, draft: Draft, painted: int) -> str:
    """HTML of the status line while a draft is painted."""
    line = f"draft {painted + 1} of {COUNT[by]} · {cell_words(by, draft.cell)}"
    line += f" · {text.duration(draft.remaining)} left" if draft.evaluation else ""
    return status(line, painted / COUNT[by])


def cell_words(by: str, cell: Cell) -> str:
    """ "up to relu3_1, α/β 1/30"."""
    return f"{row_words(cell[0])}, {column_words(by, cell[1]).replace('alpha/beta', 'α/β')}"


def taken(by: str, cell: Cell) -> str:
    """What is said once the settings of a draft are those of Paint."""
    return f"Paint has the settings of this draft now ({cell_words(by, cell)}), at the size chosen there. Press Paint."
