"""A server whose disk is full: the picture is shown and downloaded all the same."""

from PIL import Image

from demo import text
from nst_core.recipe import read_recipe
from tests.support.page_helpers import agrees, faults, ready, set_numbers
from tests.support.served_page import disk_full


def test_a_picture_that_cannot_be_saved_on_the_server_is_downloaded_out_of_the_page(
    launched, visit, tmp_path, monkeypatch
):
    page = visit()
    asked = agrees(page)
    disk_full(launched[0], monkeypatch, tmp_path, text.RESULT, text.COMPARE, text.DOWNLOAD)
    set_numbers(page, size=96, evaluations=3)
    page.click("#paint")
    page.get_by_text(text.NOT_ON_DISK).wait_for()
    page.locator("#status").get_by_text("Painted in").wait_for()
    page.wait_for_function("document.querySelector('#empty img').naturalWidth === 96")
    assert not page.locator("#live, #compare").first.is_visible() and page.locator("#download").is_disabled()
    assert text.NO_PREVIEW in page.locator("#status").inner_text()
    assert faults(page, "#outcome") == []
    page.locator("#paint:enabled").wait_for()

    page.reload()
    ready(page)
    assert len(asked) == 1  # the picture would be lost
    set_numbers(page, size=96, evaluations=4)
    page.click("#paint")
    with page.expect_download() as download:
        page.get_by_role("link", name=text.DOWNLOAD).click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert path.suffix == ".png"
    assert read_recipe(path)["settings"]["evaluations"] == 4 and Image.open(path).width == 96
    page.reload()
    ready(page)
    assert len(asked) == 1
