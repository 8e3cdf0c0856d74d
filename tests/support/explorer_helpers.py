"""What visitors do and see in the explorer, with Playwright."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from demo import text
from demo.explorer.view_state import ViewState, link_name
from demo.explorer.views import VIEWS
from nst_core.explore.look import look_size
from nst_core.explore.sheet import Grid
from nst_core.layers import get_layer
from tests.support.page_helpers import faults

# The pictures and the words that every view must fill.
PICTURES = {
    "channels": ("in-sheet", "in-card"),
    "kernels": ("in-unit-map", "in-unit-sum", "in-kernel-sheet"),
    "excite": (),
    "gram": ("in-whole", "in-window", "in-cell"),
    "edit": ("in-edit-whole", "in-edit-window"),
    "lesson": ("in-changed",),
    "steps": (),
    "compare": ("in-grams",),
    "errors": ("in-errors",),
    "gradient": ("in-descent",),
    "untrained": ("in-both-maps", "in-both-grams"),
    "losses": (),
    "grid": ("in-drafts",),
    "rebuild": (),
}
FILLED = {
    "channels": "#in-about .facts",
    "kernels": "#in-sum-words .equation",
    "excite": "#in-excite-words .say",
    "gram": "#in-equation .equation",
    "edit": "#in-edit-words .say",
    "lesson": "#in-mismatches .bars",
    "steps": "#in-steps-words .say",
    "compare": "#in-bars .bars",
    "errors": "#in-errors-words b",
    "gradient": "#in-gradient-words .say",
    "untrained": "#in-untrained-words .say",
    "losses": "#in-nearest td",
    "grid": "#in-grid-status .status",
    "rebuild": "#in-rebuild-words p",
}
LOOK = 192  # pixels of the longer side of what the browser tests look at: a quarter of the work of 384
# The bundled photo of the first pair is looked at in this size.
WIDTH, HEIGHT = look_size(640, 427, LOOK)
LOADED = """names => names.every(name => {
    const image = document.querySelector(`#${name} img`);
    if (image) image.loading = 'eager';  // as when a visitor scrolls there
    return image && image.complete && image.naturalWidth > 0;
})"""
CHANGED = """before => Object.entries(before).every(([name, source]) => {
    const image = document.querySelector(`#${name} img`);
    return image && image.getAttribute('src') !== source;
})"""
SHORT = 40_000  # milliseconds: a timeout shorter than the `PATIENCE` of tests/browser/conftest.py
AT_PLACE = """wanted => {
    const there = new URLSearchParams(document.querySelector('#in-link a')?.search);
    return there.has('view') && Object.entries(wanted).every(
        ([name, [value, plain]]) => (there.get(name) ?? plain) === value);
}"""


def look_inside(visit, query: str = "", **screen: int):
    """A visitor's page with the tab open and filled; `query` "?view=..." is a link into it."""
    page = visit(query=query, **screen)
    if "view=" not in query:
        page.get_by_role("tab", name=text.INSIDE_TAB).click()
    page.locator("#in-link a").wait_for()
    return page


def arrives(page, /, **state: int | str | tuple[str, ...]) -> None:
    """Wait until the link at the foot describes a state with these values."""

    def said(value: int | str | tuple[str, ...]) -> str:
        return " ".join(value) if isinstance(value, tuple) else str(value)

    plain = {name: said(getattr(ViewState(), name)) for name in state}
    wanted = {link_name(name): [said(value), plain[name]] for name, value in state.items()}
    page.wait_for_function(AT_PLACE, arg=wanted)


def is_filled(page, view: str) -> None:
    """Wait until a view has its pictures and its words."""
    page.locator(FILLED[view]).first.wait_for()
    page.wait_for_function(LOADED, arg=list(PICTURES[view]))


def shows_file(page, name: str, words_: str) -> None:
    """Wait for a picture with these words in its file name, until it has arrived."""
    page.locator(f"#{name} img[src*='{words_}']").wait_for()
    page.wait_for_function(LOADED, arg=[name])


def source(page, name: str) -> str:
    return page.locator(f"#{name} img").evaluate("image => image.src")


def picture(page, name: str) -> Image.Image:
    return Image.open(io.BytesIO(page.request.get(source(page, name)).body()))


def caption(page, name: str) -> str:
    """The caption below the picture, which is also in its file."""
    return picture(page, name).info["Description"]


@contextmanager
def changes(page, *names: str) -> Iterator[None]:
    """Wait at the end until what was done inside has given all these panels other pictures."""
    before = {name: page.locator(f"#{name} img").get_attribute("src") for name in names}
    yield
    page.wait_for_function(CHANGED, arg=before)
    page.wait_for_function(LOADED, arg=list(names))


def press_at(page, name: str, x: float, y: float) -> None:
    """Click a picture where its own pixel (x, y) is shown."""
    page.wait_for_function(LOADED, arg=[name])
    image = page.locator(f"#{name} img")
    scale = image.evaluate("image => image.getBoundingClientRect().width / image.naturalWidth")
    image.click(position={"x": x * scale, "y": y * scale})


def value_at(page, name: str, x: float, y: float, words: str) -> str:
    """What is said, beginning with `words`, where a picture's own pixel (x, y) is pointed at."""
    page.wait_for_function(LOADED, arg=[name])
    image, note = page.locator(f"#{name} img"), page.locator("#value-note")
    scale = image.evaluate("image => image.getBoundingClientRect().width / image.naturalWidth")
    image.hover(position={"x": x * scale, "y": y * scale})
    note.get_by_text(words).wait_for()
    return note.inner_text()


def choose(page, radio: str, value: str) -> None:
    page.locator(f"#{radio} input[value='{value}']").click()


def open_view(page, view: str) -> None:
    """Open a view by its tab, or by its entry in Gradio's list of the tabs that have no room, open or not."""
    tab = page.locator("#in-tabs > .tab-wrapper button:not([aria-hidden] *)")
    tab.get_by_text(VIEWS[view].title, exact=True).dispatch_event("click")
    arrives(page, view=view)
    is_filled(page, view)


def is_for_everyone(page, view: str) -> None:
    """A view does not scroll sideways, and it shuts nobody out. Look at the view "channels" first: with it comes the rest of
    the page, which stays the same."""
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), view
    assert faults(page, None if view == "channels" else "#in-views") == [], view


def number_in(page, name: str) -> int:
    return int(page.locator(f"#{name} input").input_value())


def holds(page, name: str, value: int) -> None:
    """Wait until the number field `name` holds `value`."""
    page.wait_for_function(f"+document.querySelector('#{name} input')?.value === {value}")


def downloaded(page, press: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.locator(press).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def middle(layer: str, n: int) -> tuple[float, float]:
    """(x, y) of the middle of the n-th tile on a sheet of the first photo."""
    about = get_layer(layer)
    grid = Grid(WIDTH // about.stride, HEIGHT // about.stride)
    return grid.corner(n)[0] + grid.tile[0] / 2, grid.corner(n)[1] + grid.tile[1] / 2
