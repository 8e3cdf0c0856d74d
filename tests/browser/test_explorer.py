"""What a visitor sees and does on the tab that looks inside the network."""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from demo import text
from demo.explorer import rebuild_actions, tour, words
from demo.explorer.place import BLOCK, IN_LINKS, VIEWS, Place
from nst_core.explore.fields import unit_at
from nst_core.explore.figure import margin_of
from nst_core.explore.look import looked_at
from nst_core.explore.rebuild import reconstruction
from nst_core.explore.sheet import Grid
from nst_core.layers import LAYERS, get_layer
from tests.browser.hands import faults, own_picture, set_numbers

# The pictures and the words that every view must fill.
PICTURES = {
    "channels": ("in-sheet", "in-card"),
    "gram": ("in-whole", "in-window", "in-cell"),
    "lesson": ("in-changed",),
    "compare": ("in-grams",),
    "errors": ("in-errors",),
    "losses": (),
    "rebuild": (),
}
FILLED = {
    "channels": "#in-about .facts",
    "gram": "#in-equation .equation",
    "lesson": "#in-needles .bars",
    "compare": "#in-bars .bars",
    "errors": "#in-errors-words b",
    "losses": "#in-nearest td",
    "rebuild": "#in-rebuild-words p",
}
# The bundled photo of the first pair is looked at in this size.
WIDTH, HEIGHT = looked_at(640, 427)
LOADED = """names => names.every(name => {
    const image = document.querySelector(`#${name} img`);
    return image && image.complete && image.naturalWidth > 0;
})"""
CHANGED = """before => Object.entries(before).every(([name, source]) => {
    const image = document.querySelector(`#${name} img`);
    return image && image.getAttribute('src') !== source;
})"""
SHORT = 40_000  # milliseconds: patience for what does not happen yet
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


def arrives(page, /, **place: int | str | tuple[str, ...]) -> None:
    """Wait until the link at the foot leads to these values of a place."""

    def said(value: int | str | tuple[str, ...]) -> str:
        return " ".join(value) if isinstance(value, tuple) else str(value)

    plain = {name: said(getattr(Place(), name)) for name in place}
    wanted = {IN_LINKS.get(name, name): [said(value), plain[name]] for name, value in place.items()}
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
    """What the picture says below itself, which its file says too."""
    return picture(page, name).info["Description"]


@contextmanager
def changes(page, *names: str) -> Iterator[None]:
    """What is done inside gives all these panels other pictures."""
    before = {name: page.locator(f"#{name} img").get_attribute("src") for name in names}
    yield
    page.wait_for_function(CHANGED, arg=before)
    page.wait_for_function(LOADED, arg=list(names))


def press_at(page, name: str, x: float, y: float) -> None:
    """Click a picture where its own pixel (x, y) is shown."""
    image = page.locator(f"#{name} img")
    scale = image.evaluate("image => image.getBoundingClientRect().width / image.naturalWidth")
    image.click(position={"x": x * scale, "y": y * scale})


def choose(page, radio: str, value: str) -> None:
    page.locator(f"#{radio} input[value='{value}']").click()


def open_view(page, view: str) -> None:
    """By its tab, or by its line in the list that stands for the tabs without room (wherever that list hides)."""
    tab = page.locator("#in-tabs > .tab-wrapper button:not([aria-hidden] *)")
    tab.get_by_text(words.VIEWS[view], exact=True).dispatch_event("click")
    arrives(page, view=view)
    is_filled(page, view)


def number_in(page, name: str) -> int:
    return int(page.locator(f"#{name} input").input_value())


def holds(page, name: str, value: int) -> None:
    """Wait until a number field says so."""
    page.wait_for_function(f"+document.querySelector('#{name} input')?.value === {value}")


