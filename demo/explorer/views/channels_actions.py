"""The channel sheet and the channel card."""

from __future__ import annotations

import numpy as np
from PIL import Image

from nst_core.explore.channels import Statistics, sort_channels
from nst_core.explore.drawing import overlay, padding_margin, side_by_side, with_frame, with_padding
from nst_core.explore.export import archive
from nst_core.explore.grams import partners
from nst_core.explore.look import Look
from nst_core.explore.patches import crop_patch
from nst_core.explore.receptive_fields import receptive_field, unit_at
from nst_core.explore.scales import Scale, three_figures, top_of
from nst_core.explore.sheet import PAGE, SCALES, Grid, channel_at, page_count, page_of, sheet, tile_of
from nst_core.layers import get_layer, up_to

from .. import labels, svg_charts
from ..feature_cache import FeatureCache, Uploads, pictures, seen
from ..panels import Bounded, Choices, File, Panels, picture
from ..view_state import ViewState

NEAREST = 4  # partners shown on either side
PATCH_SIDE = 88


def show(cache: FeatureCache, state: ViewState, uploads: Uploads) -> Panels:
    view = cache.look(state, uploads)
    order = _order(cache, state, uploads, view)
    about = cache.statistics(view, state.layer)
    features = view.features(state.layer)
    panels: Panels = {
        "sheet": _sheet(cache, view, state, features, about, order),
        "page": Bounded(state.page + 1, page_count(len(order))),
        "channel": Bounded(state.channel, state.channels - 1),
        "page_words": labels.page(state.page, len(order), PAGE, state.sort, int(about.silent.sum())),
    }
    return panels | _card(cache, view, state, features, about)


def click_sheet(cache: FeatureCache, state: ViewState, uploads: Uploads, x: float, y: float) -> ViewState:
    """The channel whose tile was clicked; the same place for a click beside the tiles."""
    view = cache.look(state, uploads)
    channel = channel_at(_order(cache, state, uploads, view), state.page, Grid(*view.map_size(state.layer)), x, y)
    return state if channel is None else state.updated(channel=channel)


def click_card(cache: FeatureCache, state: ViewState, uploads: Uploads, x: float, y: float) -> ViewState:
    """The unit under a pixel of the card, which has the padding drawn around the picture."""
    view = cache.look(state, uploads)
    margin = padding_margin(get_layer(state.layer).receptive_field)
    across, down = x - margin, y - margin
    if not (0 <= across < view.picture.width and 0 <= down < view.picture.height):
        return state
    width, height = view.map_size(state.layer)
    unit = unit_at(state.layer, across, down, height, width)
    return state.updated(row=unit[0], column=unit[1])


def find(cache: FeatureCache, state: ViewState, uploads: Uploads) -> ViewState:
    """The page turned to the one with the chosen channel."""
    view = cache.look(state, uploads)
    return state.updated(page=page_of(_order(cache, state, uploads, view), state.channel))


def silent(cache: FeatureCache, state: ViewState, uploads: Uploads) -> ViewState:
    """A channel that says nothing about this picture: the first one of the layer, or the quietest."""
    about = cache.statistics(cache.look(state, uploads), state.layer)
    return state.updated(channel=int(np.argmin(about.peak)))


def loudest(cache: FeatureCache, state: ViewState, uploads: Uploads) -> ViewState:
    """The channel with the largest average."""
    about = cache.statistics(cache.look(state, uploads), state.layer)
    return state.updated(channel=int(np.argmax(about.mean)))


def npz(cache: FeatureCache, state: ViewState, uploads: Uploads) -> File:
    view = cache.look(state, uploads)
    order = cache.order(cache.look(state, uploads, "painting"), state.layer)
    return File(archive(view, state.layer, order), f"vgg19-{state.layer}-{state.slot}.npz")


def _order(cache: FeatureCache, state: ViewState, uploads: Uploads, view: Look) -> np.ndarray:
    about = cache.statistics(view, state.layer)
    if state.sort == "difference":
        other = cache.look(state, uploads, "photo" if state.slot == "painting" else "painting")
        return sort_channels("difference", about, cache.statistics(other, state.layer))
    if state.sort == "cluster":
        return cache.order(cache.look(state, uploads, "painting"), state.layer)
    return sort_channels(state.sort, about)


