"""The words of the regions that a visitor draws."""

from __future__ import annotations

TITLE = "Choose parts of the photo"
LABEL = "The photo to draw on"
HOW = "Draw on the photo with the brush; the palette beside it has these colours."
FIRST = "the painting above"
OTHER = "painting {} of those mixed in"
KEEP = "stays the photo"
PAINTED = "Everything else is painted. More paintings, under <i>Mix in other paintings</i>, get colours of their own."
MIXED = "Where nothing is drawn, all paintings are mixed."
TOO_LARGE = "This drawing is larger than the page makes them. Draw it on the page."
