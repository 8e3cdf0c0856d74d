"""Going on from a result, as a visitor does."""

import re
from contextlib import suppress

from playwright.sync_api import TimeoutError

from demo.paint import going_on_text
from tests.support.page_helpers import faults, set_numbers
from tests.support.wide_encoder import LASTING


def test_a_visitor_stops_goes_on_with_a_broader_brush_stops_again_and_is_told_why_another_photo_does_not_do(visit):
    page = visit(width=390, height=844)
    assert page.locator("#going-on").count() == 0
    set_numbers(page, size=LASTING, evaluations=9999, levels=1)
    page.click("#paint")
    page.click("#stop")
    page.locator("#go-on").wait_for()
    assert faults(page, "#going-on") == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.wait_for_function("document.querySelector('#more-evaluations input').value === '9999'")
    page.get_by_text(re.compile(r"^About [\w ]+\.$")).wait_for()
    stopped = page.locator("#status .status span").inner_text()
    before = int(re.search(r"(\d+) of 9999", stopped).group(1))

    page.locator("#style_scale input[type=number]").fill("2")
    page.click("#go-on")
    page.get_by_text(going_on_text.going_on(before).strip()).wait_for()
    assert page.locator("#go-on").count() == 0
    page.click("#stop")
    page.get_by_text(
        re.compile(rf"^Stopped after .* of 9999 evaluations more, \d+ in all · {LASTING} × \d+ px$")
    ).wait_for()

    refused = page.get_by_text("evaluations must be between 1 and 10000, not 0.")
    # When a run has ended, the page fills the field in, perhaps after the visitor did.
    for _ in range(10):
        page.fill("#more-evaluations input", "0")
        with suppress(TimeoutError):
            refused.wait_for(timeout=3000)
            break
    refused.wait_for()
    page.fill("#more-evaluations input", "2")
    page.locator(".pairs .thumbnail-item").nth(1).click()
    page.get_by_text("This picture was painted from another photo.").wait_for()
    page.click("#go-on")
    page.locator(".toast-wrap").get_by_text("This picture was painted from another photo.").first.wait_for()
    page.locator("#go-on").wait_for()
    page.locator("#status").get_by_text("Stopped after").wait_for()  # the result is still there, and so is its line
    assert page.locator("#download").is_enabled() and page.locator("#compare img").count() == 2
