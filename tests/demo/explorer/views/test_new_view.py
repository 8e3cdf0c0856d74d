"""A new view is one row and one module, as CONTRIBUTING.md says."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]
VIEWS = "demo/explorer/views/__init__.py"
MODULE = "demo/explorer/views/losses_actions.py"
SECTION = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## A new view of the explorer")[1]


def added() -> dict[str, str]:
    """The lines that the diff of CONTRIBUTING.md adds: {file: text}."""
    diff = re.search(r"```diff\n(.*?)```", SECTION, re.S).group(1)
    files = re.split(r"^--- .*\n\+\+\+ b/", diff, flags=re.M)[1:]
    parts = (file.partition("\n") for file in files)
    return {name: "".join(f"{line[1:]}\n" for line in lines.splitlines()) for name, _, lines in parts}


def test_the_diff_in_contributing_is_the_code():
    assert list(added()) == [VIEWS, MODULE]
    assert added()[MODULE] == (ROOT / MODULE).read_text(encoding="utf-8")
    table = (ROOT / VIEWS).read_text(encoding="utf-8").splitlines()
    assert added()[VIEWS].splitlines() == [line for line in table if "losses" in line]


def test_the_view_of_the_diff_is_the_smallest():
    modules = {
        path: len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / VIEWS).parent.glob("*_actions.py")
    }
    assert min(modules, key=modules.get) == ROOT / MODULE


# A view with every kind of panel, added to the table before anything else of the page is imported.
NEW_VIEW = """
import demo.serving.gradio_internals
from demo.explorer.panels import Columns, HtmlPanel, ImagePanel, RadioControl, SliderControl, StaticHtml, picture
from demo.explorer.views import VIEWS
from demo.explorer.views.view import View

def show(cache, state, uploads):
    look = cache.look(state, uploads)
    words = f"{state.change} by {state.amount} in {state.layer}"
    return {"same": picture(look.picture, "same", state, ["The picture itself"]), "said": words, "more": words}

VIEWS["echo"] = View(
    title="Echo",
    about="What was chosen.",
    show=show,
    code=lambda state: [f"print({state.change!r})"],
    panels=(
        StaticHtml("<h2>Echo</h2>"),
        RadioControl("change", "Change", {"shift": "moved", "grey": "grey"}),
        SliderControl("amount", "Pixels", step=4, explore_only=True),
        Columns(
            widths=(2, 1),
            left=(ImagePanel("same", "Same", "The picture itself"),),
            right=(HtmlPanel("said", min_height=20), HtmlPanel("more", min_height=20, explore_only=True)),
        ),
    ),
)

from tests.support.toy_vgg19 import toy
from tests.support.built_page import BuiltPage, at, tab_click
from demo.explorer.view_state import ViewState, from_query

built = BuiltPage(toy())
session = at(ViewState(layer="relu2_1"))
tabs = [block.id for block in built.page.blocks.values() if type(block).__name__ == "Tab" and block.id]
assert tabs[-1] == "echo" and built.parts["echo"].label == "Echo", tabs
assert not built.parts["in-more"].visible and built.parts["in-said"].visible

changes = built.on(session, *tab_click("echo"))
assert changes["in-tabs"].selected == "echo" and changes["in-said"] == "shift by 16 in relu2_1"
assert "vgg19-relu2_1-same.png" in changes["in-same"] and changes["in-amount"] == 16
assert built.on(session, "in-change", "input", "grey")["in-said"] == "grey by 16 in relu2_1"
assert built.on(session, "in-amount", "input", 40)["in-said"] == "grey by 40 in relu2_1"
assert built.on(session, "in-level", "input", "explore")["in-more"]["visible"]
assert {"in-said", "in-same", "in-link"} <= built.outputs("in-change", "input") < built.outputs("in-layer", "input")
assert from_query({"view": "echo", "amount": "8"}).link() == "?view=echo&amount=8"
assert "print(&#x27;shift&#x27;)" in changes["in-code"]
print("all of it works")
"""


def test_a_row_is_all_that_a_view_of_declared_panels_needs():
    output = subprocess.run([sys.executable, "-c", NEW_VIEW], cwd=ROOT, capture_output=True, text=True, check=False)
    assert output.stdout.endswith("all of it works\n"), output.stderr