def downloaded(page, press: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.locator(press).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def middle(layer: str, n: int) -> tuple[float, float]:
    """Of the n-th tile on a sheet of the first photo."""
    about = get_layer(layer)
    grid = Grid(WIDTH // about.stride, HEIGHT // about.stride)
    return grid.corner(n)[0] + grid.tile[0] / 2, grid.corner(n)[1] + grid.tile[1] / 2


def test_the_first_look_needs_no_upload(visit):
    page = look_inside(visit)
    is_filled(page, "channels")
    arrives(page, view="channels", layer="relu1_1", slot="photo", level="learn")
    assert tour.STOPS[0].title in page.locator("#in-story").inner_text()
    assert page.locator("#in-ruler .chosen").get_attribute("data-layer") == "relu1_1"
    assert page.locator("#in-ruler [data-layer]").count() == len(LAYERS)
    assert f"{WIDTH} x {HEIGHT} px" in caption(page, "in-sheet").replace("×", "x")
    # And what a beginner has no use for yet is not there.
    for name in ("in-sort", "in-scale", "in-roles", "in-npz"):
        assert not page.locator(f"#{name}").is_visible()


def test_the_tour(visit):
    page = look_inside(visit)
    for number, stop in enumerate(tour.STOPS, start=1):
        choose(page, "in-stop", str(number))
        there = {name: value for name, value in stop.changes.items() if name != "page"}  # which the channel decides
        arrives(page, **there, stop=number)
        is_filled(page, stop.changes["view"])
        assert stop.title in page.locator("#in-story").inner_text()
        assert page.locator("#in-offers button:visible").count() == len(stop.offers)
        for offer in stop.offers:
            page.get_by_role("button", name=offer.words, exact=True).click()
            arrives(page, **offer.changes, stop=number)
            is_filled(page, offer.changes.get("view", stop.changes["view"]))
            assert stop.title in page.locator("#in-story").inner_text()


def test_a_map_of_the_sheet_opens_its_channel(visit):
    page = look_inside(visit, "?view=channels&layer=relu3_1&level=explore&sort=index&channel=3")
    shows_file(page, "in-card", "channel-3.png")
    press_at(page, "in-sheet", *middle("relu3_1", 42))
    arrives(page, channel=42)
    shows_file(page, "in-card", "channel-42.png")
    holds(page, "in-channel", 42)
    assert "Channel 42 of relu3_1" in caption(page, "in-card")
    # By number, on another page of the sheet; then a map of that page.
    page.locator("#in-channel input").fill("130")
    arrives(page, channel=130, page=2)
    shows_file(page, "in-sheet", "sheet-3.png")
    press_at(page, "in-sheet", *middle("relu3_1", 63))
    arrives(page, channel=191)
    shows_file(page, "in-card", "channel-191.png")
    # A channel that the layer has not is refused in words, and nothing moves.
    page.locator("#in-channel input").fill("256")
    page.get_by_text(words.WRONG_CHANNEL.format(255)).wait_for()
    arrives(page, channel=191)
    # In another order, too, what stands at a place of the sheet is what opens.
    page.locator("#in-sort input").click()
    page.get_by_role("option", name=words.SORTS["mean"]).click()
    arrives(page, sort="mean")
    means = []
    for n in (0, 1, 2):
        with changes(page, "in-card"):
            press_at(page, "in-sheet", *middle("relu3_1", n))
        means.append(float(page.locator("#in-about dd").first.inner_text().replace(",", "")))
    assert means == sorted(means, reverse=True)


def test_a_place_of_the_card_asks_the_unit_there_and_the_card_is_taken_home(visit, tmp_path):
    page = look_inside(visit, "?view=channels&layer=relu4_1&channel=5")
    shows_file(page, "in-card", "channel-5.png")
    assert "Its strongest unit" in caption(page, "in-card") or "Silent" in caption(page, "in-card")
    margin = margin_of(get_layer("relu4_1").receptive_field)
    with changes(page, "in-card"):
        press_at(page, "in-card", margin + 100, margin + 60)
    row, column = unit_at("relu4_1", 100, 60, HEIGHT // 8, WIDTH // 8)
    arrives(page, row=row, column=column, channel=5)
    assert f"row {row}, column {column}" in caption(page, "in-card")
    # On the padding beside the picture and on the caption below it there is no unit.
    press_at(page, "in-card", 4, 4)
    press_at(page, "in-card", margin + 10, HEIGHT + 2 * margin + 12)
    page.wait_for_timeout(500)  # nothing else tells that nothing happens
    arrives(page, row=row, column=column)

    path = downloaded(page, "#in-card [data-testid=download-link]", tmp_path)
    with Image.open(path) as image:
        assert image.format == "PNG"
        assert "Channel 5 of relu4_1" in image.info["Description"]
        link = image.info["Description"].split(" · ")[-1]
    assert link == page.locator("#in-link a").get_attribute("href")
    # Another channel starts from its own strongest unit again.
    page.locator("#in-partners label").first.click()
    arrives(page, row=-1, column=-1)


def test_a_layer_is_chosen_on_the_ruler_and_with_the_keyboard_alone(visit):
    page = look_inside(visit)
    is_filled(page, "channels")
    page.locator("#in-ruler [data-layer=relu4_2] .catch").click()
    arrives(page, layer="relu4_2")
    page.wait_for_function("document.querySelector('#in-layer input').value === 'relu4_2'")
    shows_file(page, "in-sheet", "relu4_2-sheet-")
    assert "512" in page.locator("#in-facts").inner_text()

    page.locator("#in-layer input").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("pool2")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    arrives(page, layer="pool2")
    shows_file(page, "in-sheet", "pool2-sheet-")
    assert page.locator("#in-ruler .chosen").get_attribute("data-layer") == "pool2"


def cell(page) -> tuple[int, int]:
    return number_in(page, "in-first"), number_in(page, "in-second")


def equation(page) -> tuple[str, str]:
    """The average of the product, and the cell of the matrix, as they are written."""
    shown = page.locator("#in-equation .equation").inner_text()
    mean, gram = re.search(r"places = (\S+) = G\[\d+, \d+\] = (\S+)", shown).groups()
    return mean, gram


def test_a_block_of_the_gram_matrix_and_a_cell_of_it(visit):
    page = look_inside(visit, "?view=gram&layer=relu2_1&slot=photo")
    is_filled(page, "gram")
    side = 512 * BLOCK // 128  # of a block on the picture
    with changes(page, "in-whole", "in-window"):
        press_at(page, "in-whole", 2.5 * side, 1.5 * side)
    arrives(page, across=2, down=1)
    assert "Rows 32 to 63 and columns 64 to 95" in caption(page, "in-window")
    before = cell(page)
    with changes(page, "in-window", "in-cell"):
        press_at(page, "in-window", 16 * 7 + 8, 16 * 20 + 8)
    first, second = cell(page)
    assert (first, second) != before
    arrives(page, first=first, second=second, across=2, down=1)
    assert f"Channel {first} red, channel {second} yellow" in caption(page, "in-cell")
    assert f"G[{first}, {second}]" in page.locator("#in-equation").inner_text()
    mean, gram = map(float, equation(page))
    assert mean == pytest.approx(gram, rel=1e-4)
    # By number: the window goes where that pair is.
    page.locator("#in-first input").fill("100")
    arrives(page, first=100, second=second)
    shows_file(page, "in-cell", f"cell-100-{second}.png")


def test_shuffled_places_leave_the_number(visit):
    page = look_inside(visit, "?view=gram&layer=relu3_1&first=3&second=9")
    is_filled(page, "gram")
    number = equation(page)
    with changes(page, "in-cell"):
        page.get_by_role("button", name=words.SHUFFLE).click()
    page.get_by_role("button", name=words.UNSHUFFLE).wait_for()
    arrives(page, shuffle=1)
    assert equation(page) == number
    assert "scrambled" in page.locator("#in-equation").inner_text()
    with changes(page, "in-cell"):
        page.get_by_role("button", name=words.UNSHUFFLE).click()
    page.get_by_role("button", name=words.SHUFFLE).wait_for()
    assert equation(page) == number


def test_explore_shows_what_learn_leaves_out_and_the_table_and_files_work(visit, tmp_path):
    page = look_inside(visit, "?view=gram&layer=relu3_1")
    is_filled(page, "gram")
    assert not page.locator("#in-pairs, #in-csv, #in-curve").first.is_visible()
    choose(page, "in-level", "explore")
    arrives(page, level="explore")
    for name in ("in-pairs", "in-csv", "in-curve", "in-roles"):
        page.locator(f"#{name}").wait_for()
    row = page.locator("#in-pairs [data-testid^=cell-2-]")
    first, second = (int(row.nth(n).inner_text()) for n in (0, 1))
    row.nth(3).click()
    arrives(page, first=first, second=second)
    shows_file(page, "in-cell", f"cell-{first}-{second}.png")

    pairs = list(csv.DictReader(io.StringIO(downloaded(page, "#in-csv", tmp_path).read_text())))
    assert len(pairs) > 100
    assert (first, second) == (int(pairs[2]["first"]), int(pairs[2]["second"]))

    open_view(page, "channels")
    page.click("#in-npz")
    path = downloaded(page, "#in-npz-file", tmp_path)
    with np.load(path, allow_pickle=False) as arrays:
        shapes = {name: arrays[name].shape for name in arrays.files}
    assert (256, HEIGHT // 4, WIDTH // 4) in shapes.values()

    choose(page, "in-level", "learn")
    arrives(page, level="learn")
    page.locator("#in-npz").wait_for(state="hidden")


def test_a_link_restores_view_layer_pair_and_mode_for_another_visitor(visit):
    page = look_inside(visit)
    is_filled(page, "channels")
    page.locator("#in-pairs-gallery button").nth(2).click()
    arrives(page, pair=2)
    open_view(page, "gram")
    page.locator("#in-ruler [data-layer=relu4_1] .catch").click()
    arrives(page, layer="relu4_1")
    choose(page, "in-mode", "correlation")
    arrives(page, mode="correlation")
    shows_file(page, "in-whole", "relu4_1-correlation.png")
    choose(page, "in-level", "explore")
    arrives(page, level="explore")
    link = page.locator("#in-link a").get_attribute("href")

    other = look_inside(visit, link)
    arrives(other, view="gram", layer="relu4_1", pair=2, mode="correlation", level="explore")
    shows_file(other, "in-whole", "relu4_1-correlation.png")
    assert caption(other, "in-whole") == caption(page, "in-whole")
    assert other.locator("#in-mode input[value=correlation]").is_checked()
    assert other.locator("#in-layer input").input_value() == "relu4_1"
    assert picture(other, "in-picture").size == picture(page, "in-picture").size
    other.locator("#in-pairs").wait_for()


def test_own_pictures_are_looked_at(visit, tmp_path):
    page = look_inside(visit)
    page.set_default_timeout(SHORT)
    is_filled(page, "channels")
    page.locator("#in-picture").get_by_label("Remove Image").click()
    page.locator("#in-picture").get_by_text(words.DROP).wait_for()
    page.wait_for_timeout(2000)  # long enough to find a file, for whoever is quick
    with page.expect_file_chooser() as chooser:
        page.locator("#in-picture").get_by_text(words.DROP).click()
    with changes(page, "in-sheet"):
        chooser.value.set_files(own_picture(tmp_path))
    page.get_by_text("384×288").wait_for()
    assert "384 × 288 px" in caption(page, "in-card")


def test_a_number_is_typed_figure_by_figure(visit):
    page = look_inside(visit, "?view=channels&layer=relu3_1&channel=7")
    page.set_default_timeout(SHORT)
    shows_file(page, "in-card", "channel-7.png")
    page.locator("#in-channel input").press("ControlOrMeta+a")
    page.keyboard.type("120", delay=150)
    arrives(page, channel=120)
    shows_file(page, "in-card", "channel-120.png")
    holds(page, "in-channel", 120)


def test_whoever_clicks_faster_than_the_page_answers_ends_where_the_last_click_leads(visit):
    page = look_inside(visit)
    page.set_default_timeout(SHORT)
    is_filled(page, "channels")
    for layer in ("relu5_1", "relu4_2", "relu1_2", "relu3_1"):
        page.locator(f"#in-ruler [data-layer={layer}] .catch").click()
    arrives(page, layer="relu3_1")
    for stop in ("2", "5", "3", "4"):
        choose(page, "in-stop", stop)
    arrives(page, stop=4, view="gram")
    for view in ("losses", "compare", "lesson"):
        page.locator("#in-tabs").get_by_role("tab", name=words.VIEWS[view], exact=True).click()
    arrives(page, view="lesson")
    page.wait_for_timeout(1000)  # for answers that come late
    arrives(page, view="lesson", stop=4, layer="relu2_1")
    is_filled(page, "lesson")


def test_a_view_that_lacks_a_picture_is_refused_and_the_page_stays_of_one_mind(visit, tmp_path):
    page = look_inside(visit)
    page.set_default_timeout(SHORT)
    is_filled(page, "channels")
    page.locator("#in-picture").get_by_label("Remove Image").click()
    with changes(page, "in-sheet"):
        page.locator("#in-picture input[type=file]").set_input_files(own_picture(tmp_path))
    page.locator("#in-tabs").get_by_role("tab", name=words.VIEWS["compare"], exact=True).click()
    page.get_by_text(words.NO_RESULT).first.wait_for()
    tab = page.locator("#in-tabs").get_by_role("tab", selected=True)
    page.locator("#in-ruler [data-layer=relu2_1] .catch").click()
    arrives(page, layer="relu2_1")
    view = next(view for view, name in words.VIEWS.items() if name == tab.inner_text())
    arrives(page, view=view)


def test_what_is_no_picture_is_refused_in_words_and_the_one_before_stays(visit, tmp_path):
    page = look_inside(visit)
    is_filled(page, "channels")
    shown = caption(page, "in-card"), picture(page, "in-picture").size
    bad = tmp_path / "notes.png"
    bad.write_text("Dear diary, today I looked inside.")
    page.locator("#in-picture input[type=file]").set_input_files(bad)
    page.get_by_text("is not a picture").wait_for()
    page.wait_for_function(LOADED, arg=["in-picture", "in-card"])
    assert (caption(page, "in-card"), picture(page, "in-picture").size) == shown


def test_a_result_is_looked_into_and_its_layers_are_painted_with(visit):
    page = visit()
    set_numbers(page, size=64, evaluations=2)
    page.click("#paint")
    page.get_by_text(re.compile("Painted in")).wait_for()
    page.click("#look-inside")
    arrives(page, view="compare", slot="result", layer="relu3_1")
    is_filled(page, "compare")
    # Not the example that comes with the pair, but what was painted just now.
    page.wait_for_function(LOADED, arg=["in-picture"])
    assert max(picture(page, "in-picture").size) == 64
    assert page.locator("#in-slot input[value=result]").is_checked()

    page.locator("#in-ruler [data-layer=relu3_2] .catch").click()
    arrives(page, layer="relu3_2")
    choose(page, "in-level", "explore")
    page.locator("#in-roles").get_by_label("style layer").check()
    arrives(page, style=("relu1_1", "relu2_1", "relu3_1", "relu3_2", "relu4_1", "relu5_1"))
    page.click("#in-paint-with")
    page.get_by_text(text.LAYERS_TAKEN).wait_for()
    page.locator("#paint").wait_for()
    page.locator("#style_layers").get_by_text("relu3_2").wait_for()


def test_a_picture_is_rebuilt_before_ones_eyes_and_stop_ends_it(visit, monkeypatch):
    monkeypatch.setattr(rebuild_actions, "SIDE", 512)  # slow enough to be stopped
    monkeypatch.setattr(rebuild_actions, "reconstruction", partial(reconstruction, evaluations=10_000))
    page = look_inside(visit, "?view=rebuild&layer=relu2_1")
    is_filled(page, "rebuild")
    page.click("#in-rebuild")
    page.locator("#in-rebuilt img").wait_for()
    page.wait_for_function(LOADED, arg=["in-rebuilt"])
    page.click("#in-stop-rebuild")
    page.locator("#in-rebuild-status").get_by_text("Stopped after").wait_for()
    page.wait_for_function("!document.querySelector('#in-rebuild').disabled")
    page.locator("#in-stop-rebuild").wait_for(state="hidden")
    assert "relu2_1" in caption(page, "in-rebuilt")


@pytest.mark.parametrize(("theme", "width", "height"), [("light", 1280, 900), ("dark", 390, 844)])
def test_no_view_scrolls_sideways_or_shuts_anybody_out_and_every_link_opens(visit, theme, width, height):
    page = look_inside(visit, f"?view=channels&level=explore&layer=relu3_1&__theme={theme}", width=width, height=height)
    for view in VIEWS:
        open_view(page, view) if view != "channels" else is_filled(page, view)
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), view
        assert page.request.get(page.locator("#in-link a").evaluate("link => link.href")).ok, view
        assert faults(page) == [], view
