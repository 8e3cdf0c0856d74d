"""What the page says before a run that will probably disappoint."""

from tests.support.page_helpers import faults, own_picture, set_numbers

ADVICE = "#estimate .advice"


def bring(page, name: str, path) -> None:
    frame = page.locator(f"#{name}")
    if frame.get_by_label("Remove Image").count():
        frame.get_by_label("Remove Image").click()
    frame.locator("input[type=file]").set_input_files(path)


def test_what_will_disappoint_is_said_beside_the_button_as_soon_as_it_is_known(visit, tmp_path):
    page = visit()
    page.get_by_text("of memory on this machine").wait_for()
    assert page.locator(ADVICE).count() == 0
    small = own_picture(tmp_path, size=(90, 60))
    bring(page, "painting", small)
    page.locator(ADVICE).get_by_text("The painting has 90x60 pixels and is enlarged to 768").wait_for()
    bring(page, "photo", small)
    page.locator(ADVICE).get_by_text("are the same picture").wait_for()
    page.locator(ADVICE).get_by_text("The photo has 90x60 pixels and is enlarged to 512").wait_for()
    assert page.locator(ADVICE).count() == 3 and page.locator("#paint").is_enabled()
    assert faults(page, "#inputs") == []
    set_numbers(page, size=112)  # painted with a brush of 168 px
    page.locator(ADVICE).get_by_text("is enlarged to").first.wait_for(state="detached")
    set_numbers(page, style_weight=0)
    page.locator(ADVICE).first.wait_for(state="detached")
    page.get_by_text("of memory on this machine").wait_for()
