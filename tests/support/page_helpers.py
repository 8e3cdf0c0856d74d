"""What visitors do in more than one file of tests/browser."""

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import TimeoutError

from nst_core.settings import FIELDS

NOTICE = "#notice"  # what page.js says when something was lost
# Gradio gives its empty picture frame an aria-label, which is not allowed there.
GRADIOS_OWN = [("aria-prohibited-attr", "Empty value")]


# The numbers on the page that are not those given, as [field, number].
OTHERS = """numbers => Object.entries(numbers)
    .map(([name, number]) => [document.querySelector(`#${name} input[type=number]`), number])
    .filter(([field, number]) => field.value === '' || +field.value !== number)"""
# Type the given ones there, one field after the other.
TYPE_OTHERS = f"""numbers => ({OTHERS})(numbers).forEach(([field, number]) => {{
    field.focus();
    field.value = number;
    field.dispatchEvent(new InputEvent('input', {{bubbles: true}}));
    field.blur();
}})"""


def set_numbers(page, **numbers: float) -> None:
    """Set numbers among all settings, until the page has asked for the estimate of a run with them:
    set_numbers(page, size=64).

    In the moment after its unfolding, Gradio sets a control to its old value again.
    """
    if not page.locator("#evaluations").is_visible():
        page.click("#more > button")
        page.locator("#evaluations").wait_for()  # what is folded away is not on the page at all
    for _ in range(10):
        if page.evaluate(OTHERS, numbers) == []:
            return
        with suppress(TimeoutError), page.expect_request(_asks_with(numbers), timeout=3000):
            page.evaluate(TYPE_OTHERS, numbers)
    raise AssertionError(f"the page does not keep {numbers}")


def _asks_with(numbers: dict[str, float]) -> Callable:
    """Whether a request asks for an estimate with these settings."""

    def asks(request) -> bool:
        if "/predict" not in request.url:
            return False
        values = json.loads(request.post_data)["data"][-1:]
        sent = values and isinstance(values[0], list) and dict(zip(FIELDS, values[0], strict=False))
        return bool(sent) and numbers.items() <= sent.items()

    return asks


def agrees(page) -> list[str]:
    """From now on whoever is at the page leaves when the browser asks. The list grows by one each time that it asks."""
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    return asked


def ready(page) -> None:
    """Wait until the page can be used; a link may lead to the tab where the estimate is not visible."""
    page.get_by_text("of memory on this machine").wait_for(state="attached")
    page.locator("#kept [data-kept]").wait_for(state="attached")  # what was kept is back, if anything was


def reload(page) -> None:
    """Load the page anew: nothing is said about what was left."""
    page.reload()
    ready(page)
    assert page.locator(NOTICE).count() == 0


def own_picture(folder: Path, name: str = "own", size: tuple[int, int] = (320, 240)) -> Path:
    """A file that is none of the bundled ones."""
    path = folder / f"{name}.png"
    Image.effect_mandelbrot(size, (-2, -1.2, 1, 1.2), 60).convert("RGB").save(path)
    return path


def faults(page, part: str | None = None) -> list[str]:
    """What axe-core calls critical or serious on the page or a part of it, but for Gradio's own."""
    found = []
    # Three times as fast as a full account of what is in order, which would also be sent here. Nor are all style sheets
    # fetched again, which takes half of the time and serves one experimental rule, which is off.
    only = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    run = "([part, only]) => axe.run(part ?? document, only).then(results => results.violations)"
    for rule in page.evaluate(run, [part, only]):
        if rule["impact"] in ("critical", "serious"):
            nodes = [n for n in rule["nodes"] if not any(rule["id"] == r and s in n["html"] for r, s in GRADIOS_OWN)]
            found += [f"{rule['id']}: {node['html']} {[c['message'] for c in node['any']]}" for node in nodes]
    return found
