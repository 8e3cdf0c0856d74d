"""The words for choices and numbers."""

import pytest

from demo.explorer import labels
from demo.explorer.view_state import FIELDS
from demo.explorer.views import VIEWS, edit_text, excite_text, grid_text


def test_everything_that_can_be_chosen_has_words():
    choices = {name: field.metadata["choices"] for name, field in FIELDS.items() if "choices" in field.metadata}
    said = {
        "view": {name: view.title for name, view in VIEWS.items()},
        "slot": labels.SLOTS,
        "level": labels.LEVELS,
        "sort": labels.SORTS,
        "scale": labels.SCALES,
    }
    said |= {"mode": labels.MODES, "curve": labels.CURVES, "pairs_by": labels.PAIRS_BY_CHOICES}
    said |= {
        "change": labels.CHANGES,
        "kind": labels.KINDS,
        "target": excite_text.TARGETS,
        "touched": edit_text.TOUCHED,
        "grid_by": grid_text.COLUMNS_BY,
    }
    assert {name: sorted(named) for name, named in said.items()} == {name: sorted(choices[name]) for name in said}
    assert set(choices) - set(said) == {"layer"}
    assert all(len(set(named.values())) == len(named) for named in said.values())


@pytest.mark.parametrize(
    ("share", "said"), [(0.994, "99 %"), (0.1, "10 %"), (0.0123, "1.2 %"), (0.00001, "0.001 %"), (0.0, "0 %")]
)
def test_shares_in_words(share, said):
    assert labels.percent(share) == said


@pytest.mark.parametrize(("value", "said"), [(0.0012, "0.001"), (0.0994, "0.099"), (0.9, "0.90"), (12.345, "12.35")])
def test_mismatches_in_words(value, said):
    assert labels.relative(value) == said
