"""The lines of Python of every view run, on a tiny encoder, and make the figure that the page shows."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from demo.explorer import python_code
from demo.explorer.feature_cache import Uploads
from demo.explorer.panels import File
from demo.explorer.view_state import ViewState
from demo.explorer.views import VIEWS, edit_actions
from demo.explorer.views.edit_text import TOUCHED
from nst_core import explore
from nst_core.explore import gram_drafts
from nst_core.settings import Settings

pytestmark = pytest.mark.usefixtures("small_looks")

ROOT = Path(__file__).parents[3]
LOADED = "encoder = load_encoder('tiny')"
OTHER = ('load_encoder("untrained")', "encoder")  # which takes a second to draw
SHORT = ("size=192)", "size=64, evaluations=2)")  # for the reconstruction
FEW = ("size=128)", "size=64, evaluations=1)")  # for the drafts
STATES = {
    "channels": {"sort": "difference", "scale": "root", "slot": "painting"},
    "kernels": {"row": 3, "column": 5},
    "gram": {"mode": "correlation", "first": 1, "second": 2},
    "lesson": {"change": "mirror"},
}


def shortened(code: str) -> str:
    """`code` on the tiny encoder, with less to compute."""
    return code.replace(LOADED, "").replace(*OTHER).replace(*SHORT).replace(*FEW)


def state_of(view: str) -> ViewState:
    return ViewState(view=view, layer="relu2_1", channel=1).updated(**STATES.get(view, {}))


@pytest.fixture(autouse=True)
def short_drafts(monkeypatch) -> None:
    monkeypatch.setattr(gram_drafts, "EVALUATIONS", 2)
    monkeypatch.setattr(gram_drafts, "SIZE", 64)


@pytest.mark.parametrize("touched", TOUCHED)
def test_the_lines_of_a_change_name_what_is_changed_on_the_page(cache, tiny, photo, painting, touched) -> None:
    state, uploads = state_of("edit").updated(touched=touched, percent=250), Uploads(photo, painting)
    names = {"encoder": tiny, "painting": painting, "explore": explore}
    exec("\n".join(line for line in edit_actions.code(state) if line.split()[0] in ("order", "change")), names)
    assert Settings(gram_changes=names["change"]).gram_changes == (str(edit_actions.change_of(cache, state, uploads)),)


@pytest.mark.parametrize("view", VIEWS)
def test_the_lines_on_the_page_run(cache, tiny, tmp_path, monkeypatch, capsys, view) -> None:
    text = python_code.snippet(cache, state_of(view), Uploads())
    assert text.startswith("from nst_core import explore") and LOADED in text
    assert 1 <= len(VIEWS[view].code(state_of(view))) <= 5
    monkeypatch.chdir(ROOT)
    text = shortened(text).replace('save("', f'save("{tmp_path.as_posix()}/')
    exec(compile(text, view, "exec"), {"encoder": tiny})
    assert (tmp_path / "figure.png").exists() == ("figure" in text)
    assert "figure" in text or capsys.readouterr().out


def cells(file: File) -> list[str]:
    """The code cells of a notebook, after a look at its form."""
    whole = json.loads(file.data)
    assert whole["nbformat"] == 4 and len({cell["id"] for cell in whole["cells"]}) == len(whole["cells"])
    first, *others = whole["cells"]
    assert first["cell_type"] == "markdown" and "pip install" in "".join(first["source"])
    assert all(cell["cell_type"] == "code" and cell["outputs"] == [] for cell in others)
    return ["".join(cell["source"]) for cell in others]


@pytest.mark.parametrize("view", VIEWS)
def test_the_notebook_runs_as_it_is_and_its_figure_is_the_pages(cache, tiny, photo, painting, view) -> None:
    uploads, state = Uploads(photo, painting, photo.rotate(180)), state_of(view)
    file = python_code.notebook_of(cache, state, uploads)
    assert file.name == f"vgg19-relu2_1-{view}.ipynb"
    names = {"encoder": tiny}
    for cell in cells(file):
        exec(compile(shortened(cell), view, "exec"), names)
    for slot in {"photo", "painting", "result"} & names.keys() if view != "losses" else ():
        assert names[slot].tobytes() == cache.picture(state, uploads, slot).tobytes()
    shown = {"channels": "sheet", "gram": "whole", "gradient": "descent"}.get(view)
    if shown:
        page = np.asarray(Image.open(io.BytesIO(VIEWS[view].show(cache, state, uploads)[shown].data)))
        made = np.asarray(names["figure"])
        same = (page[: len(made)] == made).all(axis=2)
        assert same.mean() > 0.9  # the page frames what is chosen


def test_of_mixed_paintings_the_lines_say_that_they_take_one(cache, photo, painting) -> None:
    mixed = Uploads(photo, painting, photo, others=(photo,), shares=(0.5, 0.5))
    assert python_code.MIXED in python_code.snippet(cache, state_of("compare"), mixed)
    assert python_code.MIXED not in python_code.snippet(cache, state_of("lesson"), mixed)
    assert 'photo = load_picture("photo.png")' in python_code.snippet(cache, state_of("lesson"), mixed)
