"""The view "channels": the channel sheet, 64 feature maps a page, and the card, one channel in detail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from nst_core.explore.channels import Statistics, sort_channels
from nst_core.explore.drawing import with_frame
from nst_core.explore.export import archive
from nst_core.explore.grams import partners
from nst_core.explore.look import Look
from nst_core.explore.scales import three_figures
from nst_core.explore.sheet import PAGE, SCALES, Grid, channel_at, page_count, page_of, sheet, tile_of

from .. import html, labels, svg_charts
from ..feature_cache import FeatureCache, Uploads
from ..panels import Choices, File, Panels, picture
from .card import card, patches
from .excite_actions import ready_file
from .view import View

if TYPE_CHECKING:
    from ..view_state import ViewState

NEAREST = 4  # partners offered: so many of the most, and of the least correlated channels


def show(cache: FeatureCache, state: ViewState, uploads: Uploads) -> Panels:
    """A page of the sheet, and the card of the chosen channel."""
    look = cache.look(state, uploads)
    order = _order(cache, state, uploads, look)
    statistics = cache.statistics(look, state.layer)
    features = look.features(state.layer)
    panels: Panels = {
        "sheet": _sheet(cache, look, state, features, statistics, order),
        "page": state.sheet_page + 1,
        "channel": state.channel,
        "page_words": labels.sheet_page(state.sheet_page, len(order), PAGE, state.sort, int(statistics.silent.sum())),
    }
    return panels | _card(cache, look, state, features, statistics)


def click_sheet(cache: FeatureCache, state: ViewState, uploads: Uploads, x: float, y: float) -> ViewState:
    """`state` with the channel whose tile is at pixel (x, y) of the sheet; unchanged beside the tiles."""
    look = cache.look(state, uploads)
    grid = Grid(*look.map_size(state.layer))
    channel = channel_at(_order(cache, state, uploads, look), state.sheet_page, grid, x, y)
    return state if channel is None else state.updated(channel=channel)


def turn_to_channel(cache: FeatureCache, state: ViewState, uploads: Uploads) -> ViewState:
    """`state` at the page of the sheet with the chosen channel."""
    look = cache.look(state, uploads)
    return state.updated(sheet_page=page_of(_order(cache, state, uploads, look), state.channel))


def lowest_peak(cache: FeatureCache, state: ViewState, uploads: Uploads) -> ViewState:
    """`state` with the first channel that is silent for this picture, or else the one with the smallest peak."""
    statistics = cache.statistics(cache.look(state, uploads), state.layer)
    return state.updated(channel=int(np.argmin(statistics.peak)))


def highest_mean(cache: FeatureCache, state: ViewState, uploads: Uploads) -> ViewState:
    """`state` with the channel that has the largest mean."""
    statistics = cache.statistics(cache.look(state, uploads), state.layer)
    return state.updated(channel=int(np.argmax(statistics.mean)))


def npz(cache: FeatureCache, state: ViewState, uploads: Uploads) -> File:
    """The layer's feature maps and Gram matrix as an NPZ file."""
    look = cache.look(state, uploads)
    order = cache.order(cache.look(state, uploads, "painting"), state.layer)
    return File(archive(look, state.layer, order), f"vgg19-{state.layer}-{state.slot}.npz")


def _order(cache: FeatureCache, state: ViewState, uploads: Uploads, look: Look) -> np.ndarray:
    """(C,) channel numbers in the chosen order."""
    statistics = cache.statistics(look, state.layer)
    if state.sort == "difference":
        other = cache.look(state, uploads, "photo" if state.slot == "painting" else "painting")
        return sort_channels("difference", statistics, cache.statistics(other, state.layer))
    if state.sort == "cluster":
        return cache.order(cache.look(state, uploads, "painting"), state.layer)
    return sort_channels(state.sort, statistics)


def _sheet(
    cache: FeatureCache, look: Look, state: ViewState, features: np.ndarray, statistics: Statistics, order: np.ndarray
) -> File:
    page = state.sheet_page
    channels = order[page * PAGE : (page + 1) * PAGE]
    image = cache.derived(
        f"sheet {state.scale} {channels.tobytes().hex()}",
        look,
        state.layer,
        lambda: sheet(features, statistics, order, page, state.scale, state.signed),
    )
    chosen = tile_of(order, page, Grid(*look.map_size(state.layer)), state.channel)
    lines = [
        f"{labels.SLOTS[state.slot]}: {look.words(state.layer)}",
        f"Page {page + 1} of {page_count(len(order))}, sorted by {state.sort}; brightness: {SCALES[state.scale]}. "
        "Below each map: its channel, its peak and, as a bar, its energy relative to the layer's largest.",
    ]
    return picture(with_frame(image, chosen) if chosen else image, f"sheet-{page + 1}", state, lines)


def _card(cache: FeatureCache, look: Look, state: ViewState, features: np.ndarray, statistics: Statistics) -> Panels:
    """The card of the chosen channel, its facts, its strongest places and its partners."""
    return {
        "card": card(look, state, features[state.channel]),
        "about": _about(state.channel, features[state.channel], statistics),
        "patches": patches(cache, state),
        "ready": ready_file(cache, state),
        "partners": _partners(cache, look, state),
    }


def _about(channel: int, values: np.ndarray, statistics: Statistics) -> str:
    """HTML: the statistics of a channel with the map `values` (H, W), and the histogram of the map."""
    low, high = float(values.min()), float(values.max())
    counts, _ = np.histogram(values, bins=svg_charts.BINS, range=(low, high if high > low else low + 1))
    energies = statistics.variance + statistics.mean**2
    energy = float(energies[channel] / energies.sum()) if energies.sum() else 0.0
    rows = {
        "mean": three_figures(float(statistics.mean[channel])),
        "peak": three_figures(float(statistics.peak[channel])),
        "not active": f"{100 * float(statistics.off[channel]):.0f} % of places",
        "energy (mean square)": f"{100 * energy:.2g} % of the layer's",
    }
    histogram = svg_charts.histogram(counts.tolist(), low, high, labels.HISTOGRAM)
    return html.channel(rows, bool(statistics.silent[channel])) + histogram


def _partners(cache: FeatureCache, look: Look, state: ViewState) -> Choices:
    """The channels most and least correlated with the chosen one."""
    matrix = cache.matrix(look, state.layer, "correlation")
    most, least = partners(matrix, state.channel, NEAREST)
    return Choices([(f"{n} (r {matrix[state.channel, n]:+.2f})", n) for n in dict.fromkeys([*most, *least])])


def code(state: ViewState) -> Sequence[str]:
    """The page of the sheet in Python."""
    other = "photo" if state.slot == "painting" else "painting"
    more = {
        "difference": f", explore.statistics(explore.look({other}, encoder).features({state.layer!r}))",
        "cluster": f", clusters=explore.cluster_order(explore.look(painting, encoder).features({state.layer!r}))",
    }
    return (
        f'features = explore.look({state.slot}, encoder).features("{state.layer}")',
        "about = explore.statistics(features)",
        f'order = explore.sort_channels("{state.sort}", about{more.get(state.sort, "")})'.replace("'", '"'),
        f'figure = explore.sheet(features, about, order, {state.sheet_page}, "{state.scale}", signed={state.signed})',
    )


VIEW = View(
    title="Channels",
    about="Every channel of the chosen layer, as a map of where it responds to the picture.",
    show=show,
    code=code,
    part=("sheet_page",),
    show_chosen=turn_to_channel,
)
