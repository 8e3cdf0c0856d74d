"""Large pictures: the shallow layers of VGG19 in horizontal bands of the picture, one band after the other.

A Gram matrix is a sum over places, and so is a content term. So the shallow layers, which have the largest maps and the
smallest receptive fields, are never there whole: every band adds its share to the sums, leaves its rows of the layer
`LAST`, and is dropped; on the way back it is computed once more. The deeper layers see `LAST` whole. Nothing is
approximated: the loss and its gradient are those of the whole picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from .layers import get_layer, up_to
from .losses import Sums, Targets, layer_sums
from .vgg import Encoder

LAST = "pool2"  # the last layer that is computed in bands
BAND = 1 << 17  # pixels of a band, without its margins
LARGE = 600_000  # pixels of a picture, from which on it is computed in bands


class Band(NamedTuple):
    """The rows `top` to `bottom` of a picture, and `above` to `below`, those that the network sees to compute them."""

    top: int
    bottom: int
    above: int
    below: int

    def rows(self, stride: int) -> slice:
        """The band's rows in a whole layer of this stride."""
        return slice(self.top // stride, self.bottom // stride)

    def without_margins(self, features: Tensor, stride: int) -> Tensor:
        """The band's rows of `features` (1, C, n, W), which are those of all rows that the network saw."""
        first, rows = (self.top - self.above) // stride, self.rows(stride)
        return features[:, :, first : first + rows.stop - rows.start]


def is_large(picture: Tensor) -> bool:
    """Whether `picture` (1, 3, H, W) is computed in bands: then that takes less memory, and no more time."""
    return picture.shape[-2] * picture.shape[-1] >= LARGE


def bands_of(picture: Tensor) -> list[Band]:
    """The bands of `picture` (1, 3, H, W): all have the same number of rows, whole units of `LAST`, but for the last one.

    Every convolution spoils one row, at its own stride, at an edge that is not the picture's: 6 pixels up to pool2. The
    margin is that, in whole units, so that the windows of the poolings are those of the whole picture.
    """
    height, width = picture.shape[-2:]
    unit, spoiled = get_layer(LAST).stride, sum(layer.stride for layer in up_to(LAST) if layer.kind == "conv")
    margin, step = -(-spoiled // unit) * unit, max(1, BAND // width // unit) * unit
    tops = range(0, max(height - height % unit, 1), step)
    ends = [*tops[1:], height]
    return [Band(top, end, max(0, top - margin), min(height, end + margin)) for top, end in zip(tops, ends, strict=True)]


def iter_features(
    encoder: Encoder, picture: Tensor, layers: Iterable[str], **options: Any
) -> Iterator[tuple[str, Tensor]]:
    """What `Encoder.iter_features` yields for `picture` (1, 3, H, W), but without a gradient. It takes the same `options`."""
    wanted, rows = set(layers), {}
    shallow, deep = _divided(wanted)
    for band in bands_of(picture):
        for layer, features in encoder.iter_features(picture[:, :, band.above : band.below], shallow, **options):
            rows.setdefault(layer, []).append(band.without_margins(features, get_layer(layer).stride))
    whole = {layer: torch.cat(parts, 2) for layer, parts in rows.items()}
    yield from ((layer, features) for layer, features in whole.items() if layer in wanted)
    yield from encoder.iter_features(whole.get(LAST, picture), deep, after=LAST, **options)


def iter_sums(encoder: Encoder, picture: Tensor, targets: Targets, **options: Any) -> Iterator[tuple[str, Sums]]:
    """The `layer_sums` of all layers of `targets` for `picture` (1, 3, H, W). `options` as for `Encoder.iter_features`."""
    shallow, deep = _divided({*targets.content, *targets.style})

    def sums_of_band(band: Band, pixels: Tensor) -> list[Tensor]:
        """The band's rows of `LAST`, and its sums in the shallow layers."""
        last, sums = pixels[:, :, :0], []
        for layer, features in encoder.iter_features(pixels, shallow, **options):
            stride = get_layer(layer).stride
            features = band.without_margins(features, stride)
            sums += _listed(layer_sums(layer, features, targets, band.rows(stride)))
            last = features if layer == LAST else last
        return [last, *sums]

    last, *sums = _InBands.apply(picture, bands_of(picture), sums_of_band)
    for layer in shallow:
        count = 1 + 2 * len(targets.parts_of(layer))
        yield layer, _as_sums(sums[:count])
        del sums[:count]
    for layer, features in encoder.iter_features(last, deep, after=LAST, **options):
        yield layer, layer_sums(layer, features, targets)


def _divided(layers: set[str]) -> tuple[list[str], list[str]]:
    """The shallow layers and the deep ones, in the network's order; `LAST` is among the shallow ones if there are deep."""
    order, last = sorted(layers, key=lambda layer: get_layer(layer).index), get_layer(LAST).index
    shallow = [layer for layer in order if get_layer(layer).index <= last]
    deep = order[len(shallow) :]
    return shallow + [LAST] * (bool(deep) and LAST not in shallow), deep


def _listed(sums: Sums) -> list[Tensor]:
    return [sums.error, *(number for product in sums.products for number in product)]


def _as_sums(listed: Sequence[Tensor]) -> Sums:
    return Sums(listed[0], tuple(zip(listed[1::2], listed[2::2], strict=True)))


class _InBands(torch.autograd.Function):
    """`compute` for every band of a tensor (1, C, H, W), and once more for the gradient: nothing of a band is kept.

    It returns rows, which are put below those of the band before, and tensors to add to those of the band before.
    """

    @staticmethod
    def forward(
        ctx: Any, whole: Tensor, bands: Sequence[Band], compute: Callable[[Band, Tensor], list[Tensor]]
    ) -> tuple[Tensor, ...]:
        ctx.save_for_backward(whole)
        ctx.bands, ctx.compute = bands, compute
        rows, totals = [], []
        for band in bands:
            found, *sums = compute(band, whole[:, :, band.above : band.below])
            rows.append(found)
            totals = [total + part for total, part in zip(totals, sums, strict=True)] if totals else sums
        return torch.cat(rows, 2), *totals

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        (whole,), first = ctx.saved_tensors, 0
        gradient = torch.zeros_like(whole)
        for band in ctx.bands:
            with torch.enable_grad():
                part = whole[:, :, band.above : band.below].detach().requires_grad_()
                rows, *sums = ctx.compute(band, part)
            own = (gradients[0][:, :, first : first + rows.shape[2]], *gradients[1:])
            first += rows.shape[2]
            pairs = [pair for pair in zip((rows, *sums), own, strict=True) if pair[0].requires_grad]
            if pairs:
                outputs, given = zip(*pairs, strict=True)
                gradient[:, :, band.above : band.below] += torch.autograd.grad(outputs, part, given)[0]
        return gradient, None, None
