"""One frozen `Settings`: every default, its bounds and its words are declared here and nowhere else.

Slider, command-line flag, README row, validation and the recipe inside a picture read the same fields. An invalid
`Settings` cannot exist: its constructor raises `SettingError`.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import SettingError
from .layers import CONTENT_LAYERS, STYLE_LAYERS, get_layer

# The style_weight that suits each objective at content_weight 1 (see the README for how they were chosen).
STYLE_WEIGHTS = {"balanced": 30.0, "gatys": 1000.0, "johnson": 20.0}


def _number(default: float | None, low: float, high: float, words: str, symbol: str = "") -> Any:
    return field(default=default, metadata={"low": low, "high": high, "words": words, "symbol": symbol})


def _choice(choices: tuple[str, ...], words: str) -> Any:
    return field(default=choices[0], metadata={"choices": choices, "words": words})


def _layers(default: tuple[str, ...], words: str) -> Any:
    return field(default=default, metadata={"layers": True, "words": words})


@dataclass(frozen=True)
class Settings:
    """What to paint and how. Numbers in text ("0.5") are read as numbers, lists of layers also as "relu1_1,relu2_1"."""

    size: int = _number(512, 64, 2048, "pixels on the longer side of the result")
    init: str = _choice(
        ("matched", "content", "noise"), "first image: photo with the painting's colours, photo, or noise"
    )
    objective: str = _choice(("balanced", "gatys", "johnson"), "how the losses are scaled before they are weighted")
    content_weight: float = _number(1.0, 0, 1e9, "how much the result must keep the photo's shapes", "α")
    style_weight: float | None = _number(None, 0, 1e9, "how much it must take on the painting's style", "β")
    tv_weight: float = _number(0.0, 0, 1e9, "how much to smooth neighbouring pixels (total variation)", "γ")
    content_layers: tuple[str, ...] = _layers(CONTENT_LAYERS, "layers compared place by place")
    style_layers: tuple[str, ...] = _layers(STYLE_LAYERS, "layers whose Gram matrices are compared")
    style_layer_weights: tuple[float, ...] = field(
        default=(), metadata={"low": 1e-6, "high": 1e6, "words": "relative weight of each style layer; empty: equal"}
    )
    pooling: str = _choice(("max", "average"), "how the network halves its maps")
    padding: str = _choice(("zeros", "replicate"), "what conv1_1 sees beyond the picture's edge")
    precision: str = _choice(
        ("auto", "float32", "bfloat16"), "arithmetic of the network; auto: bfloat16 on x86 processors that have it"
    )
    levels: int = _number(0, 0, 6, "coarse-to-fine levels; 0 chooses from the size, 1 is the paper's single scale")
    evaluations: int = _number(120, 1, 10000, "network evaluations, shared out over the levels")
    optimizer: str = _choice(("lbfgs", "adam"), "who moves the pixels")
    seed: int = _number(0, 0, 2**31 - 1, "seed of the noise")
    max_seconds: float = _number(0.0, 0, 86400, "end in time with the best picture so far; 0 is no limit")

    def __post_init__(self) -> None:
        for f in dataclasses.fields(self):
            value = _read(f, getattr(self, f.name))
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
                "layers. Give one number a layer, or none."
            )

    @property
    def content_used(self) -> tuple[str, ...]:
        """The content layers, or none: a term of weight 0 is not computed at all."""
        return self.content_layers if self.content_weight else ()

    @property
    def style_used(self) -> tuple[str, ...]:
        return self.style_layers if self.style_weight else ()

    @property
    def layers_used(self) -> tuple[str, ...]:
        return self.content_used + self.style_used

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; `Settings.from_dict` takes them back."""
        return {key: list(v) if isinstance(v, tuple) else v for key, v in dataclasses.asdict(self).items()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Settings:
        """Raises `SettingError` for a name that is not a setting and for any value out of bounds."""
        names = [f.name for f in dataclasses.fields(cls)]
        unknown = sorted(set(values) - set(names), key=str)
        if unknown:
            raise SettingError(f"There is no setting {_shown(unknown[0])}. The settings are: {', '.join(names)}.")
        return cls(**values)

    def to_json(self) -> str:
        return json.dumps(self.to_dict())


FIELDS: dict[str, dataclasses.Field[Any]] = {f.name: f for f in dataclasses.fields(Settings)}


def _read(f: dataclasses.Field[Any], value: Any) -> Any:
    if f.metadata.get("choices"):
        return _one_of(f.name, value, f.metadata["choices"])
    if f.metadata.get("layers"):
        names = tuple(str(name).strip() for name in _items(f.name, value))
        for name in names:
            get_layer(name)
        if len(set(names)) != len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise SettingError(f"{f.name} names {twice} twice. Name each layer once.")
        return names
    if f.name == "style_layer_weights":
        return tuple(_bounded(f, item, whole=False) for item in _items(f.name, value))
    if value is None and f.default is None:
        return None
    return _bounded(f, value, whole=isinstance(f.default, int))


def _shown(value: Any) -> str:
    """`value` for a message: a hostile recipe must not fill the screen."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _one_of(name: str, value: Any, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise SettingError(f"{name} cannot be {_shown(value)}. Choose one of: {', '.join(choices)}.")
    return str(value)


def _items(name: str, value: Any) -> list[Any]:
    if isinstance(value, str):
        return [item for item in value.replace(",", " ").split() if item]
    if isinstance(value, (list, tuple)):
        return list(value)
    raise SettingError(f"{name} must be a list, not {_shown(value)}.")


def _bounded(f: dataclasses.Field[Any], value: Any, whole: bool) -> float:
    low, high = f.metadata["low"], f.metadata["high"]
    span = f"between {low:.10g} and {high:.10g}"  # enough digits for the largest seed
    try:
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise ValueError
        number = float(value)
    except (ValueError, OverflowError):  # an integer of 400 digits overflows
        raise SettingError(f"{f.name} must be a number {span}, not {_shown(value)}.") from None
    if whole and number.is_integer():
        number = int(number)
    elif whole:
        raise SettingError(f"{f.name} must be a whole number {span}, not {_shown(value)}.")
    if not low <= number <= high:  # also when it is not a number
        raise SettingError(f"{f.name} must be {span}, not {_shown(value)}.")
    return number
