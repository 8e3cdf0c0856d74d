"""What a browser would never send is ignored, or refused in a sentence. On a tiny encoder."""

import math
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from demo import text
from demo.explorer.feature_cache import Uploads
from tests.support.built_page import CONTROLS, PLACE, at

pytestmark = pytest.mark.usefixtures("small_looks")

NONSENSE: list[Any] = [
    *(None, True, -1, 10**30, 1.5, math.nan, math.inf, "", "x", "1", "relu2_1", [], {}, {"index": 1}),
    *([1], [1, 2, 3], ["a", "b"], [math.nan, 1], [10**400, 1], [[1, 2], [3, 4]], [None, None], [True, 1], [1e300, 0]),
]
SELECTED = ["in-sheet", "in-card", "in-whole", "in-window", "in-pairs", "in-pairs-gallery", "in-tabs"]


@pytest.mark.parametrize("name", SELECTED)
def test_an_index_that_is_none_is_ignored(built, name):
    view = "channels" if name in ("in-sheet", "in-card") else "gram"
    session = at(PLACE.updated(view=view))
    for nonsense in NONSENSE:
        before = session.state
        built.on(session, name, "select", SimpleNamespace(index=nonsense))
        if name != "in-pairs" or nonsense not in ([1], [1, 2, 3]):  # the column of a table does not matter
            assert session.state == before, nonsense
        for data in (nonsense, {"index": nonsense, "value": nonsense}):
            built.on(session, name, "select", gr.EventData(None, data))


def test_a_layer_that_is_none_is_ignored(built):
    session = at(PLACE)
    for nonsense in NONSENSE:
        for data in (nonsense, {"layer": nonsense}):
            built.on(session, "in-ruler", "pick", gr.EventData(None, data))
    assert session.state == PLACE.updated(layer="relu2_1")


@pytest.mark.parametrize(
    "name", [name for _, name, *_ in CONTROLS if name not in ("in-partners", "in-roles")] + ["in-stop"]
)
def test_a_control_ignores_nonsense_or_refuses_it_in_a_sentence(built, name):
    view = next((view for view, other, *_ in CONTROLS if other == name), "channels")
    session = at(PLACE.updated(view=view))
    for nonsense in NONSENSE:
        try:
            built.on(session, name, "input", nonsense)
        except gr.Error as error:
            assert error.message != text.UNEXPECTED, nonsense


def test_an_upload_of_nothing_changes_nothing(built):
    session = at(PLACE)
    built.on(session, "in-picture", "upload", None)
    assert (session.state, session.uploads) == (PLACE, Uploads())
