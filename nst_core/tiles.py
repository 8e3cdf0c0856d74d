"""Large pictures: the shallow layers of VGG19 in tiles of the picture, one tile after the other.

A Gram matrix is a sum over places, and so is a content term. So the shallow layers, which have the largest maps and the
smallest receptive fields, are never there whole: every tile adds its share to the sums, leaves its units of the layer
`LAST`, and is dropped; on the way back it is computed once more. The deeper layers see `LAST` whole. Nothing is
approximated: the loss and its gradient are those of the whole picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch
from torch import Tensor

from .layers import get_layer
from .operations import products_gradient
from .plan import LARGE, LARGE_ON_CARD
from .terms import ALL, Sums, Targets, Where, layer_sums
from .tile_grid import LAST, Tile, tiles_of
from .vgg import Encoder

CHUNK = 1 << 20  # numbers of a deep layer's features whose sums are taken at once


Network = Callable[[Tensor], Iterator[tuple[str, Tensor]]]  # pixels -> the features of the shallow layers


def is_large(picture: Tensor) -> bool:
    """Whether `picture` (1, 3, H, W) is computed in tiles: it takes less memory then, and not much more time."""
    return picture.shape[-2] * picture.shape[-1] >= (LARGE_ON_CARD if _on_card(picture) else LARGE)


def iter_features(
    encoder: Encoder, picture: Tensor, layers: Iterable[str], **options: Any
) -> Iterator[tuple[str, Tensor]]:
    """What `Encoder.iter_features` yields for `picture` (1, 3, H, W), without a gradient. It takes the same `options`."""
    wanted, whole = set(layers), dict[str, Tensor]()
    shallow, deep = _divided(wanted)
    for tile in tiles_of(*picture.shape[-2:], on_card=_on_card(picture)):
        for layer, features in encoder.iter_features(picture[(..., *tile.seen)], shallow, **options):
            _put(whole, picture, layer, tile, features)
    yield from ((layer, features) for layer, features in whole.items() if layer in wanted)
    yield from encoder.iter_features(whole.get(LAST, picture), deep, after=LAST, **options)


def iter_sums(encoder: Encoder, picture: Tensor, targets: Targets, **options: Any) -> Iterator[tuple[str, Sums]]:
    """The `layer_sums` of all layers of `targets` for `picture` (1, 3, H, W). `options` as for `Encoder.iter_features`."""
    shallow, deep = _divided({*targets.content, *targets.style})

    def network(pixels: Tensor) -> Iterator[tuple[str, Tensor]]:
        return encoder.iter_features(pixels, shallow, **options)

    last, *numbers = _Shallow.apply(picture, tiles_of(*picture.shape[-2:], on_card=_on_card(picture)), network, targets)
    for layer in shallow:
        yield layer, _taken(numbers, layer, targets)
    for layer, features in encoder.iter_features(last.to(encoder.dtype), deep, after=LAST, **options):
        yield layer, _taken(list(_Deep.apply(features, layer, targets)), layer, targets)


def _on_card(picture: Tensor) -> bool:
    return picture.device.type != "cpu"


def _divided(layers: set[str]) -> tuple[list[str], list[str]]:
    """The shallow layers and the deep ones, in the network's order; `LAST` is among the shallow ones if there are deep."""
    order, last = sorted(layers, key=lambda layer: get_layer(layer).index), get_layer(LAST).index
    shallow = [layer for layer in order if get_layer(layer).index <= last]
    deep = order[len(shallow) :]
    return shallow + [LAST] * (bool(deep) and LAST not in shallow), deep


