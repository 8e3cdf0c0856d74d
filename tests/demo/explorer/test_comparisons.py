"""Every sentence of the page that compares numbers is true of them: on all bundled pictures, with the real network."""

import ast
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from statistics import mean

import numpy as np
import pytest

from demo.examples import PAIRS
from demo.explorer import comparisons
from demo.explorer.feature_cache import bundled
from nst_core.explore import (
    correlation,
    descent,
    effective_dimension,
    gram,
    layer_shares,
    lesson,
    look,
    perturbed,
    spectrum,
)
from nst_core.explore.lesson import CHANGES
from nst_core.layers import CONTENT_LAYERS, STYLE_LAYERS
from nst_core.weights import load_untrained

ROOT = Path(__file__).parents[3]
SIZE = 96
COMPARES = re.compile(
    r"\b(more|less|larger|smaller|higher|lower|stronger|weaker|fewer|better) (\w+ ){0,2}than\b|\b(rises|falls|exceeds)\b"
)
# Not of numbers on the screen: what a click does, a limit, a definition, a fact of the network.
NOT_OF_NUMBERS = {
    "demo/explorer/labels.py": 1,  # a question: "do the two respond together more than chance?"
    "demo/explorer/views/edit_text.py": 1,  # a bound of every picture: "no picture can have more than"
    "demo/explorer/svg_charts.py": 1,  # of a bar that is full
}


@pytest.fixture(scope="module")
def looks(oxford):
    """{path: look} of every bundled photo, painting and result, small."""
    paths = {path for pair in PAIRS for path in (pair.photo, pair.painting, pair.result)}
    return {path: look(bundled(path), oxford, SIZE) for path in sorted(paths)}


def pictures_of(looks, slot: str) -> list:
    return [looks[path] for path in sorted({getattr(pair, slot) for pair in PAIRS})]


def test_of_content_and_style_in_every_change_of_every_photo(looks, oxford):
    said = set()
    for photo, change in product(pictures_of(looks, "photo"), CHANGES):
        found = lesson(photo, perturbed(photo.picture, change), oxford)
        words, content, style = comparisons.lesson(change, found.content, found.style), found.content, found.style
        *early, deep = style.values()
        facts = {
            "Neither loss changes": max(*content.values(), *style.values()) < 0.001,
            "The content loss is large, the style loss small": mean(content.values()) > 0.5 and max(early) < 0.2,
            "The last style layer changes most": deep > max(early),
            "Style changes more than content": mean(style.values()) > mean(content.values()),
            "Content changes more than style": mean(content.values()) > mean(style.values()),
            "their colours are gone": change == "grey",
            "Cutting the picture": change == "shuffle",
        }
        claimed = [claim for claim in facts if claim in words]
        assert claimed and all(facts[claim] for claim in claimed), (change, words)
        said.update(claimed)
    assert len(said) >= 5


def test_of_the_coffee_that_the_tour_turns_grey(looks, oxford):
    coffee = looks[PAIRS[2].photo]
    found = lesson(coffee, perturbed(coffee.picture, "grey"), oxford)
    assert "Style changes more than content" in comparisons.lesson("grey", found.content, found.style)


def test_of_pairs_of_channels_in_every_picture(looks):
    pairs = np.random.default_rng(0).integers(0, 256, (40, 2)).tolist()
    for picture in looks.values():
        r = correlation(picture.features("relu3_1"))
        for i, j in [*pairs, (7, 7)]:
            words = comparisons.pair((i, j), float(r[i, j]))
            assert ("more than by chance" in words) == (r[i, j] > 0.1 and i != j)
            assert ("avoid each other" in words) == (r[i, j] < -0.1) and ("diagonal" in words) == (i == j)


def test_of_the_shares_of_the_layers_for_every_pair(looks):
    for pair in PAIRS:
        photo, painting = (
            {layer: gram(looks[path].features(layer)) for layer in STYLE_LAYERS} for path in (pair.photo, pair.painting)
        )
        shares = layer_shares(photo, painting)
        found = re.findall(r"(relu\d_\d) is (\d+) %|(\d+) %, of (relu\d_\d)", comparisons.shares(shares))
        (first, gatys, *_), (*_, balanced, second) = found
        for objective, layer, percent in (("gatys", first, gatys), ("balanced", second, balanced)):
            assert shares[objective][layer] == max(shares[objective].values())
            assert 100 * shares[objective][layer] == pytest.approx(int(percent), abs=0.51)


def test_of_the_two_directions_of_the_gradient_for_every_result(looks, oxford):
    said = set()
    for pair in PAIRS:
        photo, painting, result = (looks[path] for path in (pair.photo, pair.painting, pair.result))
        wanted = {layer: photo.features(layer) for layer in CONTENT_LAYERS}
        for start in (result, photo):
            target = {layer: gram(painting.features(layer)) for layer in STYLE_LAYERS[:3]}
            found = descent(start.picture, oxford, wanted, target)
            content, style, both = (float(np.linalg.norm(v)) for v in (found.content, found.style, found.both))
            words = comparisons.directions(content, style, both, found.cosine)
            facts = {
                "Only one": min(content, style) == 0 < both,
                "Neither": both == 0,
                "equal and opposite": found.cosine < -0.9 and both < 0.6 * max(content, style),
                "more against each other": both**2 < content**2 + style**2,
                "the same way more": both**2 > content**2 + style**2,
                "nearly unrelated": abs(found.cosine) <= 0.1,
            }
            (claim,) = [claim for claim in facts if claim in words]
            assert facts[claim], words
            said.add(claim)
    assert len(said) > 1


def test_of_the_network_that_was_not_trained(looks, oxford):
    untrained = load_untrained(oxford)
    both = [(own, look(own.picture, untrained, SIZE)) for _, own in sorted(looks.items())[:2]]
    for (own, other), layer in product(both, ("relu1_1", "relu3_1", "relu5_1")):
        trained, random = (effective_dimension(spectrum(each.features(layer))) for each in (own, other))
        words = comparisons.trained((trained, random))
        assert ("differ less" in words) == (random < 0.8 * trained)
        assert ("differ more" in words) == (trained < 0.8 * random)


def test_of_the_first_eigenvector_which_is_mostly_the_mean(looks):
    """html.spectrum says so: more than half of its square length, in every layer of the style loss."""
    for picture, layer in product(looks.values(), ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")):
        features = picture.features(layer)
        average = features.mean(axis=(1, 2)).astype(float)
        matrix, first = gram(features).astype(float), average
        for _ in range(60):  # the power method: the share of the first eigenvector grows
            first = matrix @ first
            first /= np.linalg.norm(first)
        assert np.dot(first, average) ** 2 / np.dot(average, average) > 0.5, layer


def test_of_places_and_channels():
    assert "96 places for 512 channels" in comparisons.rebuilt("relu5_1", 96, 512)
    assert comparisons.rebuilt("relu3_1", 1536, 256) == ""


def strings(path: Path) -> Iterator[str]:
    """What a module says: its strings, joined where they stand side by side, without docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "#" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def test_nothing_else_in_the_explorer_compares_numbers_in_words():
    """A new comparing sentence belongs into comparisons.py, and gets a test above."""
    found = {}
    for path in sorted((ROOT / "demo" / "explorer").rglob("*.py")):
        said = {text for text in strings(path) if COMPARES.search(text)}
        said = {text for text in said if not any(text != other and text in other for other in said)}
        if said and path.name != "comparisons.py":
            found[path.relative_to(ROOT).as_posix()] = len(said)
    assert found == NOT_OF_NUMBERS
