"""The blocks of VGG19 that are computed in tiles, and the max pooling at the end of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.grad import conv2d_input

from .layers import get_layer, up_to
from .operations import max_pool_gradient
from .tile_grid import LAST_LAYERS, Tile, tiles_of
from .vgg import Encoder


def on_card(x: Tensor) -> bool:
    """Whether `x` is anywhere but on a processor."""
    return x.device.type != "cpu"


@dataclass(frozen=True)
class Block:
    """A block of VGG19, computed in tiles of the layer `after`, or of the picture."""

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
        return tiles_of(height, width, self.after, itemsize=self.encoder.dtype.itemsize, on_card=on_card(x))

    def features(self, x: Tensor, layers: Iterable[str]) -> Iterator[tuple[str, Tensor]]:
        """The features of `layers` for a tile of the layer `after`, with its margins."""
        return self.encoder.iter_features(x, layers, after=self.after, **self.options)

    def features_again(self, x: Tensor, tile: Tile, last: Tensor, choices: Tensor | None) -> dict[str, Tensor]:
        """The features of all `layers` for a tile `x` with its margins, when the whole `last` layer (1, C, H, W) is known.

        With the `choices` of its pooling (`max_pool_choices`) the convolution before it is not computed.
        """
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


def divided(encoder: Encoder, wanted: set[str], options: dict[str, Any]) -> tuple[list[Block], list[str]]:
    """The blocks that are computed in tiles for the layers that are `wanted`, and those that are deeper.

    `options` are those of `Encoder.iter_features`.
    """
    order, after, blocks = sorted(wanted, key=lambda layer: get_layer(layer).index), None, list[Block]()
    for last in LAST_LAYERS:
        own = [layer for layer in order if get_layer(layer).index <= get_layer(last).index]
        order = order[len(own) :]
        blocks.append(Block(encoder, after, last, own + [last] * (bool(order) and last not in own), options))
        after = last
        if not order:
            break
    return blocks, order


class _KnownPooling(torch.autograd.Function):
    """The max pooling at the end of a block, from the input `before` of its last convolution, when the result is `known`.

    That convolution is a third of the block's work. Its gradient by `before` needs only which of its units the pooling
    chose, and of those which were positive.
    """

    @staticmethod
    def forward(ctx: Any, before: Tensor, known: Tensor, choices: Tensor, block: Block) -> Tensor:
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
