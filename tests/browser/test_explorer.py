"""What a visitor sees and does on the tab that looks inside the network: its views, one after the other."""

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from demo.explorer import labels, tour
from demo.explorer.views import VIEWS
from demo.explorer.views.gram_actions import BLOCK, CELL
from nst_core.explore.drawing import padding_margin
from nst_core.explore.receptive_fields import unit_at
from nst_core.layers import LAYERS, get_layer
from tests.support.explorer_helpers import (
    HEIGHT,
    WIDTH,
    arrives,
    caption,
    changes,
    choose,
    downloaded,
    holds,
    is_filled,
    look_inside,
    middle,
    number_in,
    open_view,
    press_at,
    shows_file,
    value_at,
)


def test_the_first_look_needs_no_upload_and_a_layer_is_chosen_by_mouse_or_by_keyboard(visit):
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


def test_the_tour(visit):
    page = look_inside(visit)
    for number, stop in enumerate(tour.STOPS, start=1):
        choose(page, "in-stop", str(number))
        there = {
            name: value for name, value in stop.changes.items() if name != "sheet_page"
        }  # which the channel decides
        arrives(page, **there, stop=number)
        is_filled(page, stop.changes["view"])
        assert stop.title in page.locator("#in-story").inner_text()
        assert page.locator("#in-offers button:visible").count() == len(stop.offers)
        for offer in stop.offers:
            page.get_by_role("button", name=offer.label, exact=True).click()
            arrives(page, **offer.changes, stop=number)
            view = offer.changes.get("view", stop.changes["view"])
            is_filled(page, view)
            title = stop.title if view == stop.changes["view"] else VIEWS[view].title
            assert title in page.locator("#in-story").inner_text()
            # What the button has changed is in sight, and the words about it, but for a cell far below the matrix.
            cell = view == "gram" and offer.changes.get("mode") != "correlation"
            top = "document.querySelector('{}').getBoundingClientRect().top".format
            page.wait_for_function(f"{top('#in-cell' if cell else '#in-views')} < 0.65 * innerHeight")
            assert cell or page.evaluate(f"{top('#in-story')} >= 0")


def test_a_map_of_the_sheet_opens_its_channel_and_a_place_of_the_card_its_unit(visit, tmp_path):
    page = look_inside(visit, "?view=channels&layer=relu3_1&level=explore&sort=index&channel=3")
    shows_file(page, "in-sheet", "relu3_1-sheet-")
    shows_file(page, "in-card", "channel-3.png")
    press_at(page, "in-sheet", *middle("relu3_1", 42))
    arrives(page, channel=42)
    shows_file(page, "in-card", "channel-42.png")
    holds(page, "in-channel", 42)
    assert "Channel 42 of relu3_1" in caption(page, "in-card")
    # By number, on another page of the sheet; then a map of that page.
    page.locator("#in-channel input").press("ControlOrMeta+a")
    page.keyboard.type("130", delay=150)  # 1 and 13 are channels too
    arrives(page, channel=130, sheet_page=2)
    holds(page, "in-channel", 130)
    shows_file(page, "in-sheet", "sheet-3.png")
    press_at(page, "in-sheet", *middle("relu3_1", 63))
    arrives(page, channel=191)
    shows_file(page, "in-card", "channel-191.png")
    # A channel that the layer has not is refused in words, and nothing moves.
    page.locator("#in-channel input").fill("256")
    page.get_by_text(labels.WRONG_CHANNEL.format(255)).wait_for()
    arrives(page, channel=191)
    # In another order, too, what stands at a place of the sheet is what opens.
    page.locator("#in-sort input").click()
    page.get_by_role("option", name=labels.SORTS["mean"]).click()
    arrives(page, sort="mean")
    means = []
    for n in (0, 1, 2):
        with changes(page, "in-card"):
            press_at(page, "in-sheet", *middle("relu3_1", n))
        means.append(float(page.locator("#in-about dd").first.inner_text().replace(",", "")))
    assert means == sorted(means, reverse=True)
    page.locator("#in-ruler [data-layer=relu4_1] .catch").click()
    arrives(page, layer="relu4_1")
    page.locator("#in-channel input").fill("5")
    shows_file(page, "in-card", "channel-5.png")
    a_place_of_the_card_asks_the_unit_there_and_the_card_is_taken_home(page, tmp_path)


