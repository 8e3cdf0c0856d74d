"""A run of the visit is followed in the explorer, and gone through step by step. On the built page, with a tiny encoder."""

import io
import re
from types import SimpleNamespace

import gradio as gr
import pytest
from PIL import Image

from demo.compute.worker import Worker
from demo.explorer.feature_cache import FeatureCache, Uploads
from demo.explorer.session import ExplorerSession
from demo.explorer.view_state import ViewState
from demo.explorer.views import steps_actions, steps_text
from demo.paint import paint_actions
from demo.paint.setting_widgets import article
from nst_core.layers import STYLE_LAYERS
from nst_core.settings import FIELDS, Settings
from nst_core.terms import Term
from tests.support.built_page import at, tab_click, value

PLACE = ViewState(view="steps", layer="relu3_1", channel=1, stop=0)
RUN = Settings(size=96, evaluations=12)


def views(tiny, photo, paintings, session, settings=RUN):
    """A run of `session`, whose pictures come at once."""
    session.strip.busy = True
    ticks = iter(range(1000))
    yield from paint_actions.paint(Worker(tiny), photo, paintings, settings, session, clock=ticks.__next__)
    session.strip.busy = False


@pytest.fixture(scope="module")
def painted(tiny, photo, painting) -> paint_actions.PaintSession:
    session = paint_actions.PaintSession()
    list(views(tiny, photo, [painting], session))
    return session


def look(built, session: ExplorerSession, painter: paint_actions.PaintSession) -> dict:
    return built.on(session, "in-step-status", "look", painter)


def said(changes: dict) -> str:
    """The status line without the marks of the glossary."""
    return re.sub("</?(dfn|b)[^>]*>", "", changes["in-step-status"])


def caption(changes: dict) -> str:
    return Image.open(value(changes["in-step-figure"])).info["Description"]


def test_before_anything_is_painted_the_view_says_what_to_press(built):
    session = at(PLACE.updated(view="channels"))
    opened = built.on(session, *tab_click("steps"))
    assert "data-wait=0.0" in opened["in-step-status"]  # the browser asks for the run at once
    changes = look(built, session, paint_actions.PaintSession())
    assert steps_text.PAINT in changes["in-step-status"] and "data-wait" not in changes["in-step-status"]
    assert changes["in-step-figure"] is None and changes["in-step-losses"] == ""


def test_a_run_is_followed_to_its_end_and_then_left_alone(built, tiny, photo, painting):
    painter, session = paint_actions.PaintSession(), at(PLACE)
    painter.strip.busy = True
    waiting = look(built, session, painter)
    assert steps_text.WAITING in waiting["in-step-status"] and "data-wait=2.0" in waiting["in-step-status"]
    run, seen = views(tiny, photo, [painting], painter), []
    for evaluation in range(6):
        assert next(run).step.evaluation == evaluation
        changes = look(built, session, painter)
        assert f"Evaluation {evaluation} of 12." in said(changes)
        assert "data-wait=" in changes["in-step-status"]
        seen.append(caption(changes))
        slider = changes["in-kept-step"]
        assert (slider["value"], slider["maximum"]) == (evaluation + 1, max(2, evaluation + 1))
    assert len(set(seen)) == 6
    list(run)
    changes = look(built, session, painter)
    assert "Evaluation 12 of 12." in said(changes) and "data-wait" not in changes["in-step-status"]
    # Whoever has gone to another view is not disturbed.
    built.on(session, *tab_click("channels"))
    assert list(look(built, session, painter)) == ["in-step-status"]


def test_the_slider_goes_back_and_its_end_is_the_newest(built, painted):
    session = at(PLACE)
    look(built, session, painted)
    changes = built.on(session, "in-kept-step", "input", 2)
    assert session.state.step == 2 and "Evaluation 1 of 12." in said(changes)
    assert "in-kept-step" not in changes  # it stands where the visitor has moved it
    assert caption(changes).startswith(
        "Evaluation 1 of 12, relu3_1 and its channel 1, VGG19 (tiny), the picture at 96 ×"
    )
    # Another layer, of the same step.
    changes = built.on(session, "in-layer", "input", "relu2_1")
    assert caption(changes).startswith("Evaluation 1 of 12, relu2_1 and its channel 1")
    built.on(session, "in-kept-step", "input", len(painted.steps.steps))
    assert session.state.step == 0