def _put(whole: dict[str, Tensor], picture: Tensor, layer: str, tile: Tile, features: Tensor) -> None:
    """Write what `features` has of the tile into the whole `layer`, which is made of the right size if it is not there."""
    if layer not in whole:
        height, width = (side // get_layer(layer).stride for side in picture.shape[-2:])
        shape, order = (1, features.shape[1], height, width), torch.channels_last
        whole[layer] = torch.empty(shape, dtype=features.dtype, device=features.device, memory_format=order)
    whole[layer][(..., *tile.units(layer))] = features[(..., *tile.inner(layer))]


class _Shallow(torch.autograd.Function):
    """The layer `LAST` of a picture and its sums in the shallow layers. For the gradient each tile is computed once more."""

    @staticmethod
    def forward(ctx: Any, picture: Tensor, tiles: list[Tile], network: Network, targets: Targets) -> tuple[Tensor, ...]:
        ctx.save_for_backward(picture)
        ctx.tiles, ctx.network, ctx.targets = tiles, network, targets
        whole, totals = dict[str, Tensor](), list[Tensor]()
        for tile in tiles:
            sums = []
            for layer, features in network(picture[(..., *tile.seen)]):
                own = features[(..., *tile.inner(layer))]
                sums += _listed(layer_sums(layer, own, targets, tile.units(layer)))
                if layer == LAST:
                    _put(whole, picture, layer, tile, features)
            totals = _added(totals, sums)
        return whole.get(LAST, picture[:, :, :0]), *totals

    @staticmethod
    def backward(ctx: Any, *given: Tensor) -> tuple[Tensor | None, ...]:
        (picture,) = ctx.saved_tensors
        gradient = torch.zeros_like(picture)
        for tile in ctx.tiles:
            with torch.enable_grad():
                pixels = picture[(..., *tile.seen)].detach().requires_grad_()
                found, of_sums, gradients = dict(ctx.network(pixels)), list(given[1:]), []
            for layer, features in found.items():
                units, inner = tile.units(layer), tile.inner(layer)
                own = _gradient(layer, features.detach()[(..., *inner)], ctx.targets, units, of_sums)
                if layer == LAST and given[0].shape[2]:
                    own = own + given[0][(..., *units)]
                gradients.append(torch.zeros_like(features))
                gradients[-1][(..., *inner)] = own
            (found_gradient,) = torch.autograd.grad([*found.values()], pixels, gradients)
            gradient[(..., *tile.seen)] += found_gradient
        return gradient, None, None, None


class _Deep(torch.autograd.Function):
    """The `layer_sums` of a deep layer, a few rows at a time: what is in float32 on the way would take twice its memory."""

    @staticmethod
    def forward(ctx: Any, features: Tensor, layer: str, targets: Targets) -> tuple[Tensor, ...]:
        ctx.save_for_backward(features)
        ctx.layer, ctx.targets = layer, targets
        totals: list[Tensor] = []
        for rows in _chunks(features):
            totals = _added(totals, _listed(layer_sums(layer, features[:, :, rows], targets, (rows, ALL))))
        return tuple(totals)

    @staticmethod
    def backward(ctx: Any, *given: Tensor) -> tuple[Tensor | None, ...]:
        (features,) = ctx.saved_tensors
        gradient = torch.empty_like(features)
        for rows in _chunks(features):
            gradient[:, :, rows] = _gradient(ctx.layer, features[:, :, rows], ctx.targets, (rows, ALL), list(given))
        return gradient, None, None


def _chunks(features: Tensor) -> list[slice]:
    """Rows of `features` (1, C, H, W), about a million numbers each."""
    rows = max(1, CHUNK // (features.shape[1] * features.shape[3]))
    return [slice(top, top + rows) for top in range(0, features.shape[2], rows)]


def _gradient(layer: str, features: Tensor, targets: Targets, where: Where, given: list[Tensor]) -> Tensor:
    """The gradient of the `layer_sums` of `features`; that of the loss by them is taken from the beginning of `given`.

    That of sum (F - P)^2 is 2 (F - P), and that of a product F F^T is `products_gradient`. It is written out since autograd
    would compute the sums once more.
    """
    (error, products), found = _taken(given, layer, targets), []
    if layer in targets.content:
        inside = targets.inside[layer][where] if layer in targets.inside else 1
        found.append(2 * error * (features - targets.content[layer][(..., *where)]) * inside)
    for (mask, _, _), (product, _) in zip(targets.parts_of(layer), products, strict=True):
        added = products_gradient(features.permute(0, 2, 3, 1), product).permute(0, 3, 1, 2)
        found.append(added if mask is None else added * mask[(..., *where)].square())
    return sum(found[1:], found[0]) if found else torch.zeros_like(features)


def _listed(sums: Sums) -> list[Tensor]:
    return [sums.error, *(number for product in sums.products for number in product)]


def _taken(numbers: list[Tensor], layer: str, targets: Targets) -> Sums:
    """What `_listed` has made of the sums of `layer`, taken from the beginning of `numbers`."""
    count = 1 + 2 * len(targets.parts_of(layer))
    error, *products = numbers[:count]
    del numbers[:count]
    return Sums(error, tuple(zip(products[::2], products[1::2], strict=True)))


def _added(total: list[Tensor], more: list[Tensor]) -> list[Tensor]:
    return [one + other for one, other in zip(total, more, strict=True)] if total else more
