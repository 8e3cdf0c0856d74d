"""What the strip of kept results says and does: words, two side by side, the ZIP file. Without gradio."""

import io
import re
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from PIL import Image

from demo.compute.kept_results import KeptResult
from demo.compute.worker import Worker
from demo.paint import kept_actions as actions
from demo.paint import kept_strip, kept_text, paint_actions
from demo.paint.kept_strip import Strip
from nst_core.recipe import read_recipe, recipe_settings
from nst_core.settings import Settings

RUNS = (
    Settings(size=64, evaluations=2),
    Settings(size=96, evaluations=2, style_weight=3),
    Settings(size=64, evaluations=2, objective="gatys", colors="luminance"),
)


@pytest.fixture(scope="module")
def results(tiny, photo, painting) -> list[KeptResult]:
    """Three results, newest first."""
    worker = Worker(tiny)
    session = paint_actions.PaintSession(visitor=worker.kept.key())
    for settings in RUNS:
        list(paint_actions.paint(worker, photo, [painting], settings, session))
    return worker.kept.of(session.visitor)


def items(results: list[KeptResult], shown: Strip) -> list[ElementTree.Element]:
    """The buttons of the strip."""
    html = re.sub(r"(<img[^>]*)>", r"\1/>", kept_strip.strip(results, shown, 0, 60))
    return ElementTree.fromstring(html).findall(".//button")


def test_a_result_is_described_by_what_is_not_usual(results):
    assert [kept_strip.described(result) for result in reversed(results)] == [
        "Steps (evaluations) 2 · 64 px",
        "β 3 · Steps (evaluations) 2 · 96 px",
        "Objective Gatys (the article) · Steps (evaluations) 2 · Colours of the photo, place by place · 64 px",
    ]


def test_the_strip_is_newest_first_with_a_name_and_a_picture_for_each_and_marks_the_one_shown(results):
    buttons = items(results, Strip(chosen=2))
    assert [button.get("data-number") for button in buttons] == ["3", "2", "1"]
    assert [button.get("aria-pressed") for button in buttons] == ["false", "true", "false"]
    assert buttons[1].get("aria-label") == "Picture 2, β 3 · Steps (evaluations) 2 · 96 px"
    assert all(button.find("img").get("src").startswith("data:image/webp;base64,") for button in buttons)


def test_two_that_are_compared_are_named_by_their_sides(results):
    shown = Strip(chosen=1, against=3)
    labels = [button.get("aria-label").rpartition(", ")[2] for button in items(results, shown)]
    assert (labels[0], labels[2]) == ("right", "left")
    words = kept_strip.strip(results, shown, 0, 60)
    assert "Left: <b>Picture 1</b> (Steps (evaluations) 2 · 64 px). Right: <b>Picture 3</b>" in words


def test_without_results_the_strip_is_empty_and_says_so_to_the_script():
    assert kept_strip.strip([], Strip(), 0, 60) == '<div data-kept="0" data-running="0"></div>'
    assert kept_text.RUNNING in kept_strip.strip([], Strip(), 1, 60)
    assert kept_text.RUNNING not in kept_strip.strip([], Strip(busy=True), 1, 60)


@pytest.mark.parametrize("minutes, words", [(60, "until an hour after"), (5, "5 min"), (90, "1 h 30 min")])
def test_how_long_results_are_kept_is_said(results, minutes, words):
    assert words in kept_strip.strip(results, Strip(), 0, minutes)


def test_the_zip_holds_every_png_with_its_recipe_under_names_that_differ(results):
    with zipfile.ZipFile(io.BytesIO(actions.zip_of(results))) as archive:
        files = archive.namelist()
        names = [name for name in files if name.endswith(".png")]
        numbers = {name: archive.read(name).decode() for name in files if name.endswith(".csv")}
        settings = [recipe_settings(read_recipe(archive.read(name))) for name in names]
    assert settings == list(RUNS)
    assert names == ["01-painting-64px.png", "02-painting-96px.png", "03-painting-64px.png"]
    assert len(files) == 3 * 4 and all(name.replace(".png", "-losses-by-layer.svg") in files for name in names)
    assert {name: numbers[name.replace(".png", "-losses.csv")] for name in names} == dict(
        zip(names, [result.losses_csv for result in reversed(results)], strict=True)
    )


def test_two_results_of_one_photo_stand_at_one_size_and_those_of_two_shapes_as_they_are(results):
    newest, middle, oldest = results
    assert [picture.size for picture in actions.pair(oldest, middle)] == [(96, 67), (96, 67)]
    square = io.BytesIO()
    Image.new("RGB", (50, 90)).save(square, "PNG")
    other = replace(newest, png=square.getvalue())
    assert [picture.size for picture in actions.pair(oldest, other)] == [(64, 45), (50, 90)]


def test_a_result_is_compared_with_the_one_before_it_or_else_with_the_one_after(results):
    assert [actions.other_than(results, number) for number in (3, 2, 1)] == [2, 1, 2]
    assert actions.other_than(results[:1], 3) is None


def test_what_is_shown_again_has_the_photo_at_the_size_of_the_result_and_goes_to_the_explorer(results):
    shown = actions.reopened(results[1])
    assert shown.photo.size == shown.picture.size == (96, 67)
    assert shown.painted.settings == RUNS[1] and shown.painted.picture.tobytes() == shown.picture.tobytes()
