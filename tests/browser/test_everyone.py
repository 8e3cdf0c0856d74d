"""The page for everyone: two visitors at once, a keyboard and no mouse, pictures of one's own."""

import re

from PIL import Image

from demo import text
from demo.explorer.views import VIEWS
from tests.support.page_helpers import own_picture, set_numbers
from tests.support.wide_encoder import LASTING

# What cuts off the outline of the label that has the focus.
CUT_OFF = """() => {
    const label = document.activeElement.closest('label');
    const style = getComputedStyle(label), box = label.getBoundingClientRect();
    const more = parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset), found = [];
    for (let it = label.parentElement; it; it = it.parentElement) {
        const around = it.getBoundingClientRect();
        const whole = around.left <= box.left - more && around.top <= box.top - more && around.right >= box.right + more
            && around.bottom >= box.bottom + more;
        if (getComputedStyle(it).overflow !== 'visible' && !whole) found.push(it.className);
    }
    return found;
}"""
ENDED = re.compile("Painted in|Stopped after|Time limit of")


def test_two_visitors_at_once_each_get_their_own(visit):
    ada, bob = visit(), visit()
    set_numbers(ada, size=LASTING, levels=1, evaluations=10_000)
    set_numbers(bob, size=64, evaluations=3)
    ada.bring_to_front()  # a page behind another is drawn seldom
    ada.click("#paint")
    ada.locator("#live img").wait_for()
    bob.bring_to_front()
    bob.click("#paint")  # and waits for his turn
    bob.get_by_text("Another picture is being painted. You are first in the queue; your turn comes in about").wait_for()
    assert not bob.locator("#status").is_visible() and bob.locator("#paint").inner_text() == text.STARTING
    cy = visit(alone=True)
    cy.get_by_text(re.compile(r"About .+, after 2 others \(about .+\), and .+ of memory on this machine")).wait_for()
    # Whoever waits or is painted for can look inside meanwhile, and each is where they went.
    for page, layer in ((ada, "relu1_2"), (bob, "relu2_2")):
        page.bring_to_front()
        page.get_by_role("tab", name=text.INSIDE_TAB).click()
        page.locator(f"#in-ruler [data-layer={layer}] .catch").click()
        page.locator(f"#in-link a[href*='layer={layer}']").wait_for()
    assert "layer=relu1_2" in ada.locator("#in-link a").get_attribute("href")
    for page in (bob, ada):
        page.bring_to_front()
        page.get_by_role("tab", name=text.PAINT_TAB).click()
    assert not bob.locator("#live img").is_visible()
    ada.click("#stop")
    ada.get_by_text("Stopped after").wait_for()
    bob.get_by_text(re.compile("Painted in")).wait_for()
    assert not bob.locator("#place").is_visible()
    cy.bring_to_front()  # the estimate is brought up to date while others are counted
    shows = "!document.querySelector('#estimate').innerText.includes('after')"
    cy.wait_for_function(shows)
    assert "Stopped after" in ada.locator("#status").inner_text()


