"""The values of settings as they are given: numbers, texts, lists, arrays; read, checked, or refused with a reason."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from numbers import Real
from typing import Any

from .errors import LayerError, SettingError
from .gram_changes import read_changes
from .layers import get_layer


def read_value(f: dataclasses.Field[Any], value: Any) -> Any:
    """`value` as the field `f` of `Settings` holds it; raises `SettingError` or `LayerError` when it cannot be used."""
    if hasattr(value, "tolist"):  # numpy's numbers and arrays, and tensors
        value = value.tolist()
    if f.metadata.get("choices"):
        return _one_of(f.name, value, f.metadata["choices"])
    if f.metadata.get("layers"):
        return _layer_names(f.name, _items(f.name, value))
    if f.metadata.get("changes"):
        return read_changes(f.name, value)
    if f.metadata.get("numbers"):
        return tuple(_bounded(f, item, whole=False) for item in _items(f.name, value))
    if value is None and f.default is None:
        return None
    return _bounded(f, value, whole=isinstance(f.default, int))


def _layer_names(name: str, items: list[Any]) -> tuple[str, ...]:
    layers = tuple(item.strip() if isinstance(item, str) else shown(item) for item in items)
    for layer in layers:
        try:
            get_layer(layer)
        except LayerError as error:
            raise LayerError(f"{name}: {error}") from None
    if len(set(layers)) != len(layers):
        twice = next(layer for layer in layers if layers.count(layer) > 1)
        raise SettingError(f"{name} names {twice} twice. Name each layer once.")
    return layers


def shown(value: Any) -> str:
    """`value` for a message, in at most 60 characters: a recipe from a stranger can hold any text."""
    try:
        text = repr(value)
    except (RecursionError, ValueError):  # lists in lists in lists; an integer of too many digits
        text = f"a {type(value).__name__}"
    return text if len(text) <= 60 else f"{text[:57]}..."


def _one_of(name: str, value: Any, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise SettingError(f"{name} cannot be {shown(value)}. Choose one of: {', '.join(choices)}.")
    return str(value)


def _items(name: str, value: Any) -> list[Any]:
    if isinstance(value, str):
        return [item for item in value.replace(",", " ").split() if item]
    if isinstance(value, (list, tuple)):
        return [item.tolist() if hasattr(item, "tolist") else item for item in value]
    raise SettingError(f"{name} must be a list, not {shown(value)}.")


def _bounded(f: dataclasses.Field[Any], value: Any, whole: bool) -> float:
    low, high = f.metadata["low"], f.metadata["high"]
    span = f"between {low:.10g} and {high:.10g}"  # enough digits for the largest seed
    try:
        if isinstance(value, bool) or not isinstance(value, (Real, Decimal, str)):
            raise ValueError
        number = float(value)
    except (ValueError, OverflowError, ArithmeticError):  # an integer of 400 digits overflows
        raise SettingError(f"{f.name} must be a number {span}, not {shown(value)}.") from None
    if whole and number.is_integer():
        number = int(number)
    elif whole:
        raise SettingError(f"{f.name} must be a whole number {span}, not {shown(value)}.")
    if not low <= number <= high:  # also true for nan
        raise SettingError(f"{f.name} must be {span}, not {shown(value)}.")
    return number
