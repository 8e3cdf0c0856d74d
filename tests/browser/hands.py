"""What visitors do in more than one of these files."""

from pathlib import Path

from PIL import Image


def set_numbers(page, **numbers: int) -> None:
    """Set numbers among all settings: set_numbers(page, size=64)."""
    if not page.locator("#seed").is_visible():
        page.click("#more > button")
        page.locator("#seed").wait_for()  # what is folded away is not on the page at all
    for name, value in numbers.items():
        field = page.locator(f"#{name} input[type=number]")
        field.fill(str(value))
        field.press("Tab")


def own_picture(folder: Path, name: str = "own", size: tuple[int, int] = (320, 240)) -> Path:
    """A file that is none of the bundled ones."""
    path = folder / f"{name}.png"
    Image.effect_mandelbrot(size, (-2, -1.2, 1, 1.2), 60).convert("RGB").save(path)
    return path
