"""Sentences that compare numbers: each gets its numbers and says nothing that is not true of them.

tests/demo/explorer/test_comparisons.py holds every sentence to its numbers, on all bundled pictures.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import mean

from nst_core.layers import deepest

from . import labels

UNCHANGED = 0.0005  # a mismatch below this is written as 0.000
CHANCE = 0.1  # a correlation up to this is as by chance


def lesson(change: str, content: Mapping[str, float], style: Mapping[str, float]) -> str:
    """Which of the two losses a change of the picture changes: mismatches by layer, of which the losses are the means."""
    moved, look = mean(content.values()), mean(style.values())
    deep = deepest(style).name
    early = max((value for layer, value in style.items() if layer != deep), default=style[deep])
    if max(*content.values(), *style.values()) < UNCHANGED:
        return "<b>Neither loss changes</b>: for these layers it is the same picture."
    if moved > 0.5 and early < 0.2 and change != "grey":
        words = "<b>The content loss is large, the style loss small</b>: the same things are there, in other places."
        if style[deep] > early:
            words += " The last style layer changes most: it has few places, and many are near the picture's edge."
        return words
    if moved == look:
        return "Both losses change alike."
    more, less = ("Style", "content") if look > moved else ("Content", "style")
    words = f"<b>{more} changes more than {less}</b>, {labels.relative(max(moved, look))} to "
    words += f"{labels.relative(min(moved, look))} on average."
    if change == "grey":
        words += " Things stand where they stood; their colours are gone."
    if change == "shuffle":
        words += (
            " Cutting the picture makes new edges, which the layers respond to; shuffling a layer's places makes none."
        )
    return words


def pair(state_pair: tuple[int, int], correlation: float) -> str:
    """Whether two channels respond together; a channel with itself is a cell of the diagonal."""
    if state_pair[0] == state_pair[1]:
        return "a cell of the diagonal, one channel with itself. G is its energy here."
    if abs(correlation) <= CHANCE:
        return "they respond together about as often as by chance."
    return "they respond together more than by chance." if correlation > 0 else "they avoid each other."


def shares(by_objective: Mapping[str, Mapping[str, float]]) -> str:
    """Which layer has most of the style loss: {objective: {layer: share}}."""

    def largest(objective: str) -> tuple[str, str]:
        layer, share = max(by_objective[objective].items(), key=lambda item: item[1])
        return layer, labels.percent(share)

    (first, gatys), (second, balanced) = largest("gatys"), largest("balanced")
    return (
        f"With the sums of Gatys et al., {first} is {gatys} of it; measured relative to the painting's matrix, the largest "
        f"share is {balanced}, of {second}."
    )


def directions(content: float, style: float, both: float, cosine: float) -> str:
    """How two gradients of these lengths compare, `both` being the length of their sum."""
    if not (content and style):
        return "Only one of the two terms asks for a change." if both else "Neither term asks for a change."
    if cosine < -0.9 and 0.8 < content / style < 1.25:
        return "They are about equal and opposite: the picture is where the loss can hardly fall further."
    if cosine < -CHANCE:
        return "They are more against each other than together."
    return "They go the same way more than against each other." if cosine > CHANCE else "They are nearly unrelated."


def trained(dimensions: tuple[float, float]) -> str:
    """How many directions the channels of the trained and of the untrained network use."""
    if dimensions[1] < 0.8 * dimensions[0]:
        return "The untrained channels differ less from one another: they see more of the same."
    if dimensions[0] < 0.8 * dimensions[1]:
        return "The untrained channels differ more from one another than the trained ones."
    return "In this layer the channels of both differ about as much from one another."


def rebuilt(layer: str, places: int, channels: int) -> str:
    """What a Gram matrix of so many channels leaves open about a picture with so many places; "" where that is much."""
    if places >= channels:
        return ""
    return (
        f" In {layer} this small picture has only {places} places for {channels} channels: its Gram matrix says so much "
        "that things may come back where they stood."
    )
