"""Large pictures: the shallow blocks of VGG19 in tiles, one tile after the other.

A Gram matrix is a sum over places, and so is a content term. So the shallow layers, which have the largest maps and the
smallest receptive fields, are never there whole: every tile adds its share to the sums, leaves its units of its block's
last layer, and is dropped; on the way back it is computed once more. The deeper layers see the last one whole. Nothing is
approximated: the loss and its gradient are those of the whole picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.grad import conv2d_input

from .layers import get_layer, up_to
from .operations import max_pool_choices, max_pool_gradient, products_gradient
from .plan import LARGE, LARGE_ON_CARD
from .terms import ALL, Sums, Targets, Where, layer_sums
from .tile_grid import LAST_LAYERS, Tile, tiles_of
from .vgg import Encoder

CHUNK = 1 << 20  # numbers of a deep layer's features whose sums are taken at once


def is_large(picture: Tensor) -> bool:
    """Whether `picture` (1, 3, H, W) is computed in tiles: it takes less memory then, and not much more time."""
    return picture.shape[-2] * picture.shape[-1] >= (LARGE_ON_CARD if _on_card(picture) else LARGE)


def iter_features(
    encoder: Encoder, picture: Tensor, layers: Iterable[str], **options: Any
) -> Iterator[tuple[str, Tensor]]:
    """What `Encoder.iter_features` yields for `picture` (1, 3, H, W), without a gradient. It takes the same `options`."""
    wanted, x = set(layers), picture
    blocks, deep = _divided(encoder, wanted, options)
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
    blocks, deep = _divided(encoder, {*targets.content, *targets.style}, options)
    x = picture
    for block in blocks:
        x, *numbers = _InTiles.apply(x, block, targets)
        yield from _taken(numbers, block.layers, targets).items()
    for layer, features in encoder.iter_features(x, deep, after=LAST_LAYERS[-1], **options):
        yield from _taken(_Deep.apply(features, layer, targets), [layer], targets).items()


def _on_card(picture: Tensor) -> bool:
    return picture.device.type != "cpu"


@dataclass(frozen=True)
class _Block:
    """A block of the network, computed in tiles of the layer `after`, or of the picture."""

    encoder: Encoder
    after: str | None
    last: str  # the pooling at its end
    layers: list[str]  # those that are needed, in the network's order
    options: dict[str, Any]  # of `Encoder.iter_features`

    @property
    def before_pooling(self) -> tuple[str, str, str]:
        """The names of the last convolution's input, of that convolution and of its ReLU."""
        *_, before, conv, relu, _ = (layer.name for layer in up_to(self.last))
        return before, conv, relu

    @property
    def keeps_choices(self) -> bool:
        """Whether the gradient needs of the last convolution's features only which of them the pooling chose."""
        of_max = self.options.get("pooling", "max") == "max" and self.last in self.layers
        return of_max and not {*self.before_pooling[1:]} & {*self.layers}

    def tiles(self, x: Tensor) -> list[Tile]:
        """The tiles of `x`, the whole layer `after`."""
        height, width = x.shape[-2:]
        return tiles_of(height, width, self.after, itemsize=self.encoder.dtype.itemsize, on_card=_on_card(x))

    def features(self, x: Tensor, layers: Iterable[str]) -> Iterator[tuple[str, Tensor]]:
        """The features of `layers` for a tile of the layer `after`, with its margins."""
        return self.encoder.iter_features(x, layers, after=self.after, **self.options)

    def features_again(self, x: Tensor, tile: Tile, last: Tensor, choices: Tensor | None) -> dict[str, Tensor]:
        """The features of `layers` for a tile when the whole `last` layer is known, and perhaps its pooling's choices."""
        if choices is None:
            return dict(self.features(x, self.layers))
        before, known = self.before_pooling[0], (..., *tile.seen_units(self.last))
        found = dict(self.features(x, {*self.layers, before} - {self.last}))
        found[self.last] = _KnownPooling.apply(found[before], last[known], choices[known], self)
        return {layer: found[layer] for layer in self.layers}

    def conv_gradient(self, gradient: Tensor) -> Tensor:
        """The gradient by the last convolution's input when `gradient` is that by its features."""
        if before_conv := self.options.get("before_conv"):
            before_conv()
        conv = self.encoder.convs[self.before_pooling[1]]
        assert isinstance(conv, nn.Conv2d)
        shape = (len(gradient), conv.in_channels, *gradient.shape[2:])
        return conv2d_input(shape, conv.weight, gradient, padding=1)