@pytest.mark.parametrize(
    "settings", [{}, {"pooling": "average", "padding": "zeros", "style_scale": 1.0, "init": "noise"}]
)
def test_the_numbers_are_those_of_the_run(tiny, photo, painting, settings):
    """But for rounding to 8 bits, and for the painting's size before the run, which is small here."""
    painter = paint_actions.PaintSession()
    list(views(tiny, photo, [painting], painter, Settings(size=96, evaluations=12, levels=1, **settings)))
    cache, uploads = FeatureCache(Worker(tiny)), Uploads(steps=painter.steps)
    for layer in STYLE_LAYERS:
        for number in (2, 5, len(painter.steps.steps)):
            shown = steps_actions.show(cache, PLACE.updated(layer=layer, step=number), uploads)
            own = painter.steps.history.style_mismatch(layer, painter.steps.steps[number - 1].evaluation)
            here = float(re.search(rf"in {layer}: <b>(\S+)</b>", shown["step_status"])[1])
            assert here == pytest.approx(own, rel=0.06, abs=0.002), (layer, number)
    # The legend has the losses of that evaluation, as Paint's figure of the losses by term has them at the end.
    for term in ("content", "style"):
        newest = painter.steps.history.terms[Term(term)][-1][1]
        assert f"{term} <b>{newest:.3g}</b>" in shown["step_losses"]
    start = steps_actions.show(cache, PLACE.updated(step=1), uploads)
    assert "style <b>–</b>" in start["step_losses"] and 'class="mark"' in start["step_losses"]


def test_a_large_run_is_looked_at_small_and_both_numbers_are_told(tiny, photo, painting):
    painter = paint_actions.PaintSession()
    list(views(tiny, photo.resize((400, 280)), [painting], painter, Settings(size=300, evaluations=3, levels=1)))
    shown = steps_actions.show(FeatureCache(Worker(tiny)), PLACE, Uploads(steps=painter.steps))
    assert "the picture at 256 × 179 px" in shown["step_status"]
    own = painter.steps.history.style_mismatch("relu3_1", 3)
    assert f"in the run, at 300 × 210 px: {own:.2f}" in shown["step_status"] or own < 0.1
    # A layer that the run does not compare has no number of the run.
    other = steps_actions.show(FeatureCache(Worker(tiny)), PLACE.updated(layer="relu3_2"), Uploads(steps=painter.steps))
    assert "in the run" not in other["step_status"]


def test_mixed_paintings_and_a_grey_run_are_compared_as_in_the_run(tiny, photo, painting):
    painter = paint_actions.PaintSession()
    mixed = Settings(size=96, evaluations=3, levels=1, colors="luminance", mix=(1, 3))
    list(views(tiny, photo, [painting, photo.rotate(180)], painter, mixed))
    shown = steps_actions.show(FeatureCache(Worker(tiny)), PLACE, Uploads(steps=painter.steps))
    said = Image.open(io.BytesIO(shown["step_figure"].data)).info["Description"]
    assert "(25 %)" in said and "(75 %)" in said and "in grey" in said
    own = painter.steps.history.style_mismatch("relu3_1", 3)
    here = float(re.search(r"relu3_1: <b>(\S+)</b>", shown["step_status"])[1])
    assert here == pytest.approx(own, rel=0.06, abs=0.002)


def test_another_run_is_followed_from_its_newest_step(built, tiny, photo, painting, painted):
    session, later = at(PLACE), paint_actions.PaintSession(steps=painted.steps)
    look(built, session, later)
    built.on(session, "in-kept-step", "input", 2)
    assert "Evaluation 1 of 12." in said(look(built, session, later))  # and not the newest
    list(views(tiny, photo, [painting], later, Settings(size=64, evaluations=3)))
    assert "Evaluation 3 of 3." in said(look(built, session, later)) and session.state.step == 0


def test_whatever_puts_the_pictures_of_the_visit_away_has_the_browser_ask_again(built, painted):
    session = at(PLACE)
    look(built, session, painted)
    changes = built.on(session, "in-pairs-gallery", "select", SimpleNamespace(index=2))
    assert session.uploads.steps is None and "data-wait=0.0" in changes["in-step-status"]
    assert "Evaluation 12 of 12." in said(look(built, session, painted))


def test_another_visit_sees_nothing_of_it(built, painted):
    mine, other = at(PLACE), at(PLACE)
    assert "Evaluation" in said(look(built, mine, painted))
    assert "Evaluation" not in said(look(built, other, paint_actions.PaintSession()))
    assert other.uploads.steps.steps == ()


def test_the_button_sets_the_articles_run_but_not_under_another_one(built):
    changes = built.on(paint_actions.PaintSession(), "in-paint-article", "click")
    wanted = dict(zip(FIELDS, article(8192), strict=True))
    assert changes["evaluations"] == wanted["evaluations"] == 400 and changes["init"] == "noise"
    busy = paint_actions.PaintSession()
    busy.strip.busy = True
    with pytest.raises(gr.Error, match="being painted already"):
        built.on(busy, "in-paint-article", "click")
