"""The strip of kept results in a browser: reload, second tab, a run that a reload ended, comparing, the ZIP file."""

import re
import zipfile

from demo.paint import kept_text
from nst_core.recipe import read_recipe
from tests.support.page_helpers import agrees, faults, own_picture, reload, set_numbers
from tests.support.wide_encoder import LASTING

SMALL = "#kept button"
AWAY = re.compile(r"The page was away, so this run ended after [1-9]\d* of 10000 evaluations\.")


def paint(page, count: int, **numbers: float) -> None:
    """Paint with these settings; `count` results are then in the strip."""
    set_numbers(page, **numbers)
    page.click("#paint")
    page.locator(SMALL).nth(count - 1).wait_for()
    page.locator("#stop").wait_for(state="detached")


def value(page, name: str) -> str:
    if not page.locator(f"#{name}").is_visible():
        page.click("#more > button")
    return page.locator(f"#{name} input[type=number]").input_value()


def test_nothing_is_gone_after_a_reload_in_a_second_tab_or_when_the_page_was_away_and_the_page_asks_before(
    visit, tmp_path
):
    page = visit()
    asked = agrees(page)
    assert not page.locator("#kept").is_visible() and not page.locator("#compare-two").is_visible()
    page.get_by_label("Remove Image: Photo").click()
    page.locator("#photo input[type=file]").set_input_files(own_picture(tmp_path, "castle"))
    page.locator("#photo img").wait_for()
    paint(page, 1, size=64, evaluations=2, tv_weight=5)
    paint(page, 2, size=96, evaluations=2, tv_weight=6)
    with page.expect_download() as saved:
        page.click("#download")
    assert saved.value.suggested_filename.startswith("castle-as-van-gogh")

    reload(page)
    page.locator(SMALL).nth(1).wait_for()
    assert len(asked) == 0  # it was downloaded
    newest = page.locator(f"{SMALL}[aria-pressed=true]")
    newest.wait_for()
    assert value(page, "tv_weight") == "6"
    assert newest.get_attribute("aria-label").startswith("Picture 2, ")
    page.locator(SMALL).nth(1).focus()
    page.keyboard.press("Enter")  # the older one
    page.locator(f"{SMALL}[aria-pressed=true][data-number='1']").wait_for()
    assert value(page, "tv_weight") == "5"
    assert "64 × 48 px" in page.locator("#status").inner_text()

    paint(page, 3, size=64)
    reload(page)
    page.locator(SMALL).nth(2).wait_for()
    assert len(asked) == 1  # for a picture that was not
    set_numbers(page, size=LASTING, levels=1, evaluations=10_000)
    page.click("#paint")
    page.locator("#status").get_by_text(re.compile("evaluation [1-9]")).wait_for()
    reload(page)
    assert len(asked) == 2  # for a run
    page.locator("#status").get_by_text(AWAY).wait_for()
    assert page.locator("#kept").get_by_text(kept_text.RUNNING).count() == 0
    assert page.locator(SMALL).count() == 4 and page.locator("#photo img").is_visible()

    tab = visit(returning=True)
    tab.locator(SMALL).nth(3).wait_for()
    tab.click("#forget")
    tab.locator("#kept").wait_for(state="hidden")
    page.locator(SMALL).nth(1).click()
    page.get_by_text(kept_text.GONE).wait_for()
    page.locator("#kept").wait_for(state="hidden")


def test_two_are_compared_and_all_are_saved_on_a_telephone(visit, tmp_path):
    page = visit(width=390, height=844)
    for count in range(1, 5):
        paint(page, count, size=64, evaluations=2, tv_weight=count)
    strip = page.locator("#kept ol")
    assert strip.evaluate("list => list.scrollWidth > list.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.click("#compare-two")
    page.get_by_text("Left: Picture 4").wait_for()
    page.locator(SMALL).nth(3).click()
    sides = page.get_by_text(re.compile("Left: Picture 4 .*Right: Picture 1 "))
    sides.wait_for()
    names = "[...document.querySelectorAll('#compare img')].map(image => image.alt).join()"
    page.wait_for_function(f"{names} === 'Picture 4,Picture 1'")
    assert page.locator("#compare label").first.inner_text() == "Picture 4 and picture 1"
    assert faults(page, "#outcome") == []
    with page.expect_download() as saved:
        page.click("#all-as-zip")
    path = tmp_path / saved.value.suggested_filename
    saved.value.save_as(path)
    with zipfile.ZipFile(path) as archive:
        weights = [
            read_recipe(archive.read(name))["settings"]["tv_weight"] for name in archive.namelist() if ".png" in name
        ]
    assert weights == [1, 2, 3, 4] and path.name == "pictures.zip"
    page.click("#compare-two")
    sides.wait_for(state="detached")
    page.wait_for_function(f"{names}.startsWith('Photo')")
