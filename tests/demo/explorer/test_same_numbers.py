"""What Paint and the explorer say of one result agrees, and what cannot agree says why. With the real network."""

import re
from dataclasses import replace

import pytest

from demo.compute.cost import Pace
from demo.compute.worker import Worker
from demo.examples import PAIRS
from demo.explorer import style_target
from demo.explorer.feature_cache import FeatureCache
from demo.explorer.view_state import ViewState
from demo.explorer.views import VIEWS
from demo.paint import paint_actions
from nst_core.explore.scales import three_figures
from nst_core.images import load_picture
from nst_core.settings import Settings

BAR = re.compile(r"<span>(\w+) (photo|result|in the run)</span>.*?<em>([^<]+)</em>")


@pytest.fixture(scope="module")
def ran(oxford):
    """A real small run: the last update of Paint, what the explorer gets of it, and a cache."""
    worker, session = Worker(oxford), paint_actions.PaintSession()
    worker.paces.correct("float32", Pace(1.0, 0.0))  # not measured: no test reads how long it takes
    photo, painting = load_picture(PAIRS[0].photo), load_picture(PAIRS[0].painting)
    settings = Settings(size=192, evaluations=3, levels=1, coarse_only_layers=())
    *_, last = paint_actions.paint(worker, photo, [painting], settings, session)
    return last, style_target.uploads_of(session.last), FeatureCache(worker)


def test_the_bars_have_the_numbers_that_paint_shows_and_the_looks_nearly_the_same(ran):
    last, uploads, cache = ran
    bars = VIEWS["compare"].show(cache, ViewState(view="compare"), uploads)["bars"]
    found = {(layer, of): value for layer, of, value in BAR.findall(bars)}
    shown = dict(re.findall(r"style (relu\d_1) <b>([^<]+)</b>", last.by_layer))
    assert shown and {layer: found[layer, "in the run"] for layer in shown} == shown
    for layer, value in shown.items():
        # The same size, definition and painting; what differs is the edge and 32 bits.
        assert float(found[layer, "result"]) == pytest.approx(float(value), rel=0.15), layer
    assert "192 × 128 px" in bars and "1.5 times as large" in bars and "nearly the same comparison" in bars


def test_where_the_sizes_differ_it_says_so(ran):
    _, uploads, cache = ran
    large = replace(uploads, ended=replace(uploads.ended, width=768, height=512))
    bars = VIEWS["compare"].show(cache, ViewState(view="compare"), large)["bars"]
    assert "768 × 512 px" in bars and "another comparison" in bars


def test_the_errors_view_says_what_the_run_said_of_its_layers(ran):
    last, uploads, cache = ran
    for layer, kind in (("relu4_2", "content"), ("relu3_1", "style")):
        words = VIEWS["errors"].show(cache, ViewState(view="errors", layer=layer), uploads)["errors_words"]
        said = three_figures({str(term): value for term, value in last.step.relative.items()}[f"{kind} {layer}"])
        assert f"The run ended with {said} in {kind}" in words
        looked = float(re.findall(rf"<b>([\d.]+)</b> in {kind}", words)[0])
        assert looked == pytest.approx(float(said), rel=0.15)
    assert (
        "The run" not in VIEWS["errors"].show(cache, ViewState(view="errors", layer="relu2_2"), uploads)["errors_words"]
    )


def test_another_picture_has_no_numbers_of_the_run(ran, photo):
    _, uploads, cache = ran
    other = uploads.with_picture("result", uploads.photo)
    assert "in the run" not in VIEWS["compare"].show(cache, ViewState(view="compare"), other)["bars"]
