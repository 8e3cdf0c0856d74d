"""The page in a browser that translates it while it runs."""

import re

from demo import text
from demo.explorer import tour
from tests.support.explorer_helpers import arrives, choose, is_filled, open_view
from tests.support.page_helpers import set_numbers
from tests.support.wide_encoder import LASTING

# What Chrome's translation does: it takes each text out of the document and puts <font><font>its translation</font></font>
# in its place, now and whenever there is a new one; not below translate="no". Here the translation has the same words.
TRANSLATE = """() => {
    const left = 'script, style, textarea, font, svg, [translate=no], .notranslate';
    const translate = node => {
        if (node.nodeType === 1) return node.matches(left) || [...node.childNodes].forEach(translate);
        if (node.nodeType !== 3 || !node.data.trim() || node.parentElement?.closest(left)) return;
        const outer = document.createElement('font'), inner = document.createElement('font');
        inner.append(node.data);
        outer.append(inner);
        node.replaceWith(outer);
    };
    translate(document.body);
    const observer = new MutationObserver(changes => changes.forEach(
        change => change.type === 'characterData' ? translate(change.target) : change.addedNodes.forEach(translate)));
    observer.observe(document.body, {childList: true, subtree: true, characterData: true});
}"""


def translated(visit):
    page = visit()
    page.evaluate(TRANSLATE)
    assert page.locator("h1 font font").inner_text() == text.TITLE
    return page


def reads(page, selector: str, words: str) -> None:
    page.wait_for_function("([at, words]) => document.querySelector(at)?.innerText === words", arg=[selector, words])


def test_a_run_is_watched_and_the_network_looked_into_in_another_language(visit):
    page = translated(visit)
    set_numbers(page, size=LASTING, levels=1, evaluations=10_000)
    page.click("#paint")
    page.locator("#live img").wait_for()
    reads(page, "#paint", text.PAINTING_NOW)
    status = page.locator("#status")
    for _ in range(2):
        before = status.inner_text()
        page.wait_for_function("before => document.querySelector('#status').innerText !== before", arg=before)
    assert re.search(r"evaluation \d+ of 10000", status.inner_text())
    page.click("#stop")
    status.get_by_text("Stopped after").wait_for()
    page.locator("#compare img").first.wait_for()
    reads(page, "#paint", text.PAINT)
    set_numbers(page, size=64, evaluations=3)
    page.click("#paint")
    status.get_by_text("Painted in").wait_for()
    reads(page, "#paint", text.PAINT)
    with page.expect_download():
        page.click("#download")
    page.get_by_role("tab", name=text.INSIDE_TAB).click()
    layers_channels_sliders_and_the_tour(page)


def layers_channels_sliders_and_the_tour(page) -> None:
    is_filled(page, "channels")
    choose(page, "in-level", "explore")
    arrives(page, level="explore")
    page.locator("#in-ruler [data-layer=relu4_2] .catch").click()
    arrives(page, layer="relu4_2")
    assert "512" in page.locator("#in-facts").inner_text()
    partners = page.locator("#in-partners label")
    before = partners.all_inner_texts()
    page.locator("#in-channel input").fill("7")
    arrives(page, channel=7)
    page.wait_for_function(
        "before => [...document.querySelectorAll('#in-partners label')].map(it => it.innerText).join() !== before",
        arg=",".join(before),
    )
    assert partners.count() == len(before)
    for number in (4, 5, 2):
        choose(page, "in-stop", str(number))
        arrives(page, stop=number)
        stop = tour.STOPS[number - 1]
        for n, offer in enumerate(stop.offers):
            reads(page, f"#in-offer-{n}", offer.label)
    open_view(page, "lesson")
    page.locator("#in-amount input[type=range]").click()  # in the middle
    page.locator("#in-link a[href*='amount=']").wait_for()
    open_view(page, "gram")
    shuffle = page.locator("#in-shuffle")
    before = shuffle.inner_text()
    shuffle.click()
    page.wait_for_function("before => document.querySelector('#in-shuffle').innerText !== before", arg=before)
    for view in ("compare", "losses", "channels"):
        open_view(page, view)