def a_place_of_the_card_asks_the_unit_there_and_the_card_is_taken_home(page, tmp_path: Path) -> None:
    assert "Its strongest unit" in caption(page, "in-card") or "Silent" in caption(page, "in-card")
    margin = padding_margin(get_layer("relu4_1").receptive_field)
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


def cell(page) -> tuple[int, int]:
    return number_in(page, "in-first"), number_in(page, "in-second")


def equation(page) -> tuple[str, str]:
    """The average of the product, and the cell of the matrix, as they are written."""
    shown = page.locator("#in-equation .equation").inner_text()
    mean, gram = re.search(r"places = (\S+) = G\[\d+, \d+\] = (\S+)", shown).groups()
    return mean, gram


def test_a_block_of_the_gram_matrix_a_cell_of_it_shuffled_places_and_the_table_of_pairs(visit, tmp_path):
    page = look_inside(visit, "?view=gram&layer=relu2_1&slot=photo")
    is_filled(page, "gram")
    side = 512 * BLOCK // 128  # of a block on the picture
    with changes(page, "in-whole", "in-window"):
        press_at(page, "in-whole", 2.5 * side, 1.5 * side)
    arrives(page, across=2, down=1)
    assert "Rows 32 to 63 and columns 64 to 95" in caption(page, "in-window")
    before = cell(page)
    with changes(page, "in-window", "in-cell"):
        press_at(page, "in-window", CELL * 7 + 8, CELL * 20 + 8)
    first, second = cell(page)
    assert (first, second) != before
    arrives(page, first=first, second=second, across=2, down=1)
    assert f"Channel {first} red, channel {second} yellow" in caption(page, "in-cell")
    assert f"G[{first}, {second}]" in page.locator("#in-equation").inner_text()
    mean, gram = map(float, equation(page))
    assert mean == pytest.approx(gram, rel=1e-4)
    said = value_at(page, "in-window", CELL * 7 + 9, CELL * 20 + 9, f"channels {first} and {second}: G ")
    assert float(said.split()[-1].replace(",", "")) == pytest.approx(gram, rel=6e-3)
    with page.expect_response(lambda answer: answer.ok):  # the file is read when it is first pointed at
        value_at(page, "in-cell", 30, 40, f"channel {first} at row ")
    # By number: the window goes where that pair is.
    page.locator("#in-first input").fill("100")
    arrives(page, first=100, second=second)
    shows_file(page, "in-cell", f"cell-100-{second}.png")
    shuffled_places_leave_the_number(page)
    explore_shows_what_learn_leaves_out(page, tmp_path)


def shuffled_places_leave_the_number(page) -> None:
    number = equation(page)
    with changes(page, "in-cell"):
        page.get_by_role("button", name=labels.SHUFFLE).click()
    page.get_by_role("button", name=labels.UNSHUFFLE).wait_for()
    arrives(page, shuffle=1)
    assert equation(page) == number
    assert "shuffled" in page.locator("#in-equation").inner_text()
    with changes(page, "in-cell"):
        page.get_by_role("button", name=labels.UNSHUFFLE).click()
    page.get_by_role("button", name=labels.SHUFFLE).wait_for()
    assert equation(page) == number


def explore_shows_what_learn_leaves_out(page, tmp_path: Path) -> None:
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

    page.get_by_role("button", name=labels.CODE).click()
    code = page.locator("#in-code pre")
    page.locator("#in-code").get_by_text("explore.gram_reading").wait_for()
    with zipfile.ZipFile(downloaded(page, "#in-take-along", tmp_path)) as archive:
        (notebook,) = (name for name in archive.namelist() if name.endswith(".ipynb"))
        cells = json.loads(archive.read(notebook))["cells"]
    assert "".join(cells[-1]["source"]).removesuffix("\nfigure") in code.inner_text()

    open_view(page, "channels")
    page.locator("#in-code").get_by_text("explore.sheet").wait_for()  # of the same moment as the figure
    page.click("#in-npz")
    path = downloaded(page, "#in-npz-file", tmp_path)
    with np.load(path, allow_pickle=False) as arrays:
        shapes = {name: arrays[name].shape for name in arrays.files}
    assert (128, HEIGHT // 2, WIDTH // 2) in shapes.values()

    choose(page, "in-level", "learn")
    arrives(page, level="learn")
    page.locator("#in-npz").wait_for(state="hidden")
