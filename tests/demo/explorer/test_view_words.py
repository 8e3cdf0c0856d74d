"""In every view, every word of the glossary that can be read can be pressed, once."""

import re
from collections import Counter
from collections.abc import Iterator

import gradio as gr
import pytest

from demo import glossary
from demo.explorer.views import VIEWS
from tests.support.built_page import FRAME, PLACE, BuiltPage, at, value

pytestmark = pytest.mark.usefixtures("small_looks")

MARKED = re.compile(r'data-term="([^"]+)"')
NOT_READ = re.compile(r"<(svg|pre|a)\b.*?</\1>|<[^>]*>", re.DOTALL)


def inside(block: gr.blocks.Block) -> Iterator[gr.blocks.Block]:
    """The components in a tab."""
    for child in getattr(block, "children", []):
        yield child
        yield from inside(child)


def read(built: BuiltPage, view: str, level: str) -> tuple[list[str], list[str]]:
    """The HTML of a view and of the frame around it, and the labels of the view's components, as far as they are shown."""
    before = PLACE.updated(level="learn" if level == "explore" else "explore", view=view)
    changes = built.on(at(before), "in-level", "input", level)
    own = list(inside(built.parts[view]))
    names = {part.elem_id for part in own} | FRAME
    shown = [name for name in names & changes.keys() if level == "explore" or not isinstance(changes[name], dict)]
    html = [value(changes[name]) for name in shown if isinstance(built.parts[name], gr.HTML)]
    lasting = [part.value for part in own if isinstance(part, gr.HTML) and part.elem_id is None]
    return html + lasting, [str(built.parts[name].label) for name in shown]


@pytest.mark.parametrize("level", ["learn", "explore"])
@pytest.mark.parametrize("view", VIEWS)
def test_every_technical_word_of_a_view_is_explained_in_it_once(built, view, level):
    html, labels = read(built, view, level)
    marked = Counter(word for text in html for word in MARKED.findall(text))
    assert marked and set(marked.values()) == {1}
    texts = ". ".join([NOT_READ.sub(" ", text) for text in html] + labels)
    assert set(glossary.words_of(texts)) <= marked.keys()


def test_words_of_captions_and_choices_are_listed_below_the_view(built):
    listed = {}
    for level in ("learn", "explore"):
        html, _ = read(built, "channels", level)
        (below,) = [text for text in html if 'class="terms"' in text]
        listed[level] = set(MARKED.findall(below))
    assert {"sparsity", "variance", "cluster"} <= listed["explore"] - listed["learn"]
    assert "VGG19" in listed["learn"]  # in the caption of every picture
