"""The channel sheet and the channel card."""

from __future__ import annotations

import numpy as np
from PIL import Image

from nst_core.explore.channels import Statistics, sort_channels
from nst_core.explore.export import archive
from nst_core.explore.fields import receptive_field, unit_at
from nst_core.explore.figure import Scale, framed, margin_of, number, over, row, with_box
from nst_core.explore.grams import partners
from nst_core.explore.look import Look
from nst_core.explore.patches import cut
from nst_core.explore.scales import top_of
from nst_core.explore.sheet import PAGE, SCALES, Grid, clicked, page_count, page_of, sheet, tile_of
from nst_core.layers import LAYERS, get_layer

from . import charts, words
from .panels import Bounded, Choices, File, Panels, picture
from .place import Place
from .shelf import Own, Shelf, pictures, seen

NEAREST = 4  # partners shown on either side
PATCH_SIDE = 88


def show(shelf: Shelf, place: Place, own: Own) -> Panels:
    view = shelf.look(place, own)
    order = _order(shelf, place, own, view)
    about = shelf.statistics(view, place.layer)
    features = view.features(place.layer)
    panels: Panels = {
        "sheet": _sheet(shelf, view, place, features, about, order),
        "page": Bounded(place.page + 1, page_count(len(order))),
        "channel": Bounded(place.channel, place.channels - 1),
        "page_words": words.page(place.page, len(order), PAGE, place.sort, int(about.silent.sum())),
    }
    return panels | _card(shelf, view, place, features, about)


def click_sheet(shelf: Shelf, place: Place, own: Own, x: float, y: float) -> Place:
    """The channel whose tile was clicked; the same place for a click beside the tiles."""
    view = shelf.look(place, own)
    channel = clicked(_order(shelf, place, own, view), place.page, Grid(*view.map_size(place.layer)), x, y)
    return place if channel is None else place.moved(channel=channel)


def click_card(shelf: Shelf, place: Place, own: Own, x: float, y: float) -> Place:
    """The unit under a pixel of the card, which has the padding drawn around the picture."""
    view = shelf.look(place, own)
    margin = margin_of(get_layer(place.layer).receptive_field)
    across, down = x - margin, y - margin
    if not (0 <= across < view.picture.width and 0 <= down < view.picture.height):
        return place
    width, height = view.map_size(place.layer)
    unit = unit_at(place.layer, across, down, height, width)
    return place.moved(row=unit[0], column=unit[1])


def find(shelf: Shelf, place: Place, own: Own) -> Place:
    """The page turned to the one with the chosen channel."""
    view = shelf.look(place, own)
    return place.moved(page=page_of(_order(shelf, place, own, view), place.channel))


def silent(shelf: Shelf, place: Place, own: Own) -> Place:
    """A channel that says nothing about this picture: the first one of the layer, or the quietest."""
    about = shelf.statistics(shelf.look(place, own), place.layer)
    return place.moved(channel=int(np.argmin(about.peak)))


def loudest(shelf: Shelf, place: Place, own: Own) -> Place:
    """The channel with the largest average."""
    about = shelf.statistics(shelf.look(place, own), place.layer)
    return place.moved(channel=int(np.argmax(about.mean)))


def npz(shelf: Shelf, place: Place, own: Own) -> File:
    view = shelf.look(place, own)
    order = shelf.order(shelf.look(place, own, "painting"), place.layer)
    return File(archive(view, place.layer, order), f"vgg19-{place.layer}-{place.slot}.npz")


def _order(shelf: Shelf, place: Place, own: Own, view: Look) -> np.ndarray:
    about = shelf.statistics(view, place.layer)
    if place.sort == "difference":
        other = shelf.look(place, own, "photo" if place.slot == "painting" else "painting")
        return sort_channels("difference", about, shelf.statistics(other, place.layer))
    if place.sort == "cluster":
        return shelf.order(shelf.look(place, own, "painting"), place.layer)
    return sort_channels(place.sort, about)


