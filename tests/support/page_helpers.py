"""What visitors do in more than one file of tests/browser."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from PIL import Image

# Gradio gives its empty picture frame an aria-label, which is not allowed there.
GRADIOS_OWN = [("aria-prohibited-attr", "Empty value")]

# Longer side, in pixels, of a picture that keeps even the tiny encoder busy in torch, outside of Python's lock: the
# page's other threads go on meanwhile.
LASTING = 400


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


def faults(page, part: str | None = None) -> list[str]:
    """What axe-core calls critical or serious on the page or a part of it, but for Gradio's own."""
    found = []
    # Three times as fast as a full account of what is in order. Nor are all style sheets fetched again, which takes half of
    # the time and serves one experimental rule, which is off.
    only = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
    for rule in Axe().run(page, context=part, options=only).response["violations"]:
        if rule["impact"] in ("critical", "serious"):
            nodes = [n for n in rule["nodes"] if not any(rule["id"] == r and s in n["html"] for r, s in GRADIOS_OWN)]
            found += [f"{rule['id']}: {node['html']} {[c['message'] for c in node['any']]}" for node in nodes]
    return found
