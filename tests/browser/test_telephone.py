"""The explorer on a telephone: everything is in reach, and large enough for a thumb."""

from contextlib import suppress

from playwright.sync_api import TimeoutError

from demo.explorer.views import VIEWS
from demo.explorer.views.gram_actions import CELL
from nst_core.layers import LAYERS
from tests.support.explorer_helpers import (
    arrives,
    choose,
    is_filled,
    is_for_everyone,
    look_inside,
    middle,
    open_view,
    press_at,
    shows_file,
)

LEAST = 24  # pixels, WCAG 2.2, success criterion 2.5.8
# What can be pressed and is smaller, or beyond the screen's edge: of a radio its label counts, of a link with a button in it
# the button. The labels that only name a control are not pressed, nor Gradio's own copies of tabs, with which it measures.
OUT_OF_REACH = """least => [...document.querySelectorAll('#inside :is(button, a, input, [role=tab], [data-layer])')]
    .filter(it => it.checkVisibility() && !it.closest('[aria-hidden=true]') && !it.querySelector('button, img'))
    .map(it => [it, (it.closest('fieldset label') ?? it.querySelector('.catch') ?? it).getBoundingClientRect()])
    .filter(([it, box]) => box.width < least || box.height < least || box.left < 0 || box.right > innerWidth)
    .map(([it, box]) => `${it.tagName} ${it.ariaLabel ?? it.dataset.layer ?? it.innerText} ${JSON.stringify(box)}`)"""


def everything_is_in_reach(page, view: str) -> None:
    """Every control is large enough and on the screen, and so are the tabs of all views."""
    with suppress(TimeoutError):  # Gradio may still lay out the tabs
        page.wait_for_function(f"least => !({OUT_OF_REACH})(least).length", arg=LEAST, timeout=1000)
    assert page.evaluate(OUT_OF_REACH, LEAST) == [], view
    names = page.locator("#in-tabs > .tab-wrapper button:visible:not([aria-hidden] *)").all_inner_texts()
    assert sorted(names) == sorted(view.title for view in VIEWS.values())


def test_every_view_is_for_everyone_also_on_a_wide_light_screen_and_every_control_in_reach_of_a_thumb(visit):
    query = "?view=channels&level=explore&layer=relu3_1&__theme=dark"
    page = look_inside(visit, query, width=390, height=844)
    page.add_style_tag(content="* { transition: none !important }")  # between dark and light
    assert "dark" in page.locator("body").get_attribute("class")
    for view in VIEWS:
        open_view(page, view) if view != "channels" else is_filled(page, view)
        assert page.request.get(page.locator("#in-link a").evaluate("link => link.href")).ok, view
        is_for_everyone(page, view)
        everything_is_in_reach(page, view)
        page.set_viewport_size({"width": 1280, "height": 900})
        page.evaluate("document.body.classList.remove('dark')")
        is_for_everyone(page, view)
        page.evaluate("document.body.classList.add('dark')")
        page.set_viewport_size({"width": 390, "height": 844})
    choose(page, "in-level", "learn")
    arrives(page, level="learn")  # the same controls but for those that are left out
    everything_is_in_reach(page, list(VIEWS)[-1])


def test_the_first_and_the_last_layer_and_the_map_in_the_corner_are_one_tap_away(visit):
    page = look_inside(visit, "?view=channels&level=explore&layer=relu3_1&sort=index", width=390, height=844)
    assert page.locator("#in-ruler [data-layer]").count() == len(LAYERS)
    for layer in ("conv1_1", "pool5", "relu5_4", "relu3_1"):
        page.locator(f"#in-ruler [data-layer={layer}] .catch").click()
        arrives(page, layer=layer)
    shows_file(page, "in-sheet", "relu3_1-sheet-")
    press_at(page, "in-sheet", *middle("relu3_1", 7))  # upper right, where Gradio puts its buttons
    arrives(page, channel=7)
    word, meaning = page.locator("#in-facts .term", has_text="receptive field"), page.locator("#term-note")
    word.click()
    meaning.get_by_text("The pixels that a unit can see").wait_for()
    assert word.get_attribute("aria-describedby") == "term-note"
    box = meaning.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    page.keyboard.press("Escape")
    meaning.wait_for(state="hidden")
    page.locator("#in-words .term").first.press("Enter")  # by the keyboard, too
    meaning.wait_for()
    page.locator("#in-story h2").click()
    meaning.wait_for(state="hidden")


def test_a_block_and_a_cell_of_the_matrix_are_large_enough_and_scroll_into_view(visit):
    page = look_inside(visit, "?view=gram&layer=relu4_1", width=390, height=844)
    is_filled(page, "gram")
    for name, cells in (("in-whole", 16), ("in-window", 32)):
        width = page.locator(f"#{name} img").evaluate("image => image.getBoundingClientRect().width")
        assert width / cells >= LEAST, name
    before = page.locator("#in-second input").input_value()
    press_at(page, "in-window", CELL * 31 + 8, CELL * 2 + 8)  # in the last column
    page.wait_for_function("before => document.querySelector('#in-second input').value !== before", arg=before)
