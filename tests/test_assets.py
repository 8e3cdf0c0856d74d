"""The example pictures: each is credited, small, and can be painted."""

import re
from pathlib import Path

import pytest

from nst_core.images import load_picture

ASSETS = Path(__file__).parent.parent / "assets"
CREDITS = (ASSETS / "CREDITS.md").read_text(encoding="utf-8")
ROWS = {
    cells[0].removesuffix("*").strip(): cells
    for line in CREDITS.splitlines()
    if len(cells := [cell.strip() for cell in line.strip("|").split("|")]) == 6 and "/" in cells[0]
}
FILES = sorted(path for folder in ("photos", "paintings") for path in (ASSETS / folder).iterdir())


def test_every_credit_is_for_a_file_that_is_there() -> None:
    assert set(ROWS) == {path.relative_to(ASSETS).as_posix() for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_picture_has_a_title_an_author_a_licence_and_a_source(path: Path) -> None:
    _, title, author, date, licence, source = ROWS[path.relative_to(ASSETS).as_posix()]
    assert title and author and source
    assert re.fullmatch(r"\d{4}|\d{4} or before|not stated", date)
    assert "CC BY" in licence or licence in ("public domain", "CC0")
    assert "CC BY" not in licence or "https://creativecommons.org/licenses/by/2.0/" in licence


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_picture_loads_and_is_large_enough_for_the_default_size(path: Path) -> None:
    picture = load_picture(path)
    assert picture.mode == "RGB" and max(picture.size) >= 450 and min(picture.size) >= 300


def test_photos_and_paintings_are_enough_to_choose_from_and_small_enough_to_clone() -> None:
    assert len([path for path in FILES if path.parent.name == "photos"]) >= 5
    assert len([path for path in FILES if path.parent.name == "paintings"]) >= 6
    assert sum(path.stat().st_size for path in FILES) < 3_000_000


def test_the_weights_are_credited_too() -> None:
    for words in ("Karen Simonyan and Andrew Zisserman", "licenses/by/4.0", "Daniel Steinberg", "MIT"):
        assert words in CREDITS
