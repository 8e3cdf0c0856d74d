"""Large pictures: the shallow layers of VGG19 in horizontal bands of the picture, one band after the other.

A Gram matrix is a sum over places, and so is a content term. So the shallow layers, which have the largest maps and the
smallest receptive fields, are never there whole: every band adds its share to the sums, leaves its rows of the layer
`LAST`, and is dropped; on the way back it is computed once more. The deeper layers see `LAST` whole. Nothing is
approximated: the loss and its gradient are those of the whole picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import torch
from torch import Tensor

from .layers import get_layer, up_to
from .plan import LARGE
from .terms import Sums, Targets, layer_sums
from .vgg import Encoder

LAST = "pool2"  # the last layer that is computed in bands
ROWS = 64  # of a band: with fewer the margins would cost more time, with more a band would take more memory
CHUNK = 1 << 20  # numbers of a deep layer's features that are converted to float32 together


class Band(NamedTuple):
    """The rows `top` to `bottom` of a picture, and `above` to `below`, those that the network sees to compute them."""

    top: int
    bottom: int
    above: int
    below: int

    def rows(self, layer: str) -> slice:
        """The band's rows in the whole `layer`."""
        stride = get_layer(layer).stride
        return slice(self.top // stride, self.bottom // stride)

    def own(self, layer: str, features: Tensor) -> Tensor:
        """The band's rows of `features` (1, C, n, W), those of all rows that the network saw."""
        rows, margin = self.rows(layer), (self.top - self.above) // get_layer(layer).stride
        return features[:, :, margin : margin + rows.stop - rows.start]

    def with_margins(self, layer: str, own: Tensor, like: Tensor) -> Tensor:
        """A tensor like `like`, of all rows that the network saw: the band's `own` rows, and zeros around them."""
        found, margin = torch.empty_like(like), (self.top - self.above) // get_layer(layer).stride
        found[:, :, :margin], found[:, :, margin + own.shape[2] :] = 0, 0
        found[:, :, margin : margin + own.shape[2]] = own
        return found


Network = Callable[[Tensor], Iterator[tuple[str, Tensor]]]  # pixels -> the features of the shallow layers


def is_large(picture: Tensor) -> bool:
    """Whether `picture` (1, 3, H, W) is computed in bands: it takes less memory then, and not much more time."""
    return picture.shape[-2] * picture.shape[-1] >= LARGE


def bands_of(picture: Tensor) -> list[Band]:
    """The bands of `picture` (1, 3, H, W): all have the same number of rows, whole units of `LAST`, but for the last one.

    Every convolution spoils one row, at its own stride, at an edge that is not the picture's: 6 pixels up to pool2. The
    margin is that, in whole units, so that the windows of the poolings are those of the whole picture.
    """
    height = picture.shape[-2]
    unit, spoiled = get_layer(LAST).stride, sum(layer.stride for layer in up_to(LAST) if layer.kind == "conv")
    margin, step = -(-spoiled // unit) * unit, -(-ROWS // unit) * unit
    tops = range(0, max(height - height % unit, 1), step)
    ends = [*tops[1:], height]
    return [
        Band(top, end, max(0, top - margin), min(height, end + margin)) for top, end in zip(tops, ends, strict=True)
    ]


def iter_features(
    encoder: Encoder, picture: Tensor, layers: Iterable[str], **options: Any
) -> Iterator[tuple[str, Tensor]]:
    """What `Encoder.iter_features` yields for `picture` (1, 3, H, W), without a gradient. It takes the same `options`."""
    wanted, rows = set(layers), dict[str, list[Tensor]]()
    shallow, deep = _divided(wanted)
    for band in bands_of(picture):
        for layer, features in encoder.iter_features(picture[:, :, band.above : band.below], shallow, **options):
            rows.setdefault(layer, []).append(band.own(layer, features))
    whole = {layer: torch.cat(parts, 2) for layer, parts in rows.items()}
    yield from ((layer, features) for layer, features in whole.items() if layer in wanted)
    yield from encoder.iter_features(whole.get(LAST, picture), deep, after=LAST, **options)


def iter_sums(encoder: Encoder, picture: Tensor, targets: Targets, **options: Any) -> Iterator[tuple[str, Sums]]:
    """The `layer_sums` of all layers of `targets` for `picture` (1, 3, H, W). `options` as for `Encoder.iter_features`."""
    shallow, deep = _divided({*targets.content, *targets.style})

    def network(pixels: Tensor) -> Iterator[tuple[str, Tensor]]:
        return encoder.iter_features(pixels, shallow, **options)

    last, *numbers = _Shallow.apply(picture, bands_of(picture), network, targets)
    for layer in shallow:
        yield layer, _taken(numbers, layer, targets)
    for layer, features in encoder.iter_features(last.to(encoder.dtype), deep, after=LAST, **options):
        yield layer, _taken(list(_Deep.apply(features, layer, targets)), layer, targets)


def _divided(layers: set[str]) -> tuple[list[str], list[str]]:
    """The shallow layers and the deep ones, in the network's order; `LAST` is among the shallow ones if there are deep."""
    order, last = sorted(layers, key=lambda layer: get_layer(layer).index), get_layer(LAST).index
    shallow = [layer for layer in order if get_layer(layer).index <= last]
    deep = order[len(shallow) :]
    return shallow + [LAST] * (bool(deep) and LAST not in shallow), deep


class _Shallow(torch.autograd.Function):
    """The layer `LAST` of a picture and its sums in the shallow layers. For the gradient each band is computed once more."""

    @staticmethod
    def forward(ctx: Any, picture: Tensor, bands: list[Band], network: Network, targets: Targets) -> tuple[Tensor, ...]:
        ctx.save_for_backward(picture)
        ctx.bands, ctx.network, ctx.targets = bands, network, targets
        last, totals = list[Tensor](), list[Tensor]()
        for band in bands:
            sums = []
            for layer, features in network(picture[:, :, band.above : band.below]):
                own = band.own(layer, features)
                sums += _listed(layer_sums(layer, own, targets, band.rows(layer)))
                last += [own.clone()] * (layer == LAST)
            totals = _added(totals, sums)
        return torch.cat(last, 2) if last else picture[:, :, :0], *totals

    @staticmethod
    def backward(ctx: Any, *given: Tensor) -> tuple[Tensor | None, ...]:
        (picture,) = ctx.saved_tensors
        gradient = torch.zeros_like(picture)
        for band in ctx.bands:
            with torch.enable_grad():
                pixels = picture[:, :, band.above : band.below].detach().requires_grad_()
                found, of_sums, gradients = dict(ctx.network(pixels)), list(given[1:]), []
            for layer, features in found.items():
                rows = band.rows(layer)
                own = _gradient(layer, band.own(layer, features.detach()), ctx.targets, rows, of_sums)
                if layer == LAST and given[0].shape[2]:
                    own = own + given[0][:, :, rows]
                gradients.append(band.with_margins(layer, own, features))
            (found_gradient,) = torch.autograd.grad([*found.values()], pixels, gradients)
            gradient[:, :, band.above : band.below] += found_gradient
        return gradient, None, None, None


class _Deep(torch.autograd.Function):
    """The `layer_sums` of a deep layer, in float32, a few rows at a time: a copy of all features would take twice theirs."""

    @staticmethod
    def forward(ctx: Any, features: Tensor, layer: str, targets: Targets) -> tuple[Tensor, ...]:
        ctx.save_for_backward(features)
        ctx.layer, ctx.targets = layer, targets
        totals: list[Tensor] = []
        for rows in _chunks(features):
            totals = _added(totals, _listed(layer_sums(layer, features[:, :, rows], targets, rows)))
        return tuple(totals)

    @staticmethod
    def backward(ctx: Any, *given: Tensor) -> tuple[Tensor | None, ...]:
        (features,) = ctx.saved_tensors
        gradient = torch.empty_like(features)
        for rows in _chunks(features):
            gradient[:, :, rows] = _gradient(ctx.layer, features[:, :, rows], ctx.targets, rows, list(given))
        return gradient, None, None


def _chunks(features: Tensor) -> list[slice]:
    """Rows of `features` (1, C, H, W), about a million numbers each."""
    rows = max(1, CHUNK // (features.shape[1] * features.shape[3]))
    return [slice(top, top + rows) for top in range(0, features.shape[2], rows)]


def _gradient(layer: str, features: Tensor, targets: Targets, rows: slice, given: list[Tensor]) -> Tensor:
    """The gradient of the `layer_sums` of `features`; that of the loss by them is taken from the beginning of `given`.

    That of sum (F - P)^2 is 2 (F - P), and for the gradient D by a product F F^T it is (D + D^T) F. It is written out since
    autograd would compute the sums once more.
    """
    (error, products), found = _taken(given, layer, targets), []
    if layer in targets.content:
        inside = targets.inside[layer][rows] if layer in targets.inside else 1
        found.append(2 * error * (features - targets.content[layer][:, :, rows]) * inside)
    for (mask, _, _), (product, _) in zip(targets.parts_of(layer), products, strict=True):
        both = (product + product.T).to(features.dtype)
        added = (features.permute(0, 2, 3, 1) @ both).permute(0, 3, 1, 2)
        found.append(added if mask is None else added * mask[:, :, rows].square())
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
