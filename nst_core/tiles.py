"""Large pictures: the shallow blocks of VGG19 in tiles, one tile after the other.

A Gram matrix is a sum over places, and so is a content term. So the shallow layers, which have the largest maps and the
smallest receptive fields, are never there whole: every tile adds its share to the sums, leaves its units of its block's
last layer, and is dropped; on the way back it is computed once more. The deeper layers see the last one whole. Nothing is
approximated: the loss and its gradient are those of the whole picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import torch
from torch import Tensor

from .layers import get_layer
from .operations import max_pool_choices, products_gradient
from .plan import LARGE, LARGE_ON_CARD
from .terms import ALL, Sums, Targets, Where, layer_sums
from .tile_blocks import Block, divided, on_card
from .tile_grid import LAST_LAYERS, Tile
from .vgg import Encoder

CHUNK = 1 << 20  # numbers of a deep layer's features whose sums are taken at once


def is_large(picture: Tensor) -> bool:
    """Whether `picture` (1, 3, H, W) is computed in tiles: it takes less memory then, and not much more time."""
    return picture.shape[-2] * picture.shape[-1] >= (LARGE_ON_CARD if on_card(picture) else LARGE)


def iter_features(
    encoder: Encoder, picture: Tensor, layers: Iterable[str], **options: Any
) -> Iterator[tuple[str, Tensor]]:
    """What `Encoder.iter_features` yields for `picture` (1, 3, H, W), without a gradient. It takes the same `options`."""
    wanted, x = set(layers), picture
    blocks, deep = divided(encoder, wanted, options)
    for block in blocks:
        whole = dict[str, Tensor]()
        for tile in block.tiles(x):
            for layer, features in block.features(x[(..., *tile.seen)], block.layers):
                _put(whole, layer, tile, x, features[(..., *tile.inner(layer))])
        yield from ((layer, features) for layer, features in whole.items() if layer in wanted)
        x = whole.get(block.last, x)
    yield from encoder.iter_features(x, deep, after=LAST_LAYERS[-1], **options)


def iter_sums(encoder: Encoder, picture: Tensor, targets: Targets, **options: Any) -> Iterator[tuple[str, Sums]]:
    """The `layer_sums` of all layers of `targets` for `picture` (1, 3, H, W). `options` as for `Encoder.iter_features`."""
    blocks, deep = divided(encoder, {*targets.content, *targets.style}, options)
    x = picture
    for block in blocks:
        x, *numbers = _InTiles.apply(x, block, targets)
        yield from _taken(numbers, block.layers, targets).items()
    for layer, features in encoder.iter_features(x, deep, after=LAST_LAYERS[-1], **options):
        yield from _taken(_Deep.apply(features, layer, targets), [layer], targets).items()


def _put(whole: dict[str, Tensor], layer: str, tile: Tile, x: Tensor, own: Tensor) -> None:
    """Write a tile's `own` features into the whole `layer`, which is made of the right size for `x` if it is not there."""
    if layer not in whole:
        height, width = (side * tile.stride // get_layer(layer).stride for side in x.shape[-2:])
        shape, order = (1, own.shape[1], height, width), torch.channels_last
        whole[layer] = torch.empty(shape, dtype=own.dtype, device=own.device, memory_format=order)
    whole[layer][(..., *tile.units(layer))] = own


class _InTiles(torch.autograd.Function):
    """The last layer of a block, and the sums of the layers that are needed, for `x`, the layer before it or the picture.

    For the gradient each tile is computed once more (`Block.features_again`).
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, block: Block, targets: Targets) -> tuple[Tensor, ...]:
        whole, choices, totals = dict[str, Tensor](), dict[str, Tensor](), list[Tensor]()
        _, conv, _ = block.before_pooling
        to_choose_from = {conv} if block.keeps_choices and ctx.needs_input_grad[0] else set()
        for tile in block.tiles(x):
            sums, unpooled = [], None
            for layer, features in block.features(x[(..., *tile.seen)], {*block.layers, *to_choose_from}):
                own = features[(..., *tile.inner(layer))]
                if layer in to_choose_from:
                    unpooled = own
                    continue
                sums += _listed(layer_sums(layer, own, targets, tile.units(layer)))
                if layer == block.last:
                    _put(whole, layer, tile, x, own)
                    if unpooled is not None:
                        _put(choices, layer, tile, x, max_pool_choices(unpooled, own))
            totals = _added(totals, sums)
        last = whole.get(block.last, x[:, :, :0])
        ctx.save_for_backward(x, last, choices.get(block.last))
        ctx.block, ctx.targets = block, targets
        return last, *totals

    @staticmethod
    def backward(ctx: Any, of_last: Tensor, *of_sums: Tensor) -> tuple[Tensor | None, ...]:
        x, last, choices = ctx.saved_tensors
        block, sums = ctx.block, _taken(of_sums, ctx.block.layers, ctx.targets)

        def layer_gradient(layer: str, features: Tensor, tile: Tile) -> Tensor:
            """The gradient by a layer's features in a tile, which is 0 in the margins."""
            found, units, inner = torch.zeros_like(features), tile.units(layer), (..., *tile.inner(layer))
            found[inner] = _gradient(layer, features[inner], ctx.targets, units, sums[layer])
            if layer == block.last:
                found[inner] += of_last[(..., *units)]
            return found

        def tile_gradient(tile: Tile) -> Tensor:
            """The gradient by what the block sees for a tile."""
            with torch.enable_grad():
                seen = x[(..., *tile.seen)].detach().requires_grad_()
                found = block.features_again(seen, tile, last, choices)
            gradients = [layer_gradient(layer, features.detach(), tile) for layer, features in found.items()]
            return torch.autograd.grad([*found.values()], seen, gradients)[0]

        gradient = torch.zeros_like(x)
        for tile in block.tiles(x):
            gradient[(..., *tile.seen)] += tile_gradient(tile)
        return gradient, None, None


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
        sums = _taken(given, [ctx.layer], ctx.targets)[ctx.layer]
        gradient = torch.empty_like(features)
        for rows in _chunks(features):
            gradient[:, :, rows] = _gradient(ctx.layer, features[:, :, rows], ctx.targets, (rows, ALL), sums)
        return gradient, None, None


def _chunks(features: Tensor) -> list[slice]:
    """Rows of `features` (1, C, H, W), about a million numbers each."""
    rows = max(1, CHUNK // (features.shape[1] * features.shape[3]))
    return [slice(top, top + rows) for top in range(0, features.shape[2], rows)]


def _gradient(layer: str, features: Tensor, targets: Targets, where: Where, given: Sums) -> Tensor:
    """The gradient of the `layer_sums` of `features`; `given` is that of the loss by them.

    That of sum (F - P)^2 is 2 (F - P), and that of a product F F^T is `products_gradient`. It is written out since autograd
    would compute the sums once more.
    """
    (error, products), found = given, []
    if layer in targets.content:
        inside = targets.inside[layer][where] if layer in targets.inside else 1
        found.append(2 * error * (features - targets.content[layer][(..., *where)]) * inside)
    for (mask, _, _), (product, _) in zip(targets.parts_of(layer), products, strict=True):
        added = products_gradient(features.permute(0, 2, 3, 1), product).permute(0, 3, 1, 2)
        found.append(added if mask is None else added * mask[(..., *where)].square())
    return sum(found[1:], found[0]) if found else torch.zeros_like(features)


def _listed(sums: Sums) -> list[Tensor]:
    return [sums.error, *(number for product in sums.products for number in product)]


def _taken(numbers: Iterable[Tensor], layers: Iterable[str], targets: Targets) -> dict[str, Sums]:
    """{layer: what `_listed` has made `numbers` of}."""
    rest, found = iter(numbers), {}
    for layer in layers:
        error = next(rest)
        found[layer] = Sums(error, tuple((next(rest), next(rest)) for _ in targets.parts_of(layer)))
    return found


def _added(total: list[Tensor], more: list[Tensor]) -> list[Tensor]:
    return [one + other for one, other in zip(total, more, strict=True)] if total else more
