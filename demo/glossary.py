"""The technical words of the page, each in a sentence or two, and how they are marked where they are first used.

glossary.js shows the sentences of a marked word while it is pointed at, has the focus, or was tapped.
"""

from __future__ import annotations

import re
from html import escape

GLOSSARY = {
    "VGG19": "The network that looks at the pictures: 16 convolutions in five blocks, trained to name what is in a "
    "million photographs (Simonyan & Zisserman 2015).",
    "channel": "One detector of a layer, moved over the whole picture; its feature map says where it responds, and "
    "how strongly. relu1_1 has 64 channels, relu5_1 has 512.",
    "feature map": "The values of one channel at all places of the picture. All maps of a layer are its features, F: "
    "C channels × M places.",
    "unit": "One value of a feature map: one channel at one place.",
    "kernel": "The 3 × 3 weights with which a convolution multiplies what a unit sees of one channel of the layer "
    "before.",
    "filter": "All kernels of one channel. In conv1_1 they multiply red, green and blue, so a filter can be shown as "
    "a small coloured picture.",
    "convolution": "A layer that multiplies what each unit sees of the layer before by weights, the same at every "
    "place, and adds up the products and a bias.",
    "bias": "A number that a channel adds to each of its sums.",
    "ReLU": "Rectified linear unit: makes negative values 0 and leaves the others. relu3_1 is conv3_1 after it.",
    "pooling": "Halves the maps: of every 2 × 2 values the largest goes on (in a run, if Pooling says so, their "
    "average).",
    "padding": "What stands beyond the edge for a convolution: zeros. Units whose receptive field reaches beyond the "
    "picture's edge see some of it. (In a run, Edge can have the picture's edge repeated instead.)",
    "stride": "How many pixels of the picture lie between neighbouring units: 1 in block 1, 16 in block 5.",
    "receptive field": "The pixels that a unit can see: a square of 3 × 3 in relu1_1 and of 156 × 156 in relu5_1. "
    "Those near its middle count most (Luo et al. 2016).",
    "forward pass": "Taking a picture through the network once, from the pixels to the last layer.",
    "parameter": "A number that training has set: a weight or a bias.",
    "content loss": "How far a picture is from the photo, place by place: the squared differences of their features "
    "in the content layers (Gatys et al. 2016, eq. 1). Its weight is α.",
    "style loss": "How far the Gram matrices of a picture are from those of the painting, in the style layers (Gatys "
    "et al. 2016, eq. 4 and 5). Its weight is β.",
    "content layer": "A layer whose features the content loss compares, place by place; usually relu4_2.",
    "style layer": "A layer whose Gram matrices the style loss compares; usually relu1_1, relu2_1, relu3_1, relu4_1 "
    "and relu5_1.",
    "total variation": "The mean squared difference of neighbouring pixels. The more it weighs (γ, smoothness), the "
    "smoother the picture (Mahendran & Vedaldi 2015).",
    "objective": "The convention by which content and style are measured before they are weighted: relative "
    "mismatches (balanced), the sums of Gatys et al., or the means of Johnson.",
    "Gram matrix": "G = F Fᵀ / M. Its cell (i, j) is the mean over all M places of the product of channels i and j: "
    "it says which channels respond together, and not where (Gatys et al. 2016, eq. 3).",
    "mismatch": "‖value − target‖² / ‖target‖², of features or of Gram matrices: 0 is equal, 1 as far off as a layer "
    "of zeros.",
    "content error": "The squared difference of the features at one place, summed over all channels. Over all places "
    "it adds up to twice the content loss of Gatys et al. 2016, eq. 1.",
    "style error": "‖(G − A)F‖ / C²M at one place: the size of the style loss's gradient there (Gatys et al. 2016, "
    "eq. 6), with G of the result and A of the painting.",
    "cosine": "Of two lists of numbers: 1 if they are equal up to a factor, 0 if they have nothing in common, −1 if "
    "they are opposite. Of two channels: G[i, j] / √(G[i, i] · G[j, j]).",
    "correlation": "r, from −1 to 1: the cosine of two channels, their means subtracted. Above 0 they respond "
    "together more than by chance, below 0 less.",
    "covariance": "The Gram matrix of features whose means have been subtracted.",
    "eigenvalue": "λ: how much the features vary along one of the directions that vary independently of each other.",
    "eigenvector": "The direction that belongs to an eigenvalue: a weight for every channel.",
    "spectrum": "All eigenvalues of a matrix, the largest first.",
    "effective dimension": "(Σλ)² / Σλ² of the eigenvalues λ: in about how many independent directions the features "
    "vary.",
    "rank": "In how many independent directions a matrix extends: at most as many as there are places.",
    "energy": "The mean square of a channel's values: its cell on the diagonal of the Gram matrix.",
    "variance": "The mean squared distance of a channel's values from their mean.",
    "sparsity": "At how many of the places a channel is zero or below.",
    "silent": "Zero everywhere in this picture. The channel may respond to another one.",
    "cluster": "Channels that are correlated stand side by side in this order (average linkage of 1 − r).",
    "gradient": "How the loss grows with every number that it depends on. A step against it lowers the loss.",
    "backpropagation": "Computes the gradient for all pixels at once, from the last layer back to the first.",
    "gradient descent": "The plainest optimizer: small steps against the gradient.",
    "L-BFGS": "An optimizer that estimates from its last steps how the gradient itself changes, and so chooses longer "
    "and better steps than gradient descent (Liu & Nocedal 1989).",
    "Adam": "An optimizer whose steps follow running means of the gradient and of its square (Kingma & Ba 2015).",
    "evaluation": "One computation of the loss and its gradient: through the network and back. A run is a number of "
    "them.",
    "level": "A run starts with a small picture and goes on from it at larger sizes; each size is a level.",
    "seed": "The number that random noise is drawn from: the same seed gives the same noise.",
    "precision": "The format of the network's numbers: 32 bits, or 16 (bfloat16), faster on some processors and "
    "coarser.",
    "Gatys et al.": "L. A. Gatys, A. S. Ecker and M. Bethge, Image Style Transfer Using Convolutional Neural "
    "Networks, CVPR 2016: the article that this program follows.",
    "Johnson": "Justin Johnson's program neural-style, and most tutorials after it: means over features and over the "
    "cells of G / C in place of sums.",
    "NPZ": "A file of NumPy arrays.",
}
# How else a word is written, beside an added "s".
OTHER_FORMS = {
    "feature map": ("features",),
    "convolution": ("conv",),
    "pooling": ("pool",),
    "total variation": ("smoothness", "tv"),
    "Gram matrix": ("Gram matrices", "Gram"),
    "mismatch": ("mismatches", "‖G−A‖² / ‖A‖²"),
    "energy": ("energies",),
    "Gatys et al.": ("Gatys et al. 2016", "Gatys"),
}
SKIPPED = {"a", "button", "code", "h1", "h2", "h3", "label", "pre", "script", "style", "summary", "svg"}

