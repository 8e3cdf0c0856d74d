"""Every word a user of the explorer reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from nst_core.explore.look import Look
from nst_core.explore.scales import three_figures
from nst_core.layers import deepest

from ..examples import PAIRS as BUNDLED
from .view_state import ViewState

SLOTS = {"photo": "Photo", "painting": "Painting", "result": "Result"}
DROP = "Drop a picture here"
LOOKING_AT = "Looking at"
LEVELS = {"learn": "Learn", "explore": "Explore"}
LEVEL = "Controls"
TOUR = "A tour in five stops"
LAYER = "Layer"
ROLES = "In the loss as"
ROLE_CHOICES = [("content layer", "content"), ("style layer", "style")]
PAINT_WITH = "Paint with these layers"
LINK = "Link to this view"
LINK_NOTE = "The link keeps layer, channels and view. Your own pictures are never part of it."

VIEWS = {
    "channels": "Channels",
    "gram": "Gram matrix",
    "lesson": "Content or style?",
    "compare": "Three pictures",
    "errors": "Still wrong",
    "losses": "Which layer counts",
    "rebuild": "Rebuild",
}

ABOUT = {
    "channels": "Every channel of the chosen layer, as a map of where it fires in the picture.",
    "gram": "Which channels of the chosen layer fire together: what the style loss compares. Click a block, then a cell.",
    "lesson": "Change the picture on purpose, and see whether the content loss or the style loss minds.",
    "compare": "The Gram matrices of photo, painting and result, in one order and on one scale.",
    "errors": "Where in the result content and style are still wrong.",
    "losses": "How much of the style loss each layer holds, under three conventions; and which bundled painting is nearest.",
    "rebuild": "What one layer remembers: the picture again, from noise, from nothing but that layer.",
}
RULER = (
    'Click a layer. <b class="style">Style layers</b>, <b class="content">content layers</b>; framed: the one shown. '
    "Height is the size of its maps, width their number."
)

SHEET, CARD, PATCHES, PARTNERS = "Feature maps", "One channel", "Where it fires most", "Partners in this picture"
SHEET_ALT = "64 feature maps of the chosen layer; choose a channel by number beside it"
CARD_ALT = "The chosen channel's map over the picture, with the receptive field of one unit"
PATCHES_ALT = "Nine cut-outs of the bundled pictures at which this channel is strongest"
SORT, SCALE, PAGE, CHANNEL = "Sort by", "Brightness", "Page", "Channel"
SORTS = {
    "mean": "mean",
    "peak": "peak",
    "variance": "variance",
    "sparsity": "sparsity",
    "difference": "difference to the other picture",
    "cluster": "Gram cluster",
    "index": "number",
}
SCALES = {"own": "each its own", "shared": "shared", "root": "shared, square root"}
SHEET_HELP = "Click a map to open its channel. Click the channel's own picture to ask one unit what it sees."
HISTOGRAM = "How often the map has which value"
NPZ_MAKE, NPZ_GET = "Make NPZ", "Download NPZ"

MODES = {"gram": "Gram matrix", "cosine": "Cosine", "correlation": "Correlation"}
CURVES = {"root": "square root", "log": "logarithm", "linear": "linear"}
MODE, CURVE, PAIRS_BY = "Read as", "Brightness", "Pairs by"
PAIRS_BY_CHOICES = {"gram": "Gram", "correlation": "correlation", "difference": "difference to the painting"}
WHOLE, WINDOW, CELL = "The whole matrix: click a block", "That block: click a cell", "One cell, opened"
WHOLE_ALT = "Gram matrix of the chosen layer as a heat map; choose a pair of channels by number below"
WINDOW_ALT = "A window of 32 by 32 cells of the matrix"
CELL_ALT = "The two channels' maps, both together, and their product"
FIRST, SECOND, SHUFFLE, UNSHUFFLE = "Channel i", "Channel j", "Shuffle the places", "Put them back"
PAIR_HEADERS = ["i", "j", "G", "cosine", "r", "less painting"]
CSV = "Pairs as CSV"

CHANGE, AMOUNT = "Change the picture", "By how many pixels (moved sideways, cut up)"
CHANGES = {
    "shift": "moved sideways",
    "mirror": "mirrored",
    "upside down": "turned upside down",
    "quarters": "quarters swapped",
    "grey": "turned grey",
    "shuffle": "cut up and shuffled",
}
UNMOVED = 0.0005  # a needle below this says 0.000
CHANGED, GRAMS, ERRORS, REBUILT = "Before and after", "Gram matrices", "Errors", "Reconstruction"
CHANGED_ALT = "The picture before and after the change, and where the content differs"
GRAMS_ALT = "Gram matrices of photo, painting and result, and the difference between result and painting"
SPECTRUM = "Eigenvalues of the covariance of the features, largest first"
ERRORS_ALT = "The result, its content error and its style error at every place"
KIND = "From"
KINDS = {"content": "this layer's features (content)", "style": "Gram matrices up to this layer (style)"}
REBUILD, STOP_REBUILD = "Rebuild", "Stop"
REBUILT_ALT = "The picture, and what the chosen layer remembers of it"
NO_REBUILD = "Press Rebuild: a picture of noise is changed until this layer cannot tell it from the real one."

NO_RESULT = "There is no result of your pictures yet. Paint one and look inside it, or drop a picture here."
OTHER_SHAPE = "The result and the photo have different shapes, so no place of one is a place of the other."
WRONG_CHANNEL = "There is no such channel. Give a whole number from 0 to {}."
NOT_WHOLE = "Give a whole number."


def story(title_: str, text: str) -> str:
    return f"<h2>{title_}</h2><p>{text}</p>"


def about(view: str) -> str:
    """HTML: what a view shows, where no stop of the tour says it."""
    return story(VIEWS[view], ABOUT[view])


def title(painting: str) -> str:
    """The path of a bundled painting -> "The Church at Auvers"."""
    name = next(pair.words.partition(", as ")[2] for pair in BUNDLED if pair.painting == painting)
    return name[0].upper() + name[1:]


def percent(share: float) -> str:
    """0.994 -> "99 %", 0.0123 -> "1.2 %", 0.00001 -> "0.001 %"."""
    return f"{100 * share:.0f} %" if share >= 0.1 else f"{100 * share:.2g} %"


def relative(value: float) -> str:
    """0.0012 -> "0.001", 0.9 -> "0.90"."""
    return f"{value:.3f}" if value < 0.1 else f"{value:.2f}"


def page(number_: int, channels: int, per_page: int, sort: str, silent: int) -> str:
    first, last = number_ * per_page + 1, min(channels, (number_ + 1) * per_page)
    words = f"{first} to {last} of {channels} channels, by {SORTS[sort]}. {SHEET_HELP}"
    return words + (f" {silent} of them silent for this picture." if silent else "")


def unit(at: tuple[int, int], value: float, field: int, clicked: bool, silent: bool) -> str:
    if silent:
        return "Silent for this picture: zero everywhere. Another picture may wake it."
    what = "The unit you clicked" if clicked else "Its strongest unit"
    return (
        f"{what}, row {at[0]}, column {at[1]}, has the value {three_figures(value)} and cannot see beyond the "
        f"{field} × {field} pixels of the frame; most of its say comes from the middle. Dashed: padding."
    )


def channel(rows: Mapping[str, str], silent: bool) -> str:
    cells = "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in rows.items())
    note = "<p>Silent for this picture.</p>" if silent else ""
    return f'<dl class="facts">{cells}</dl>{note}'


def patches(layer: str, channel_: int) -> str:
    return f"Channel {channel_} of {layer}: its nine strongest places in the bundled pictures"


def gram_note(state: ViewState, view: Look) -> str:
    width, height = view.map_size(state.layer)
    rank = f"M = {width * height:,} places"
    if width * height < state.channels:
        rank += f", so its rank is at most {width * height}"
    notes = {
        "gram": "what the style loss matches: the mean of the product of two channels. Large also when both are "
        "merely loud",
        "cosine": "the Gram matrix with each channel's loudness divided out",
        "correlation": "loudness and average taken off: do the two fire together more than chance?",
    }
    return f"{notes[state.mode][0].upper()}{notes[state.mode][1:]}. {rank}. Channels in the painting's clusters."


def window(state: ViewState, rows: int, columns: int) -> str:
    return (
        f"Rows {state.down * 32} to {state.down * 32 + rows - 1} and columns {state.across * 32} to "
        f"{state.across * 32 + columns - 1} of the ordered {state.mode} matrix."
    )


def product(state: ViewState, mean: float, cell: float) -> str:
    scrambled = f" with the places shuffled (seed {state.shuffle})" if state.shuffle else ""
    return (
        f"Channel {state.first} red, channel {state.second} yellow, white where they meet. The mean of their product"
        f"{scrambled} is {mean:.6g}; the cell of the Gram matrix is {cell:.6g}."
    )


def equation(state: ViewState, mean: float, readings: Mapping[str, float], places: int) -> str:
    """HTML: the arithmetic of one cell."""
    shuffled = "<p>The places are scrambled: no shape is left, and the number has not moved. Style has no places.</p>"
    verdict = _company(readings["correlation"])
    return (
        f'<p class="equation">mean of F<sub>{state.first}</sub> · F<sub>{state.second}</sub> over {places:,} places = '
        f"<b>{mean:.6g}</b> <span>= G[{state.first}, {state.second}] = {readings['gram']:.6g}</span></p>"
        f"<p>Loudness divided out, the cosine is <b>{readings['cosine']:.3f}</b>; average taken off too, the correlation "
        f"is <b>{readings['correlation']:+.3f}</b>: {verdict}</p>" + (shuffled if state.shuffle else "")
    )


def _company(r: float) -> str:
    if abs(r) <= 0.1:
        return "they meet about as often as chance would have it."
    return "they fire together more than chance." if r > 0 else "they avoid each other."


def lesson(change: str, content: Mapping[str, float], style: Mapping[str, float]) -> str:
    """HTML: what the needles say, in one sentence that is true of these numbers."""
    most_content, most_style = max(content.values()), max(style.values())
    last = style[deepest(style).name]
    early = max((value for name, value in style.items() if name != deepest(style).name), default=last)
    updated = f"What was done: {CHANGES[change]}."
    if max(most_content, most_style) < UNMOVED:
        words = "<b>Neither needle moves</b>: for these layers it is the same picture."
    elif most_content > 0.5 and early < 0.2 and change != "grey":
        words = "<b>Content is wrecked, style hardly notices</b>: the same things are there, in other places."
        if last > early:
            words += " The last style layer notices most: it has few places and feels the frame."
    elif most_style > most_content:
        words = "<b>Style notices more than content</b>"
        words += ": things stand where they stood, but their colours are gone." if change == "grey" else "."
    elif most_content > most_style:
        words = "<b>Content notices more than style</b>."
    else:
        words = "Both needles move."
    return f'<p class="say">{updated} {words} 0 is no change, 1 is as wrong as a black picture.</p>'


def mismatch_title() -> str:
    return (
        "<h3>Mismatch with the painting, layer by layer</h3><p>‖G−A‖² / ‖A‖²: 0 is the painting's style, 1 as far off "
        "as a black picture. Upper bar: the photo. Lower bar: the result.</p>"
    )


def spectrum(dimensions: Mapping[str, float], painting: Look, state: ViewState) -> str:
    width, height = painting.map_size(state.layer)
    said = ", ".join(f'<span class="{slot}">{slot} {value:.1f}</span>' for slot, value in dimensions.items())
    return (
        f"<h3>Spectrum of {state.layer}</h3><p>Effective dimension: {said}. Of the centred features (the first "
        "direction of "
        f"the raw Gram matrix is mostly the mean); at most {min(width * height - 1, state.channels)} values are "
        "not zero.</p>"
    )


def errors(state: ViewState, content: float, style: float) -> str:
    roles = [name for name in ("content", "style") if state.layer in getattr(state, name)]
    role = (
        f"{state.layer} is a {' and '.join(roles)} layer of the loss."
        if roles
        else f"The loss does not use {state.layer}."
    )
    return (
        f"<p>{role} At this layer the result keeps a relative mismatch of <b>{relative(content)}</b> in content and "
        f"<b>{relative(style)}</b> in style. The style error of a place is ‖(G−A)F‖ / C²M there: how strongly the "
        "style loss "
        "pulls at it. Content error stays wherever the painting had to win.</p>"
    )


def objective(name: str) -> str:
    words = {
        "gatys": ("Gatys, the article", "Σ(G−A)² / 4C²"),
        "johnson": ("Johnson, most tutorials", "mean of (G/C − A/C)²"),
        "balanced": ("Balanced, ours", "‖G−A‖² / ‖A‖²"),
    }
    heading, formula = words[name]
    return f"<h3>{heading}</h3><p>{formula}</p>"


SHARES = (
    "<h2>Which layer is the style loss made of?</h2><p>Photo against painting, every layer with the same weight. "
    "With the sums "
    "of the article, one layer is nearly all of it; relative to its own size, every layer counts.</p>"
)


def nearest(state: ViewState, found: Sequence[tuple[str, float, Mapping[str, float]]]) -> str:
    """HTML: a table of the bundled paintings, the nearest style first."""
    layers = list(found[0][2]) if found else []
    best = {layer: max(row[2][layer] for row in found) for layer in layers}
    head = "".join(f"<th>{layer}</th>" for layer in layers)
    rows = "".join(
        f"<tr><th>{escape(name)}</th>"
        + "".join(f"<td{' class=best' if by[layer] == best[layer] else ''}>{by[layer]:.3f}</td>" for layer in layers)
        + f"<td>{mean:.3f}</td></tr>"
        for name, mean, by in found
    )
    table = f"<table><thead><tr><th></th>{head}<th>mean</th></tr></thead><tbody>{rows}</tbody></table>"
    title = "Nearest style among the bundled paintings"
    return (
        f"<h2>{title}</h2><p>Cosine between Gram matrices of the "
        f"{SLOTS[state.slot].lower()} "
        "and each painting, layer by layer; 1 is the same direction. Few pictures: a hint, not a proof.</p>"
        # A telephone scrolls it sideways: by the keyboard, too.
        f'<div class="scroll" role="region" aria-label="{title}" tabindex="0">{table}</div>'
    )


def rebuild(state: ViewState, style_layers: Sequence[str]) -> str:
    if state.kind == "content":
        words = (
            f"<p>Only the features of {state.layer} are matched. Early layers give the picture back; deep ones keep "
        )
        return words + "what is where, and forget how it looked (Gatys et al. 2016, figure 1).</p>"
    return (
        f"<p>Only Gram matrices are matched: {', '.join(style_layers)}. Nothing says what is where, so a texture "
        "comes back, coarser with every layer (Gatys et al. 2016, figure 1).</p>"
    )


def rebuilt(state: ViewState) -> str:
    return f"from {state.layer} alone" if state.kind == "content" else f"texture, Gram matrices up to {state.layer}"


def rebuild_caption(state: ViewState) -> str:
    what = "features of" if state.kind == "content" else "Gram matrices up to"
    return f"Reconstruction from the {what} {state.layer}, from noise, by the loop that paints."