def _divided(encoder: Encoder, wanted: set[str], options: dict[str, Any]) -> tuple[list[_Block], list[str]]:
    """The blocks that are computed in tiles, and the deeper layers."""
    order, after, blocks = sorted(wanted, key=lambda layer: get_layer(layer).index), None, list[_Block]()
    for last in LAST_LAYERS:
        own = [layer for layer in order if get_layer(layer).index <= get_layer(last).index]
        order = order[len(own) :]
        blocks.append(_Block(encoder, after, last, own + [last] * (bool(order) and last not in own), options))
        after = last
        if not order:
            break
    return blocks, order


def _put(whole: dict[str, Tensor], layer: str, tile: Tile, x: Tensor, own: Tensor) -> None:
    """Write a tile's `own` features into the whole `layer`, which is made of the right size for `x` if it is not there."""
    if layer not in whole:
        height, width = (side * tile.stride // get_layer(layer).stride for side in x.shape[-2:])
        shape, order = (1, own.shape[1], height, width), torch.channels_last
        whole[layer] = torch.empty(shape, dtype=own.dtype, device=own.device, memory_format=order)
    whole[layer][(..., *tile.units(layer))] = own


class _InTiles(torch.autograd.Function):
    """The last layer of a block, and the sums of the layers that are needed, for `x`, the layer before it or the picture.

    For the gradient each tile is computed once more, but for what `_KnownPooling` spares.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, block: _Block, targets: Targets) -> tuple[Tensor, ...]:
        whole, choices, totals = dict[str, Tensor](), dict[str, Tensor](), list[Tensor]()
        spared = [block.before_pooling[1]] * (block.keeps_choices and ctx.needs_input_grad[0])
        for tile in block.tiles(x):
            sums, unpooled = [], None
            for layer, features in block.features(x[(..., *tile.seen)], {*block.layers, *spared}):
                own = features[(..., *tile.inner(layer))]
                if layer in spared:
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

        def of_features(layer: str, features: Tensor, tile: Tile) -> Tensor:
            """The gradient by a layer's features in a tile, which is 0 in the margins."""
            found, units, inner = torch.zeros_like(features), tile.units(layer), (..., *tile.inner(layer))
            found[inner] = _gradient(layer, features[inner], ctx.targets, units, sums[layer])
            if layer == block.last:
                found[inner] += of_last[(..., *units)]
            return found

        def of_tile(tile: Tile) -> Tensor:
            """The gradient by what the block sees for a tile."""
            with torch.enable_grad():
                seen = x[(..., *tile.seen)].detach().requires_grad_()
                found = block.features_again(seen, tile, last, choices)
            gradients = [of_features(layer, features.detach(), tile) for layer, features in found.items()]
            return torch.autograd.grad([*found.values()], seen, gradients)[0]

        gradient = torch.zeros_like(x)
        for tile in block.tiles(x):
            gradient[(..., *tile.seen)] += of_tile(tile)
        return gradient, None, None


class _KnownPooling(torch.autograd.Function):
    """The max pooling at the end of a block, from the input `before` of its last convolution, when the result is `known`.

    That convolution is a third of the block's work. Its gradient by `before` needs only which of its units the pooling
    chose, and of those which were positive.
    """

    @staticmethod
    def forward(ctx: Any, before: Tensor, known: Tensor, choices: Tensor, block: _Block) -> Tensor:
        ctx.save_for_backward(known, choices)
        ctx.block, ctx.sides = block, before.shape[2:]
        return known.view_as(known)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        known, choices = ctx.saved_tensors
        shape = (*known.shape[:2], *ctx.sides)
        of_conv = torch.empty(shape, dtype=known.dtype, device=known.device, memory_format=torch.channels_last).zero_()
        max_pool_gradient(gradient * known.sign(), choices, of_conv)
        return ctx.block.conv_gradient(of_conv), None, None, None


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
