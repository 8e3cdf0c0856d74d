"""What visitors read in the explorer, as plain text: labels of components, messages, and captions of pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nst_core.explore.scales import six_figures, three_figures

from ..examples import PAIRS as BUNDLED

if TYPE_CHECKING:
    from .view_state import ViewState

SLOTS = {"photo": "Photo", "painting": "Painting", "result": "Result"}
DROP = "Drop a picture here"
PAINT_PICTURES = "Use photo and painting from Paint"
NO_PAINT_PICTURES = "There is neither a photo nor a painting in Paint. Bring one there, or drop a picture here."
LOOKING_AT = "Looking at"
LEVELS = {"learn": "Basic", "explore": "Advanced"}
LEVEL = "Controls"
TOUR = "A tour in five stops"
LAYER = "Layer"
ROLES = "Used in the loss as"
ROLE_CHOICES = [("content layer", "content"), ("style layer", "style")]
PAINT_WITH = "Paint with these layers"
LINK = "Link to this view"
LINK_NOTE = "The link keeps layer, channels and view. Your own pictures are never part of it."
CODE, CODE_LABEL = "Show me the code", "Python that makes the figure of this view"
COPY, COPIED = "Copy", "Copied"
CODE_WORDS = (
    "For a folder with this project, or after <code>pip install .</code> in one. The notebook has the pictures inside."
)
TAKE_ALONG = "Take it along: notebook, figures to print, charts"
DIAGRAM = (
    "VGG19 from left to right: height is the size of the maps, width their number. The list offers the layers, too."
)

SHEET, CARD, PATCHES, PARTNERS = "Feature maps", "One channel", "Where it responds most", "Most and least correlated"
SHEET_ALT = "64 feature maps of the chosen layer; choose a channel by number beside it"
CARD_ALT = "The chosen channel's map over the picture, with the receptive field of one unit"
PATCHES_ALT = "Nine cut-outs of the bundled pictures, where this channel responds most"
SORT, SCALE, PAGE, CHANNEL = "Sort by", "Brightness", "Page", "Channel"
SORTS = {
    "mean": "mean",
    "peak": "peak",
    "variance": "variance",
    "sparsity": "sparsity",
    "difference": "difference to the painting or photo",
    "cluster": "Gram cluster",
    "index": "number",
}
SCALES = {"own": "each its own", "shared": "shared", "root": "shared, square root"}
SHEET_HELP = "Click a map to open its channel. Click the channel's large picture to see what one unit sees."
HISTOGRAM = "How often each value occurs in the map"
NPZ_MAKE, NPZ_GET = "Make NPZ", "Download NPZ"

MODES = {"gram": "Gram matrix", "cosine": "Cosine", "correlation": "Correlation"}
CURVES = {"root": "square root", "log": "logarithm", "linear": "linear"}
MODE, CURVE, PAIRS_BY = "Read as", "Brightness", "Sort pairs by"
PAIRS_BY_CHOICES = {"gram": "Gram", "correlation": "correlation", "difference": "difference to the painting"}
WHOLE, WINDOW, CELL = "The whole matrix: click a block", "That block: click a cell", "That cell: its two channels"
WHOLE_ALT = "Gram matrix of the chosen layer as a heat map; choose a pair of channels by number below"
WINDOW_ALT = "A window of 32 by 32 cells of the matrix"
CELL_ALT = "The two channels' maps, both together, and their product"
FIRST, SECOND, SHUFFLE, UNSHUFFLE = "Channel i", "Channel j", "Shuffle the places", "Put the places back"
PAIR_HEADERS = ["i", "j", "G", "cosine", "r", "vs. painting"]
PAIRS = "Pairs of channels; vs. painting: (G[i, j] − A[i, j]) / √(A[i, i] · A[j, j]), A of the painting"
CSV = "Pairs as CSV"

CHANGES = {
    "shift": "moved sideways",
    "mirror": "mirrored",
    "upside down": "turned upside down",
    "quarters": "quarters swapped",
    "grey": "turned grey",
    "shuffle": "cut up and shuffled",
}
SPECTRUM = "Eigenvalues of the covariance of the features, largest first"
KIND = "Rebuild from"
KINDS = {"content": "this layer's features (content)", "style": "Gram matrices up to this layer (style)"}
REBUILD, STOP_REBUILD, REBUILT = "Rebuild", "Stop", "Reconstruction"
REBUILT_ALT = "The picture, and what can be rebuilt of it from the chosen layer"
NO_REBUILD = "Press Rebuild: noise is changed so that its features, or its Gram matrices, come close to the picture's."

NO_RESULT = "There is no result of your pictures yet. Paint one and look inside it, or drop a picture here."
OTHER_SHAPE = "The result and the photo have different shapes, so they cannot be compared place by place."
WRONG_CHANNEL = "There is no such channel. Give a whole number from 0 to {}."
WRONG_PAGE = "There is no such page. Give a whole number from 1 to {}."
NOT_WHOLE = "Give a whole number."


def title(painting: str) -> str:
    """The path of a bundled painting -> "The Church at Auvers"."""
    return next(pair.painting_name for pair in BUNDLED if pair.painting == painting)


def percent(share: float) -> str:
    """0.994 -> "99 %", 0.0123 -> "1.2 %", 0.00001 -> "0.001 %"."""
    return f"{100 * share:.0f} %" if share >= 0.1 else f"{100 * share:.2g} %"


def relative(value: float) -> str:
    """0.0012 -> "0.001", 0.9 -> "0.90"."""
    return f"{value:.3f}" if value < 0.1 else f"{value:.2f}"


def sheet_page(page: int, channels: int, per_page: int, sort: str, silent: int) -> str:
    """Which channels a page of the sheet shows, how to use it, and how many channels of the layer are silent."""
    first, last = page * per_page + 1, min(channels, (page + 1) * per_page)
    words = f"{first} to {last} of {channels} channels, by {SORTS[sort]}. {SHEET_HELP}"
    return words + (f" Silent channels of this layer for this picture: {silent}." if silent else "")


def unit(at: tuple[int, int], value: float, field: int, clicked: bool, silent: bool, padded: bool) -> str:
    """Caption for the unit at (row, column), whose receptive field is `field` pixels wide; `padded`: partly padding."""
    if silent:
        return "Silent for this picture: zero everywhere. It may respond to another picture."
    what = "The unit you clicked" if clicked else "Its strongest unit"
    return (
        f"{what}, row {at[0]}, column {at[1]}, has the value {three_figures(value)}. It sees only the {field} × {field} "
        "pixels in the frame, mostly those near the middle." + (" Dashed: padding." if padded else "")
    )


def patches(layer: str, channel: int) -> str:
    """Caption for the nine cut-outs of a channel."""
    return f"Channel {channel} of {layer}: its nine strongest places in the bundled pictures"


def gram_note(state: ViewState, places: int, ordered_by: str) -> str:
    """Caption: what the matrix shows in the chosen mode, its number of places, and the order of its channels, which is that
    of the picture `ordered_by`."""
    rank = f"M = {places:,} places"
    if places < state.channels:
        rank += f", so the matrix has at most rank {places}"
    notes = {
        "gram": "What the style loss compares: the mean of the product of two channels. Also large when both have large "
        "values everywhere: a bright row and column are a channel of large values, a black one is a silent channel.",
        "cosine": "The Gram matrix with the strength of each channel divided out. A black row and column are a silent "
        "channel.",
        "correlation": "Averages subtracted and strength divided out: do the two respond together more than chance? A "
        "white row and column are a silent channel.",
    }
    return f"{notes[state.mode]} {rank}. Neighbouring channels respond together in {ordered_by}."


def window(state: ViewState, rows: int, columns: int) -> str:
    """Caption: which part of the ordered matrix the window shows."""
    return (
        f"Rows {state.down * 32} to {state.down * 32 + rows - 1} and columns {state.across * 32} to "
        f"{state.across * 32 + columns - 1} of the ordered {state.mode} matrix."
    )


def product(state: ViewState, mean: float, cell: float) -> str:
    """Caption: the colours of the two maps, the mean of their product, and the cell of the Gram matrix."""
    shuffled = f" with the places shuffled (seed {state.shuffle})" if state.shuffle else ""
    return (
        f"Channel {state.first} red, channel {state.second} yellow, white where they meet. The mean of their product"
        f"{shuffled} is {six_figures(mean)}; the cell of the Gram matrix is {six_figures(cell)}."
    )


def rebuilt(state: ViewState) -> str:
    """Title above the reconstruction."""
    return f"from {state.layer} alone" if state.kind == "content" else f"texture, Gram matrices up to {state.layer}"


def rebuild_caption(state: ViewState) -> str:
    """Caption: what the reconstruction was made from."""
    what = "features of" if state.kind == "content" else "Gram matrices up to"
    return f"Reconstruction from the {what} {state.layer}: noise, changed by the same optimisation that paints."
