"""What a visitor draws on the photo says where it is painted."""

import numpy as np
from PIL import Image

from demo.examples import PAIRS
from demo.paint import regions_text
from nst_core.images import load_picture, resize
from tests.browser.test_page import paint_quickly, recipe_of_download
from tests.support.page_helpers import faults, own_picture


def draw(page, *places: tuple[float, float]) -> None:
    """Draw a line through places in shares of the photo's width and height, and wait until the server has it."""
    page.locator("#drawing canvas").scroll_into_view_if_needed()
    box = page.locator("#drawing canvas").bounding_box()
    with page.expect_response(lambda response: "queue/join" in response.url):
        for number, (x, y) in enumerate(places):
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
            if not number:
                page.mouse.down()
        page.mouse.up()


def kept_share(path, photo: Image.Image) -> float:
    """The share of the picture's pixels that are those of the photo."""
    picture = Image.open(path).convert("RGB")
    return float((np.asarray(picture) == np.asarray(resize(photo, *picture.size))).all(-1).mean())


def test_what_is_drawn_in_white_stays_the_photo_and_other_paintings_have_their_colours(visit, tmp_path):
    page, photo = visit(), load_picture(PAIRS[0].photo)
    page.click("#regions > button")
    page.locator("#drawing canvas").wait_for()
    draw(page, (0.2, 0.4), (0.8, 0.4))
    page.click("#mixing > button")
    page.set_input_files("#other-paintings input[type=file]", own_picture(tmp_path, "other"))
    page.get_by_role("button", name=regions_text.OTHER.format(1)).click()
    draw(page, (0.8, 0.6), (0.2, 0.6))
    assert faults(page, "#regions") == []
    page.click("#regions > button")  # what was drawn stays when it is folded away
    paint_quickly(page)
    path, recipe = recipe_of_download(page, tmp_path)
    assert len(recipe["regions_sha256"]) == 64 and 0.03 < kept_share(path, photo) < 0.3

    page.click("#regions > button")  # and more can be drawn
    page.locator("#drawing canvas").wait_for()
    page.get_by_role("button", name=regions_text.KEEP).click()
    draw(page, (0.2, 0.85), (0.8, 0.85))
    paint_quickly(page, size=96)
    page.get_by_text("96 × 64 px").wait_for()
    again, more = recipe_of_download(page, tmp_path)
    assert more["regions_sha256"] != recipe["regions_sha256"]
    third = (48, 54)  # the middle of the third line
    assert Image.open(again).getpixel(third) == resize(photo, 96, 64).getpixel(third)

    page.locator("#photo").get_by_label("Remove Image").click()
    page.set_input_files("#photo input[type=file]", own_picture(tmp_path))
    page.wait_for_function("document.querySelector('#drawing canvas')?.height === 240")  # the new photo to draw on
    paint_quickly(page, size=80)
    page.get_by_text("80 × 60 px").wait_for()
    assert "regions_sha256" not in recipe_of_download(page, tmp_path)[1]  # that was drawn on another photo