_WORDS = {form.lower(): word for word in GLOSSARY for form in (word, *OTHER_FORMS.get(word, ()))}
_WORDS |= {f"{form}s": word for form, word in _WORDS.items() if form[-1].isalpha() and form[-1] != "s"}
_LONGEST_FIRST = sorted(_WORDS, key=len, reverse=True)
_FOUND = re.compile(rf"(?<![\w‖-])(?:{'|'.join(map(re.escape, _LONGEST_FIRST))})(?![\w-])", re.IGNORECASE)
_PIECES = re.compile(r"<[^>]*>|[^<]+")
_NAME = re.compile(r"</?(\w+)")


def words_of(text: str) -> list[str]:
    """The keys of `GLOSSARY` that plain text uses, in the order of their first use."""
    return list(dict.fromkeys(_WORDS[found.lower()] for found in _FOUND.findall(text)))


def explained(html: str, known: set[str]) -> str:
    """`html` with every word of the glossary marked at its first use, but for those in `known`, which gets them.

    Headings, links, buttons, labels, drawings and code stay as they are.
    """

    def mark(found: re.Match[str]) -> str:
        word = _WORDS[found[0].lower()]
        if word in known:
            return found[0]
        known.add(word)
        return button(word, found[0])

    pieces, inside = [], 0
    for piece in _PIECES.findall(html):
        if piece.startswith("<"):
            name = _NAME.match(piece)
            if name and name[1] in SKIPPED:
                inside += -1 if piece.startswith("</") else 1
            pieces.append(piece)
        else:
            pieces.append(piece if inside else _FOUND.sub(mark, piece))
    return "".join(pieces)


def button(word: str, shown: str = "") -> str:
    """HTML: a word that explains itself, written as `shown`. Not a <button>, which would break lines and spacing."""
    name = escape(shown or word, quote=False)
    return f'<dfn class="term" role="button" tabindex="0" data-term="{escape(word)}">{name}</dfn>'


def more_words(text: str, known: set[str]) -> str:
    """HTML: the words of plain text that stand where they cannot be marked, as in pictures and on controls; "" for none.

    Those in `known` are left out; it gets the others.
    """
    words = [word for word in words_of(text) if word not in known]
    known.update(words)
    buttons = " · ".join(map(button, words))
    return f'<p class="terms">More words: {buttons}</p>' if buttons else ""
