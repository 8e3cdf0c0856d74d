"""One glossary: what it explains, and how its words are marked in HTML."""

import re

from demo import glossary, text
from demo.paint import setting_text

MARKED = re.compile(r'data-term="([^"]+)"[^>]*>([^<]+)<')
# What a visitor who has not read the article cannot know.
TECHNICAL = """Gram matrix, feature map, channel, ReLU, content loss, style loss, content layer, style layer,
receptive field, padding, energy, L-BFGS, Adam, total variation, correlation, cosine, covariance,
eigenvalue, eigenvector, spectrum, effective dimension, rank, evaluation, level, objective, stride,
bias, kernel, filter, unit, convolution, pooling, mismatch, forward pass, gradient, gradient
descent, backpropagation, silent, cluster, sparsity, variance, content error, style error, seed,
precision, VGG19, parameter, Gatys et al., Johnson""".replace("\n", " ")


def test_every_technical_word_is_explained_in_one_or_two_sentences():
    assert set(TECHNICAL.split(", ")) <= glossary.GLOSSARY.keys()
    for word, sentences in glossary.GLOSSARY.items():
        assert sentences[-1] in ".)" and 20 < len(sentences) < 260 and "<" not in sentences, word


def test_a_word_is_marked_at_its_first_use_in_any_of_its_forms():
    known = {"unit"}
    marked = glossary.explained(
        "<h2>Channels</h2><p>Two <b>channels</b>, the channel's Gram matrices, a Gram matrix, a unit.</p>", known
    )
    assert MARKED.findall(marked) == [("channel", "channels"), ("Gram matrix", "Gram matrices")]
    assert known == {"unit", "channel", "Gram matrix"}
    assert re.sub(r"</?dfn[^>]*>", "", marked).startswith("<h2>Channels</h2><p>Two <b>channels</b>, the")
    assert glossary.explained(marked, set(known)) == marked


def test_names_of_layers_attributes_links_drawings_and_code_stay_as_they_are():
    html = (
        '<p title="channel">relu4_1, conv1_1, pool3, unitary</p><a href="#">channel</a><svg><title>unit</title></svg>'
        "<pre>features = gram</pre>"
    )
    assert glossary.explained(html, set()) == html


def test_the_longest_word_wins():
    assert glossary.words_of("gradient descent, content layers, ‖G−A‖² / ‖A‖², Gatys et al. 2016") == [
        "gradient descent",
        "content layer",
        "mismatch",
        "Gatys et al.",
    ]


def test_the_settings_and_how_it_works_use_words_that_are_explained():
    said = glossary.words_of(setting_text.everything())
    assert {"L-BFGS", "Adam", "objective", "level", "evaluation", "padding"} - set(said) <= {"padding"}
    steps = glossary.explained(" ".join(text.HOW), set())
    assert [word for word, _ in MARKED.findall(steps) if word not in ("VGG19", "Gatys et al.", "evaluation")] == [
        "content loss",
        "style loss",
        "Gram matrix",
        "total variation",
        "backpropagation",
        "L-BFGS",
    ]