def test_a_picture_is_painted_and_the_network_looked_into_without_a_mouse_and_everything_has_a_name(visit, tmp_path):
    page = visit()
    for name in (text.PHOTO, text.PAINTING):
        page.get_by_role("button", name=f"Remove Image: {name}", exact=True).wait_for()
        assert page.locator(f"#{name.lower()} img").get_attribute("alt") == name
    labels = page.locator("#pairs .thumbnail-item").evaluate_all("items => items.map(item => item.ariaLabel)")
    assert labels[1] == "Thumbnail 2 of 6: Chelsea the cat, as Père Tanguy" and len(set(labels)) == 6
    set_numbers(page, size=64, evaluations=3)

    def tab_to(condition: str) -> None:
        """Press Tab until the focus is where `condition` holds."""
        for _ in range(200):
            if page.evaluate(f"(() => {{ const it = document.activeElement; return {condition}; }})()"):
                outline = "getComputedStyle(it).outlineStyle !== 'none' || getComputedStyle(it).boxShadow !== 'none'"
                around = "it.closest('label, button, fieldset, .block')"
                seen = page.evaluate(
                    f"(() => {{ const seen = it => {outline}; const it = document.activeElement;"
                    f" return seen(it) || Boolean({around} && seen({around})); }})()"
                )
                assert seen, f"the focus cannot be seen where {condition}"
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"Tab never comes to where {condition}")

    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    tab_to("it.closest('#preset')")
    assert page.evaluate(CUT_OFF) == []
    tab_to("it.id === 'paint'")
    page.keyboard.press("Enter")
    page.get_by_text(ENDED).wait_for()
    page.locator("#compare img").nth(1).wait_for()
    images = page.locator("#compare img").evaluate_all("all => all.map(one => [one.alt, one.naturalWidth > 0])")
    assert sorted(name for name, _ in images) == sorted([text.PHOTO, text.RESULT])
    result = page.get_by_alt_text(text.RESULT, exact=True).evaluate("image => image.src")
    assert result.endswith("result.webp")
    tab_to("it.matches('#compare [role=slider]')")
    slider = page.locator("#compare [role=slider]")
    for key, place in (("Home", 0), ("ArrowRight", 5), ("ArrowRight", 10), ("ArrowLeft", 5), ("End", 100)):
        page.keyboard.press(key)
        page.wait_for_function(f"Math.abs(document.activeElement.ariaValueNow - {place}) <= 1")
    assert slider.get_attribute("aria-label") == text.COMPARE
    tab_to("it.id === 'download' || it.closest('#download')")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    download.value.save_as(tmp_path / "taken.png")
    assert max(Image.open(tmp_path / "taken.png").size) == 64

    tab_to("it.id === 'look-inside'")
    page.keyboard.press("Enter")
    page.locator("#in-link a[href*='view=compare']").wait_for()
    page.locator("#in-grams a.download-link").wait_for()
    buttons = page.locator("#in-grams :is(a, button)")
    stops = buttons.evaluate_all("found => found.filter(it => it.tabIndex >= 0).map(it => it.ariaLabel)")
    assert stops.count(text.DOWNLOAD) == 1 and "Download" not in stops
    # Every choice of a radio is a stop of its own: Gradio gives them different names.
    tab_to("it.closest('#in-stop') && it.value === '4'")
    page.keyboard.press("Space")
    page.locator("#in-link a[href*='stop=4']").wait_for()
    tab_to(f"it.role === 'tab' && it.innerText === '{VIEWS['lesson'].title}'")
    page.keyboard.press("Enter")
    page.locator("#in-link a[href*='view=lesson']").wait_for()
    tab_to("it.closest('#in-change') && it.value === 'grey'")
    page.keyboard.press("Space")
    page.locator("#in-link a[href*='change=grey']").wait_for()


PASTE = """([data, id]) => {
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([new Uint8Array(data)], 'pasted.png', {type: 'image/png'}));
    document.querySelector(`#${id} button`)?.focus();
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData, bubbles: true, cancelable: true}));
}"""


def test_pictures_are_pasted_and_an_own_photo_and_an_own_painting_become_one_picture_of_their_shape(visit, tmp_path):
    page = visit()
    data = list(own_picture(tmp_path, "pasted", (90, 60)).read_bytes())
    for name in ("painting", "photo"):
        page.evaluate(PASTE, [data, name])
        page.wait_for_function(f"document.querySelector('#{name} img')?.naturalWidth === 90")
    set_numbers(page, size=96, evaluations=3)
    for name, size in (("photo", (120, 80)), ("painting", (70, 90))):
        uploads = own_picture(tmp_path, name, size)
        if name == "photo":  # as a TIFF, which browsers cannot show
            uploads = uploads.with_suffix(".tif")
            Image.open(uploads.with_suffix(".png")).save(uploads)
        frame = page.locator(f"#{name}")
        frame.get_by_label("Remove Image").click()
        frame.locator("input[type=file]").set_input_files(uploads)
        page.wait_for_function(f"() => document.querySelector('#{name} img')?.naturalWidth === {size[0]}")
        # What was made of a bundled pair is no example of this.
        page.get_by_text("The picture appears here at once").wait_for()
        assert page.locator("#compare").count() == 0 and "Painted earlier" not in page.locator("#status").inner_text()
    page.get_by_role("tab", name=text.INSIDE_TAB).click()  # before anything is painted of them
    shown = "document.querySelector('#in-picture img')?.naturalWidth"
    page.wait_for_function(f"{shown} === 120")
    page.locator("#in-slot input[value=painting]").click()
    page.wait_for_function(f"{shown} === 70")
    page.get_by_role("tab", name=text.PAINT_TAB).click()
    page.click("#paint")
    page.get_by_text(ENDED).wait_for()
    with page.expect_download() as download:
        page.click("#download")
    download.value.save_as(tmp_path / "taken.png")
    assert Image.open(tmp_path / "taken.png").size == (96, 64)
