"""The colours of what is drawn around the maps, 8-bit RGB."""

Colour = tuple[int, int, int]

GROUND = (20, 18, 16)  # the background of every picture
INK = (239, 232, 221)  # text
FAINT = (133, 120, 104)  # less important text
MARK = (255, 255, 255)  # frames around what was chosen
PADDING = (58, 52, 46)  # where the network sees zeros instead of a picture
CHANGED = (64, 224, 255)  # outlines of changed cells: a colour that no heat map has
ACCENT = (238, 138, 99)  # bars
