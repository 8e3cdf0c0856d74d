"""Visits of the tab that looks inside the network: by links, with own pictures, in a hurry, from one tab to the other."""

from dataclasses import replace
from functools import partial

from demo import text
from demo.explorer import labels
from demo.explorer.views import VIEWS, rebuild_actions, steps_actions, untrained_actions
from demo.paint import setting_widgets
from nst_core.article import ARTICLE
from nst_core.explore import gram_drafts
from nst_core.explore.rebuild import reconstruction
from tests.support.explorer_helpers import (
    LOADED,
    SHORT,
    arrives,
    caption,
    changes,
    choose,
    is_filled,
    look_inside,
    open_view,
    picture,
    shows_file,
)
from tests.support.page_helpers import own_picture
from tests.support.wide_encoder import LASTING


def test_a_link_restores_view_layer_pair_and_mode_for_another_visitor(visit):
    page = look_inside(visit)
    is_filled(page, "channels")
    page.locator("#in-pairs-gallery button").nth(2).click()
    arrives(page, pair=2)
    open_view(page, "gram")
    page.locator("#in-ruler [data-layer=relu4_1] .catch").click()
    arrives(page, layer="relu4_1")
    choose(page, "in-mode", "correlation")
    arrives(page, mode="correlation")
    shows_file(page, "in-whole", "relu4_1-correlation.png")
    choose(page, "in-level", "explore")
    arrives(page, level="explore")
    link = page.locator("#in-link a").get_attribute("href")

    other = look_inside(visit, link)
    arrives(other, view="gram", layer="relu4_1", pair=2, mode="correlation", level="explore")
    shows_file(other, "in-whole", "relu4_1-correlation.png")
    assert caption(other, "in-whole") == caption(page, "in-whole")
    assert other.locator("#in-mode input[value=correlation]").is_checked()
    assert other.locator("#in-layer input").input_value() == "relu4_1"
    assert picture(other, "in-picture").size == picture(page, "in-picture").size
    other.locator("#in-pairs").wait_for()


def test_own_pictures_are_looked_at_and_what_is_none_or_misses_is_said_in_words(visit, tmp_path):
    page = look_inside(visit)
    page.set_default_timeout(SHORT)
    is_filled(page, "channels")
    page.locator("#in-picture").get_by_label("Remove Image").click()
    page.locator("#in-picture").get_by_text(labels.DROP).wait_for()
    page.wait_for_timeout(2000)  # long enough to find a file, for whoever is quick
    with page.expect_file_chooser() as chooser:
        page.locator("#in-picture").get_by_text(labels.DROP).click()
    with changes(page, "in-sheet"):
        chooser.value.set_files(own_picture(tmp_path, size=(160, 112)))
    page.get_by_text("160×112").wait_for()  # its own size: enlarged it would be another picture
    assert "160 × 112 px" in caption(page, "in-card")
    shown = caption(page, "in-card"), picture(page, "in-picture").size
    bad = tmp_path / "notes.png"
    bad.write_text("Dear diary, today I looked inside.")
    page.locator("#in-picture input[type=file]").set_input_files(bad)
    page.get_by_text("is not a picture").wait_for()
    page.wait_for_function(LOADED, arg=["in-picture", "in-card"])
    assert (caption(page, "in-card"), picture(page, "in-picture").size) == shown
    # A view that lacks a picture is refused; tab and link still agree.
    page.locator("#in-tabs").get_by_role("tab", name=VIEWS["compare"].title, exact=True).click()
    page.get_by_text(labels.NO_RESULT).first.wait_for()
    tab = page.locator("#in-tabs").get_by_role("tab", selected=True)
    page.locator("#in-ruler [data-layer=relu2_1] .catch").click()
    arrives(page, layer="relu2_1")
    arrives(page, view=next(name for name, view in VIEWS.items() if view.title == tab.inner_text()))


def test_whoever_clicks_faster_than_the_page_answers_ends_where_the_last_click_leads(visit):
    page = look_inside(visit)
    page.set_default_timeout(SHORT)
    is_filled(page, "channels")
    for layer in ("relu5_1", "relu4_2", "relu1_2", "relu3_1"):
        page.locator(f"#in-ruler [data-layer={layer}] .catch").click()
    arrives(page, layer="relu3_1")
    for stop in ("2", "5", "3", "4"):
        choose(page, "in-stop", stop)
    arrives(page, stop=4, view="gram")
    for view in ("kernels", "compare", "lesson"):
        page.locator("#in-tabs").get_by_role("tab", name=VIEWS[view].title, exact=True).click()
    arrives(page, view="lesson")
    page.wait_for_timeout(1000)  # for answers that come late
    arrives(page, view="lesson", stop=4, layer="relu2_1")
    is_filled(page, "lesson")


