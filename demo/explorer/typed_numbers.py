"""Reads the numbers that visitors type; what is wrong with one is said in one sentence, a `SettingError`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nst_core.errors import SettingError

from . import labels

if TYPE_CHECKING:
    from .view_state import ViewState


def whole_number(value: Any, otherwise: int) -> int:
    """`value` as a whole number (2.7 is 2); `otherwise` for an empty field. Raises `SettingError` for anything else."""
    try:
        return otherwise if value is None or value == "" else int(value)
    except (TypeError, ValueError, OverflowError):
        raise SettingError(labels.NOT_WHOLE) from None


def channel_number(value: Any, state: ViewState, otherwise: int) -> int:
    """`value` as the number of a channel of the layer, like `whole_number`. Raises `SettingError` where there is none."""
    return _within(whole_number(value, otherwise), 0, state.channels - 1, labels.WRONG_CHANNEL)


def page_number(value: Any, state: ViewState) -> int:
    """`value` as the number of a page, from 1, like `whole_number`. Raises `SettingError` where there is none."""
    return _within(whole_number(value, state.sheet_page + 1), 1, state.highest("sheet_page") + 1, labels.WRONG_PAGE)


def _within(number: int, low: int, high: int, wrong: str) -> int:
    if not low <= number <= high:
        raise SettingError(wrong.format(high))
    return number
