"""The frozen dataclass `Settings`: every default, its bounds and its description are declared here and nowhere else.

The page's slider, the command line's flag, the validation and the recipe inside a picture are all made from the same
fields, and a test compares the README's table with them.

An invalid `Settings` cannot exist: its constructor raises `SettingError` or `LayerError`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import SettingError
from .gram_changes import layers_changed
from .layers import CONTENT_LAYERS, STYLE_LAYERS
from .setting_values import read_value, shown

# The default style_weight of each objective, for content_weight 1.
STYLE_WEIGHTS = {"balanced": 30.0, "gatys": 1000.0, "johnson": 20.0}


def _number(default: float | None, low: float, high: float, words: str, symbol: str = "") -> Any:
    return field(default=default, metadata={"low": low, "high": high, "words": words, "symbol": symbol})


def _numbers(low: float, high: float, words: str) -> Any:
    return field(default=(), metadata={"numbers": True, "low": low, "high": high, "words": words})


def _choice(choices: tuple[str, ...], words: str) -> Any:
    return field(default=choices[0], metadata={"choices": choices, "words": words})


def _changes(words: str) -> Any:
    return field(default=(), metadata={"changes": True, "words": words})


def _layers(default: tuple[str, ...], words: str) -> Any:
    return field(default=default, metadata={"layers": True, "words": words})


@dataclass(frozen=True)
class Settings:
    """How to paint. Numbers may be given as text ("0.5") or by numpy, lists of layers as text ("relu1_1,relu2_1").

    >>> Settings(size="256", style_layers="relu1_1,relu2_1").style_layers
    ('relu1_1', 'relu2_1')
    >>> Settings(objective="gatys").style_weight
    1000.0
    >>> Settings(size=10)
    Traceback (most recent call last):
    nst_core.errors.SettingError: size must be between 64 and 8192, not 10.
    """

    size: int = _number(512, 64, 8192, "pixels on the longer side of the result")
    init: str = _choice(
        ("matched", "content", "noise"), "first image: photo with the painting's colours, photo, or noise"
    )
    objective: str = _choice(("balanced", "gatys", "johnson"), "how the losses are scaled before they are weighted")
    content_weight: float = _number(1.0, 0, 1e9, "weight of the content loss: keeps the photo's shapes", "α")
    style_weight: float | None = _number(None, 0, 1e9, "weight of the style loss: brings in the painting's style", "β")
    tv_weight: float = _number(0.0, 0, 1e9, "weight of total variation: smooths neighbouring pixels", "γ")
    content_layers: tuple[str, ...] = _layers(
        CONTENT_LAYERS, "layers whose features are compared, position by position"
    )
    style_layers: tuple[str, ...] = _layers(STYLE_LAYERS, "layers whose Gram matrices are compared")
    style_layer_weights: tuple[float, ...] = _numbers(
        0, 1e6, "relative weight of each style layer; 0 leaves it out; empty: all equal"
    )
    pooling: str = _choice(("max", "average"), "how the network halves its feature maps")
    padding: str = _choice(("replicate", "zeros"), "what conv1_1 sees beyond the edge of the picture")
    precision: str = _choice(
        ("auto", "float32", "bfloat16"), "number format of the network; auto: bfloat16 on x86 processors that have it"
    )
    levels: int = _number(0, 0, 6, "coarse-to-fine levels; 0: chosen by size, 1: the paper's single scale")
    evaluations: int = _number(120, 1, 10000, "evaluations of the loss and its gradient, over all levels")
    optimizer: str = _choice(("lbfgs", "adam", "gradient"), "optimization algorithm")
    seed: int = _number(0, 0, 2**31 - 1, "random seed of a start from noise")
    max_seconds: float = _number(
        0.0, 0, 86400, "seconds after which a run ends with the best picture so far; 0: no limit"
    )
    style_scale: float = _number(
        1.5, 0.25, 4, "brush size: longer side of the painting, relative to the result's, when its style is taken"
    )
    strength: float = _number(0.0, -3, 3, "more or less style: each 1 doubles the style weight, each -1 halves it")
    colors: str = _choice(
        ("painting", "luminance", "matched"),
        "whose colours: the painting's; the photo's, painted in grey; the photo's, given to the painting first",
    )
    mix: tuple[float, ...] = _numbers(0, 1e6, "relative weight of each painting; 0 leaves it out; empty: all equal")
    coarse_only_layers: tuple[str, ...] = _layers(
        ("relu5_1",), "style layers that the last level leaves out, if it is not the only level and has others"
    )
    gram_changes: tuple[str, ...] = _changes(
        "cells of the paintings' Gram matrices, multiplied: relu3_1:12x0 mutes channel 12, relu3_1:12:40x2 doubles a pair"
    )

    def __post_init__(self) -> None:
        """Read and check every value; raises `SettingError` or `LayerError`."""
        for f in dataclasses.fields(self):
            value = read_value(f, getattr(self, f.name))
            if f.name == "style_weight" and value is None:
                value = STYLE_WEIGHTS[self.objective]
            object.__setattr__(self, f.name, value)
        self._check_together()

    def _check_together(self) -> None:
        if self.content_weight == 0 and self.style_weight == 0:
            raise SettingError(
                "content_weight and style_weight are both 0: nothing is left to paint. Raise one of them."
            )
        if self.style_weight and not self.style_layers:
            raise SettingError("No style layer is chosen. Choose at least one, or set style_weight to 0.")
        if self.content_weight and not self.content_layers:
            raise SettingError("No content layer is chosen. Choose at least one, or set content_weight to 0.")
        if self.style_layer_weights and len(self.style_layer_weights) != len(self.style_layers):
            raise SettingError(
                f"style_layer_weights has {len(self.style_layer_weights)} numbers for {len(self.style_layers)} style "
                "layers. Give one number for each layer, or none."
            )
        if self.style_weight and self.style_layer_weights and not any(self.style_layer_weights):
            raise SettingError("style_layer_weights are all 0. Raise one of them, or set style_weight to 0.")
        if self.mix and not any(self.mix):
            raise SettingError("The weights in mix are all 0. Raise one of them.")
        for layer in layers_changed(self.gram_changes):
            if self.style_weight and layer not in self.style_layers:
                raise SettingError(
                    f"gram_changes changes {layer}, which is not one of style_layers. Add it there, or leave it as it is."
                )

    @property
    def content_used(self) -> tuple[str, ...]:
        """The content layers, or none when content_weight is 0: then nothing is computed for them."""
        return self.content_layers if self.content_weight else ()

    @property
    def style_used(self) -> tuple[str, ...]:
        """The style layers whose weight is not 0; none when style_weight is 0."""
        weights = self.style_layer_weights or (1.0,) * len(self.style_layers)
        pairs = zip(self.style_layers, weights, strict=True)
        return tuple(layer for layer, weight in pairs if weight) if self.style_weight else ()

    @property
    def style_used_weights(self) -> tuple[float, ...]:
        """The weights of the layers in `style_used`, in their order; empty when none were given: then all are equal."""
        return tuple(weight for weight in self.style_layer_weights if weight) if self.style_weight else ()

    @property
    def style_weight_used(self) -> float:
        """The weight of the style loss: style_weight, doubled by every 1 of strength."""
        return (self.style_weight or 0.0) * 2**self.strength

    def shares(self, paintings: int) -> tuple[float, ...]:
        """Each painting's share in the style, for so many paintings: they add up to 1.

        Raises `SettingError` when mix has another number of weights.

        >>> Settings(mix="3,1").shares(2)
        (0.75, 0.25)
        """
        weights = self.mix or (1.0,) * paintings
        if len(weights) != paintings:
            raise SettingError(
                f"The shares in mix are {len(weights)} numbers for {paintings} paintings. Give one for each, or none."
            )
        return tuple(weight / sum(weights) for weight in weights)

    def at_level(self, number: int, levels: int) -> Settings:
        """The settings that level `number` of `levels` uses, 1 being the coarsest: the last leaves out `coarse_only_layers`.

        >>> Settings().at_level(3, 3).style_layers
        ('relu1_1', 'relu2_1', 'relu3_1', 'relu4_1')
        """
        weights = self.style_layer_weights or (1.0,) * len(self.style_layers)
        kept = {n: w for n, w in zip(self.style_layers, weights, strict=True) if n not in self.coarse_only_layers}
        if number < levels or levels == 1 or not any(kept.values()) or len(kept) == len(self.style_layers):
            return self
        changes = tuple(text for text in self.gram_changes if layers_changed([text])[0] in kept)
        return dataclasses.replace(
            self, style_layers=tuple(kept), style_layer_weights=tuple(kept.values()), gram_changes=changes
        )

    @property
    def layers_used(self) -> tuple[str, ...]:
        """The content and the style layers that are computed."""
        return self.content_used + self.style_used

    def to_dict(self) -> dict[str, Any]:
        """The settings as plain values for JSON; `Settings.from_dict` reads them."""
        return {key: list(v) if isinstance(v, tuple) else v for key, v in dataclasses.asdict(self).items()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Settings:
        """The settings of `values`, and the defaults for the rest.

        Raises `SettingError` or `LayerError` for a name that is not a setting and for any value that cannot be used.
        """
        if not isinstance(values, Mapping):
            raise SettingError(f"Settings must be names with values, not {shown(values)}.")
        names = [f.name for f in dataclasses.fields(cls)]
        unknown = sorted(set(values) - set(names), key=str)
        if unknown:
            raise SettingError(f"There is no setting {shown(unknown[0])}. The settings are: {', '.join(names)}.")
        return cls(**values)


FIELDS: dict[str, dataclasses.Field[Any]] = {f.name: f for f in dataclasses.fields(Settings)}