def test_a_run_is_watched_from_inside_its_result_is_looked_into_and_its_layers_are_painted_with(visit, monkeypatch):
    monkeypatch.setattr(setting_widgets, "ARTICLE", replace(ARTICLE, size=LASTING, evaluations=10_000))
    monkeypatch.setattr(steps_actions, "SELDOM", 0.5)
    page = look_inside(visit, "?view=steps&layer=relu2_1&channel=7")
    page.locator("#in-step-status").get_by_text("Nothing has been painted").wait_for()
    page.click("#in-paint-article")
    page.locator("#in-step-figure img").wait_for()
    with changes(page, "in-step-figure"):
        pass  # by itself, while the run goes on
    assert "channel 7" in caption(page, "in-step-figure")
    page.locator("#in-step-losses polyline").nth(1).wait_for(state="attached")
    assert not page.locator("#in-paint-article").is_visible()
    page.get_by_role("tab", name=text.PAINT_TAB).click()
    page.locator("#look-inside").get_by_text(text.WATCH_INSIDE).click()
    arrives(page, view="steps", layer="relu3_1")
    shows_file(page, "in-step-figure", "relu3_1-step-")
    page.get_by_role("tab", name=text.PAINT_TAB).click()
    page.click("#stop")
    page.get_by_text("Stopped after").wait_for()
    page.get_by_role("tab", name=text.INSIDE_TAB).click()
    page.wait_for_function("!document.querySelector('#in-step-status [data-wait]')")
    page.locator("#in-kept-step input[type=range]").press("Home")
    shows_file(page, "in-step-figure", "step-0.png")
    arrives(page, step=1)

    page.get_by_role("tab", name=text.PAINT_TAB).click()
    page.locator("#look-inside").get_by_text(text.LOOK_INSIDE).click()
    arrives(page, view="compare", slot="result", layer="relu3_1")
    is_filled(page, "compare")
    # Not the example that comes with the pair, but what was painted just now.
    page.wait_for_function(LOADED, arg=["in-picture"])
    assert max(picture(page, "in-picture").size) == LASTING
    assert page.locator("#in-slot input[value=result]").is_checked()

    page.locator("#in-ruler [data-layer=relu3_2] .catch").click()
    arrives(page, layer="relu3_2")
    choose(page, "in-level", "explore")
    page.locator("#in-roles").get_by_label("style layer").check()
    arrives(page, style=("relu1_1", "relu2_1", "relu3_1", "relu3_2", "relu4_1", "relu5_1"))
    page.click("#in-paint-with")
    page.get_by_text(text.LAYERS_TAKEN).wait_for()
    page.locator("#paint").wait_for()
    page.click("#more > button")
    page.locator("#style_layers").get_by_text("relu3_2").wait_for()


def test_a_picture_is_rebuilt_before_ones_eyes_and_stop_ends_it(visit, monkeypatch):
    monkeypatch.setattr(rebuild_actions, "SIDE", LASTING)  # slow enough to be stopped
    monkeypatch.setattr(rebuild_actions, "reconstruction", partial(reconstruction, evaluations=10_000))
    monkeypatch.setattr(untrained_actions, "EVALUATIONS", 2)
    monkeypatch.setattr(untrained_actions, "PAINTED", 64)
    monkeypatch.setattr(gram_drafts, "EVALUATIONS", 2)
    monkeypatch.setattr(gram_drafts, "SIZE", 64)
    page = look_inside(visit, "?view=rebuild&layer=relu2_1")
    is_filled(page, "rebuild")
    page.click("#in-rebuild")
    page.locator("#in-rebuilt img").wait_for()
    page.wait_for_function(LOADED, arg=["in-rebuilt"])
    page.click("#in-stop-rebuild")
    page.locator("#in-rebuild-status").get_by_text("Stopped after").wait_for()
    page.wait_for_function("!document.querySelector('#in-rebuild').disabled")
    page.locator("#in-stop-rebuild").wait_for(state="hidden")
    assert "relu2_1" in caption(page, "in-rebuilt")
    # Pictures that excite a channel stand in the same line, and are there after a moment.
    open_view(page, "excite")
    page.click("#in-excite")
    page.locator("#in-excite-status").get_by_text("Made in").wait_for()
    page.wait_for_function(LOADED, arg=["in-excited"])
    assert "of conv2_1" in caption(page, "in-excited")
    page.locator("#in-stop-excite").wait_for(state="hidden")
    open_view(page, "untrained")
    page.click("#in-paint-both")
    page.locator("#in-both-status").get_by_text("Painted with both").wait_for()
    page.wait_for_function(LOADED, arg=["in-both"])
    # A change of the style is painted there, too, and taken to the first tab.
    open_view(page, "edit")
    page.click("#in-paint-change")
    page.locator("#in-edit-status").get_by_text("Painted before and after").wait_for()
    page.wait_for_function(LOADED, arg=["in-edit-drafts"])
    assert "relu2_1:0x0" in caption(page, "in-edit-drafts")
    page.click("#in-use-change")
    page.get_by_text(text.CHANGE_TAKEN).wait_for()
    page.locator("#paint").wait_for()
    page.locator("#more > button").click()
    page.wait_for_function("document.querySelector('#gram_changes textarea')?.value === 'relu2_1:0x0'")
