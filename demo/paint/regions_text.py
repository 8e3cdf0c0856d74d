"""The words of the regions that a visitor draws."""

from __future__ import annotations

TITLE = "Choose parts of the photo"
HOW = "Choose a colour and draw on the photo:"
KEEP = "stays the photo"
FIRST = "the painting above"
OTHER = "mixed-in painting {}"
ERASER, CLEAR, SIZE = "Eraser", "Clear all", "Brush width"
TOOLS = "Colours and tools"
PHOTO, DRAWING = "The photo to draw on, in grey", "What is drawn"
PAINTED = "Everything else is painted. More paintings, under <i>Mix in other paintings</i>, get colours of their own."
MIXED = "Where nothing is drawn, all paintings are mixed."
UNREADABLE = "This drawing cannot be read. Draw it on the page."
