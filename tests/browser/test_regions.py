"""What a visitor draws on the photo says where it is painted."""

import numpy as np
from PIL import Image

from demo.examples import PAIRS
from demo.paint import regions_text
from nst_core.images import load_picture, resize
from tests.browser.test_page import paint_quickly, recipe_of_download
from tests.support.page_helpers import faults, own_picture


def draw(page, *places: tuple[float, float]) -> None:
    """Draw a line through places in shares of the width and height of the picture, which lies in the canvas's middle."""
    box = page.locator("#drawing canvas").first.bounding_box()
    size = load_picture(PAIRS[0].photo).size
    scale = min((box["width"] - 60) / size[0], (box["height"] - 60) / size[1])
    for number, (x, y) in enumerate(places):
        across = box["x"] + box["width"] / 2 + (x - 0.5) * size[0] * scale
        page.mouse.move(across, box["y"] + box["height"] / 2 + (y - 0.5) * size[1] * scale, steps=5)
        if not number:
            page.mouse.down()
    page.mouse.up()


def open_regions(page) -> None:
    page.click("#regions > button")
    page.locator("#drawing canvas").first.wait_for()
    page.get_by_label("Clear canvas").wait_for()
    page.locator("#drawing").scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.zoom-number')?.innerText !== '100%'")  # the photo is there


def kept_share(path, photo: Image.Image) -> float:
    """The share of the picture's pixels that are those of the photo."""
    picture = Image.open(path).convert("RGB")
    return float((np.asarray(picture) == np.asarray(resize(photo, *picture.size))).all(-1).mean())


def test_what_is_drawn_in_white_stays_the_photo(visit, tmp_path):
    page = visit()
    assert not [
        url for url in page.evaluate("performance.getEntriesByType('resource').map(r => r.name)") if "pixi" in url
    ]
    open_regions(page)
    assert faults(page, "#regions") == []
    draw(page, (0.2, 0.4), (0.8, 0.4))
    page.click("#mixing > button")
    page.set_input_files("#other-paintings input[type=file]", own_picture(tmp_path, "other"))
    page.get_by_text("painting 1 of those mixed in").wait_for()
    page.locator("#drawing").scroll_into_view_if_needed()
    page.get_by_label("Color", exact=True).click()
    page.get_by_label(regions_text.FIRST).click()
    draw(page, (0.8, 0.6), (0.2, 0.6))
    page.click("#regions > button")  # what was drawn stays when it is folded away
    paint_quickly(page)
    page.locator("#drawing").wait_for(state="detached")  # beside a run it would upload its pictures all the time
    photo = load_picture(PAIRS[0].photo)
    path, recipe = recipe_of_download(page, tmp_path)
    assert len(recipe["regions_sha256"]) == 64
    assert 0.05 < kept_share(path, photo) < 0.4

    open_regions(page)  # it comes back with what was drawn, and more can be drawn
    draw(page, (0.2, 0.85), (0.8, 0.85))
    paint_quickly(page, size=96)
    page.get_by_text("96 × 64 px").wait_for()
    again, more = recipe_of_download(page, tmp_path)
    assert more["regions_sha256"] != recipe["regions_sha256"]
    assert kept_share(again, photo) > kept_share(path, photo) + 0.03

    page.locator("#photo").get_by_label("Remove Image").click()
    page.set_input_files("#photo input[type=file]", own_picture(tmp_path))
    page.wait_for_function("document.querySelector('#own').innerText.includes('bring your own')")
    paint_quickly(page, size=80)
    page.get_by_text("80 × 60 px").wait_for()
    path, recipe = recipe_of_download(page, tmp_path)
    assert "regions_sha256" not in recipe  # drawn on another photo
    assert regions_text.TITLE in page.locator("#regions").inner_text()