def _sheet(shelf: Shelf, view: Look, place: Place, features: np.ndarray, about: Statistics, order: np.ndarray) -> File:
    page = order[place.page * PAGE : (place.page + 1) * PAGE]
    make = lambda: sheet(features, about, order, place.page, place.scale, place.signed)  # noqa: E731
    image = shelf.kept(f"sheet {place.scale} {page.tobytes().hex()}", view, place.layer, make)
    chosen = tile_of(order, place.page, Grid(*view.map_size(place.layer)), place.channel)
    image = framed(image, chosen) if chosen else image
    lines = [
        f"{words.SLOTS[place.slot]}: {view.words(place.layer)}",
        f"Page {place.page + 1} of {page_count(len(order))}, sorted by {place.sort}; brightness: {SCALES[place.scale]}. "
        "Below each map its channel, its peak and, as a bar, its share of the energy.",
    ]
    return picture(image, f"sheet-{place.page + 1}", place, lines)


def _card(shelf: Shelf, view: Look, place: Place, features: np.ndarray, about: Statistics) -> Panels:
    channel, values = place.channel, features[place.channel]
    size = np.abs(values) if place.signed else values
    at = (place.row, place.column) if place.row >= 0 else np.unravel_index(int(size.argmax()), values.shape)
    unit = min(int(at[0]), len(values) - 1), min(int(at[1]), values.shape[1] - 1)
    field = get_layer(place.layer).receptive_field
    scale = Scale(top_of(values, place.signed), place.signed)
    box = receptive_field(place.layer, *unit)
    silent = bool(about.silent[channel])
    image = with_box(over(view.picture, values, scale), None if silent else box, margin_of(field))
    lines = [
        f"Channel {channel} of {view.words(place.layer)}",
        words.unit(unit, float(values[unit]), field, place.row >= 0, silent),
    ]
    return {
        "card": picture(image, f"channel-{channel}", place, lines, scale),
        "about": _about(place, values, about),
        "patches": _patches(shelf, place),
        "partners": _partners(shelf, view, place),
    }


def _about(place: Place, values: np.ndarray, about: Statistics) -> str:
    n = place.channel
    low, high = float(values.min()), float(values.max())
    counts, _ = np.histogram(values, bins=charts.BINS, range=(low, high if high > low else low + 1))
    share = about.variance + about.mean**2
    energy = float(share[n] / share.sum()) if share.sum() else 0.0
    rows = {
        "mean": number(float(about.mean[n])),
        "peak": number(float(about.peak[n])),
        "off": f"{100 * float(about.off[n]):.0f} % of places",
        "energy": f"{100 * energy:.2g} % of the layer's",
    }
    return words.channel(rows, bool(about.silent[n])) + charts.histogram(counts.tolist(), low, high, words.HISTOGRAM)


def _patches(shelf: Shelf, place: Place) -> File | None:
    """The cut-outs of the channel's strongest places: of its ReLU for a conv layer, of the ReLU before for a pool."""
    index = shelf.patches()
    relus = [name for name, layer in LAYERS.items() if layer.kind == "relu"]
    depth = get_layer(place.layer).index + place.signed
    layer = [name for name in relus if get_layer(name).index <= depth][-1]
    if index is None or layer not in index.places:
        return None
    tiles = []
    for number_, line, column in index.places[layer][place.channel]:
        if number_ < 0:
            tiles.append(Image.new("RGB", (PATCH_SIDE, PATCH_SIDE)))
            continue
        tiles.append(cut(seen(str(pictures()[number_])), layer, int(line), int(column), PATCH_SIDE))
    lines = [words.patches(layer, place.channel)]
    return picture(row(tiles, columns=3, gap=4), f"patches-{place.channel}", place, lines)


def _partners(shelf: Shelf, view: Look, place: Place) -> Choices:
    matrix = shelf.matrix(view, place.layer, "correlation")
    most, least = partners(matrix, place.channel, NEAREST)
    return Choices([(f"{n} (r {matrix[place.channel, n]:+.2f})", n) for n in dict.fromkeys([*most, *least])])
