"""Changes of the paintings' Gram matrices: a channel, a pair, a block or a whole layer is muted or exaggerated.

A change is a text, a layer and what its cells are multiplied by:

    relu3_1:12x0      channel 12 responds 0 times as strongly as it does to the painting, everywhere: it is muted
    relu2_1:3-9,20x2  channels 3 to 9, and 20, respond twice as strongly
    relu3_1:12:40x2   the cells of channels 12 and 40 are doubled, each of the two staying as strong as it was
    relu4_1x0.5       all channels of the layer respond half as strongly

A channel that responds f times as strongly makes its cells with others f times, and its own on the diagonal f^2 times as
large: D A D with D = diag(1, .., f, .., 1), again a Gram matrix. A pair, rows:columns, changes A_ij and A_ji only. That
need not be a Gram matrix: no picture has |A_ij| above sqrt(A_ii A_jj), so that a pair much exaggerated is approached only.

To mute is to ask for zero, not to leave the cells out of the loss: the result is pushed to have nothing there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .errors import SettingError
from .layers import get_layer

HIGHEST = 10.0  # the largest factor; the smallest is 0
MOST = 64  # changes of one run
EXAMPLES = "relu3_1:12x0 (a channel), relu3_1:12:40x2 (a pair), relu2_1:3-9,20x0 (several) or relu4_1x0.5 (a layer)"
BETWEEN = re.compile(r"[\s,;]+(?=[A-Za-z]{2})")  # two changes; the commas among channels stand before a digit
CHANGE = re.compile(r"(\w+?)(?::([\d,-]+))?(?::([\d,-]+))?[x×](\d{0,4}\.?\d{0,6})")


@dataclass(frozen=True)
class GramChange:
    """One change. `rows` are channels from 0, empty for all; `columns` are empty unless it is of pairs, rows x columns."""

    layer: str
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    factor: float

    def __str__(self) -> str:
        """The shortest text of the change: "relu3_1:12-14x0"."""
        parts = [self.layer, *(_ranges(channels) for channels in (self.rows, self.columns) if channels)]
        return f"{':'.join(parts)}x{self.factor:g}"


def read_changes(name: str, value: Any) -> tuple[str, ...]:
    """The changes in `value`, a text or a list of texts, each in its shortest form; `name` is for messages.

    Raises `SettingError`, and `LayerError` for a layer that VGG19 does not have.

    >>> read_changes("gram_changes", "relu3_1:12,13,14x0.0, relu4_1x2")
    ('relu3_1:12-14x0', 'relu4_1x2')
    """
    items = BETWEEN.split(value.strip(" ,;\t\r\n")) if isinstance(value, str) else value
    if not isinstance(items, (list, tuple)) or not all(isinstance(item, str) for item in items):
        raise SettingError(f"{name} must be a list of changes such as {EXAMPLES}.")
    if len(items) > MOST:
        raise SettingError(f"{name} has {len(items)} changes. Give at most {MOST}.")
    return tuple(str(parsed(item, name)) for item in items if item.strip())


def parsed(text: str, name: str = "gram_changes") -> GramChange:
    """The change that `text` is. Raises as `read_changes`.

    >>> parsed("relu3_1:12:40x2")
    GramChange(layer='relu3_1', rows=(12,), columns=(40,), factor=2.0)
    """
    found = CHANGE.fullmatch("".join(text.split()))
    if not found or not re.search(r"\d", found[4]):
        shown = text if len(text) <= 60 else f"{text[:57]}..."
        raise SettingError(f"{name} cannot be {shown!r}. Write {EXAMPLES}.")
    layer, factor = found[1], float(found[4])
    channels = get_layer(layer).channels
    if factor > HIGHEST:
        raise SettingError(f"{name} multiplies {layer} by {factor:g}. Choose a factor from 0 to {HIGHEST:g}.")
    rows, columns = (_channels(each or "", layer, channels, name) for each in found.group(2, 3))
    return GramChange(layer, rows, columns, factor)


def layers_changed(changes: Iterable[str]) -> tuple[str, ...]:
    """The layers of `changes`, each once."""
    return tuple(dict.fromkeys(parsed(change).layer for change in changes))


def _channels(text: str, layer: str, channels: int, name: str) -> tuple[int, ...]:
    """The numbers of "3-9,20", each once and in order, of a layer with so many channels; none of ""."""
    found: set[int] = set()
    for part in text.split(",") if text else ():
        ends = part.split("-")
        if len(ends) > 2 or not all(end.isdecimal() and len(end) < 6 for end in ends) or int(ends[0]) > int(ends[-1]):
            raise SettingError(f"{name} cannot read the channels {part[:40]!r} of {layer}. Write {EXAMPLES}.")
        if int(ends[-1]) >= channels:
            raise SettingError(
                f"{name} names channel {int(ends[-1])} of {layer}, which has {channels}. Choose from 0 to {channels - 1}."
            )
        found |= set(range(int(ends[0]), int(ends[-1]) + 1))
    return tuple(sorted(found))


def _ranges(channels: Sequence[int]) -> str:
    """(3, 4, 5, 20) -> "3-5,20"."""
    runs: list[list[int]] = []
    for channel in channels:
        if runs and channel == runs[-1][1] + 1:
            runs[-1][1] = channel
        else:
            runs.append([channel, channel])
    return ",".join(f"{first}" if first == last else f"{first}-{last}" for first, last in runs)