def _sheet(
    cache: FeatureCache, view: Look, state: ViewState, features: np.ndarray, about: Statistics, order: np.ndarray
) -> File:
    page = order[state.page * PAGE : (state.page + 1) * PAGE]
    make = lambda: sheet(features, about, order, state.page, state.scale, state.signed)  # noqa: E731
    image = cache.cached(f"sheet {state.scale} {page.tobytes().hex()}", view, state.layer, make)
    chosen = tile_of(order, state.page, Grid(*view.map_size(state.layer)), state.channel)
    image = with_frame(image, chosen) if chosen else image
    lines = [
        f"{labels.SLOTS[state.slot]}: {view.words(state.layer)}",
        f"Page {state.page + 1} of {page_count(len(order))}, sorted by {state.sort}; brightness: {SCALES[state.scale]}. "
        "Below each map its channel, its peak and, as a bar, its share of the energy.",
    ]
    return picture(image, f"sheet-{state.page + 1}", state, lines)


def _card(cache: FeatureCache, view: Look, state: ViewState, features: np.ndarray, about: Statistics) -> Panels:
    channel, values = state.channel, features[state.channel]
    size = np.abs(values) if state.signed else values
    at = (state.row, state.column) if state.row >= 0 else np.unravel_index(int(size.argmax()), values.shape)
    unit = min(int(at[0]), len(values) - 1), min(int(at[1]), values.shape[1] - 1)
    field = get_layer(state.layer).receptive_field
    scale = Scale(top_of(values, state.signed), state.signed)
    box = receptive_field(state.layer, *unit)
    silent = bool(about.silent[channel])
    image = with_padding(overlay(view.picture, values, scale), None if silent else box, padding_margin(field))
    lines = [
        f"Channel {channel} of {view.words(state.layer)}",
        labels.unit(unit, float(values[unit]), field, state.row >= 0, silent),
    ]
    return {
        "card": picture(image, f"channel-{channel}", state, lines, scale),
        "about": _about(state, values, about),
        "patches": _patches(cache, state),
        "partners": _partners(cache, view, state),
    }


def _about(state: ViewState, values: np.ndarray, about: Statistics) -> str:
    n = state.channel
    low, high = float(values.min()), float(values.max())
    counts, _ = np.histogram(values, bins=svg_charts.BINS, range=(low, high if high > low else low + 1))
    share = about.variance + about.mean**2
    energy = float(share[n] / share.sum()) if share.sum() else 0.0
    rows = {
        "mean": three_figures(float(about.mean[n])),
        "peak": three_figures(float(about.peak[n])),
        "off": f"{100 * float(about.off[n]):.0f} % of places",
        "energy": f"{100 * energy:.2g} % of the layer's",
    }
    return labels.channel(rows, bool(about.silent[n])) + svg_charts.histogram(
        counts.tolist(), low, high, labels.HISTOGRAM
    )


def _patches(cache: FeatureCache, state: ViewState) -> File | None:
    """The cut-outs of the channel's strongest places: of its ReLU for a conv layer, of the ReLU before for a pool."""
    index = cache.patches()
    layer = [before.name for before in up_to(state.layer.replace("conv", "relu")) if before.kind == "relu"][-1]
    if index is None or layer not in index.places:
        return None
    tiles = []
    for number_, line, column in index.places[layer][state.channel]:
        if number_ < 0:
            tiles.append(Image.new("RGB", (PATCH_SIDE, PATCH_SIDE)))
            continue
        tiles.append(crop_patch(seen(str(pictures()[number_])), layer, int(line), int(column), PATCH_SIDE))
    lines = [labels.patches(layer, state.channel)]
    return picture(side_by_side(tiles, columns=3, gap=4), f"patches-{state.channel}", state, lines)


def _partners(cache: FeatureCache, view: Look, state: ViewState) -> Choices:
    matrix = cache.matrix(view, state.layer, "correlation")
    most, least = partners(matrix, state.channel, NEAREST)
    return Choices([(f"{n} (r {matrix[state.channel, n]:+.2f})", n) for n in dict.fromkeys([*most, *least])])
