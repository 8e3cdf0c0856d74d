"""The events of the explorer: each brings the session to another state. On a tiny encoder."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import pytest
from gradio.state_holder import SessionState
from PIL import Image

from demo.explorer import labels, tour
from demo.explorer.feature_cache import Uploads
from demo.explorer.session import ExplorerSession
from demo.paint.paint_actions import PaintSession
from tests.support.built_page import CONTROLS, FILLED, PLACE, at, tab_click, value

pytestmark = pytest.mark.usefixtures("small_looks")


@pytest.mark.parametrize(("view", "name", "event", "given", "field", "expected"), CONTROLS)
def test_a_control_sets_its_field_and_nothing_else(built, view, name, event, given, field, expected):
    before = PLACE.updated(view=view)
    session = at(before)
    changes = built.on(session, name, event, given)
    assert session.state == before.updated(**{field: expected}) and session.uploads == Uploads()
    drawn = {FILLED[view]} & changes.keys()
    assert bool(drawn) == (session.state != before)


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("in-channel", 128, labels.WRONG_CHANNEL.format(127)),
        ("in-first", -1, labels.WRONG_CHANNEL.format(127)),
        ("in-second", "two", labels.NOT_WHOLE),
        ("in-channel", float("nan"), labels.NOT_WHOLE),
        ("in-page", float("inf"), labels.NOT_WHOLE),
        ("in-page", 3, labels.WRONG_PAGE.format(2)),
        ("in-layer", "relu9_9", "VGG19 has no layer"),
    ],
)
def test_what_is_no_channel_gets_one_sentence(built, name, given, said):
    with pytest.raises(gr.Error) as error:
        built.on(session := at(PLACE), name, "input", given)
    assert said in error.value.message and session.state == PLACE


def test_the_pictures_of_one_visitor_are_not_anothers(built, photo, painting):
    before = built.on(at(PLACE), "in-layer", "input", "relu3_1")
    ada, bob = at(PLACE), at(PLACE)
    built.on(ada, "in-picture", "upload", photo)
    assert ada.uploads == Uploads(photo) and bob.uploads == Uploads()
    assert built.on(bob, "in-layer", "input", "relu3_1")["in-about"] == before["in-about"]
    assert built.on(ada, "in-layer", "input", "relu3_1")["in-about"] != before["in-about"]
    built.on(bob, "in-picture", "upload", painting)
    assert (ada.uploads.photo, bob.uploads.photo) == (photo, painting)


def test_what_one_visitor_does_is_not_done_for_another(built):
    """Gradio copies the value of every `gr.State` for each visitor."""
    states = [block for block in built.page.blocks.values() if isinstance(block, gr.State)]
    sessions = [state for state in states if isinstance(state.value, (PaintSession, ExplorerSession))]
    assert len(sessions) == 2
    first, second = SessionState(built.page), SessionState(built.page)
    for state in sessions:
        first[state._id].stop = True
        assert second[state._id].stop is False and state.value.stop is False
    (explorer,) = [state for state in sessions if isinstance(state.value, ExplorerSession)]
    first[explorer._id].state = PLACE
    assert second[explorer._id].state == explorer.value.state == ExplorerSession().state


def test_an_upload_is_kept_small_until_a_bundled_pair_is_chosen(built):
    large = Image.linear_gradient("L").convert("RGB").resize((1600, 1000))
    session = at(PLACE.updated(row=1, column=1))
    built.on(session, "in-picture", "upload", large)
    assert session.uploads.photo.size == (512, 320) and session.state.row == -1
    built.on(session, "in-pairs-gallery", "select", SimpleNamespace(index=3))
    assert session.uploads == Uploads() and session.state.pair == 3


def test_a_result_can_be_uploaded_where_there_is_none(built, photo):
    session = at(PLACE, Uploads(photo))
    with pytest.warns(UserWarning, match="There is no result of your pictures"):
        assert built.on(session, "in-slot", "input", "result") == {"in-picture": None}
    assert session.state == PLACE.updated(slot="result")
    with pytest.raises(gr.Error, match="There is no result of your pictures"):
        built.on(session, "in-layer", "input", "relu3_1")
    assert built.on(session, "in-slot", "input", "photo")["in-picture"] is photo
    with pytest.warns(UserWarning):
        built.on(session, "in-slot", "input", "result")
    built.on(session, "in-picture", "upload", photo)
    assert session.uploads == Uploads(photo, result=photo)


@pytest.mark.parametrize(("name", "event", "given"), [tab_click("errors"), ("in-stop", "input", 5)])
def test_a_view_that_lacks_a_picture_is_not_opened_and_the_controls_say_so(built, photo, name, event, given):
    session = at(PLACE.updated(stop=2), Uploads(photo))
    with pytest.warns(UserWarning, match="There is no result of your pictures"):
        changes = built.on(session, name, event, given)
    assert session.state == PLACE.updated(stop=2)
    assert changes["in-tabs"].selected == "channels" and value(changes["in-stop"]) == 2


def test_clicks_at_the_same_time_all_count(built):
    """Each starts from the state that the one before has set, whichever thread is the quicker."""
    session = at(PLACE)
    clicks = [
        ("in-sort", "index"),
        ("in-scale", "shared"),
        ("in-mode", "cosine"),
        ("in-curve", "log"),
        ("in-channel", 3),
    ]
    with ThreadPoolExecutor(len(clicks)) as pool:
        list(pool.map(lambda click: built.on(session, click[0], "input", click[1]), clicks))
    assert session.state == PLACE.updated(sort="index", scale="shared", mode="cosine", curve="log", channel=3)


def test_the_maps_can_be_downloaded(built, photo):
    file = built.on(at(PLACE, Uploads(photo)), "in-npz", "click")["in-npz-file"]
    assert Path(value(file)).name == "vgg19-relu2_1-photo.npz" and file["visible"]


def test_the_buttons_of_a_stop_are_those_of_its_offers(built):
    changes = built.on(at(PLACE.updated(stop=3)), "in-level", "input", "explore")
    assert not {f"in-offer-{n}" for n in range(len(tour.STOPS[0].offers))} & changes.keys()
    shown = built.opened(ExplorerSession(), {"view": "lesson", "stop": "3"})
    offers = [shown[f"in-offer-{n}"] for n in range(len(tour.STOPS[0].offers))]
    assert [offer["value"] for offer in offers if offer["visible"]] == [o.label for o in tour.STOPS[2].offers]


def test_a_row_of_the_table_opens_its_pair(built):
    session = at(PLACE.updated(view="gram"))
    table = built.on(session, "in-pairs-by", "input", "correlation")["in-pairs"]
    built.on(session, "in-pairs", "select", SimpleNamespace(index=[2, 4]))
    assert [session.state.first, session.state.second] == value(table)[2][:2]
