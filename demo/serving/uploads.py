"""What is wrong with the values that a client sent: files must have been uploaded here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import orjson

from .. import text

SERVED = "/gradio_api/file="  # in the address of a file that the page serves, before its path


def refusal(path: Any, folder: str) -> str | None:
    """Why `path`, as a client sent it, may not be read, in words; None when it is that of a file in `folder`."""
    if not isinstance(path, str) or "\0" in path:
        return text.UNREADABLE
    if path.startswith(("http://", "https://")):
        return text.WEB_ADDRESS
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)):
        return text.NOT_UPLOADED
    return None if os.path.exists(path) else text.GONE


def use_own_addresses(inputs: list[Any]) -> None:
    """Replace the address of a file that this page serves, wherever it stands in `inputs`, by the file's path.

    A program that has uploaded a picture may name it so (MCP's upload tool does). Nothing is fetched: whether it is a file
    of this page is seen from its path, as for any other.
    """
    for value in _dictionaries(inputs):
        path = value.get("path")
        if isinstance(path, str) and path.startswith(("http://", "https://")) and SERVED in path:
            value["path"], value["url"] = unquote(path.partition(SERVED)[2]), None


def refusal_of_inputs(inputs: list[Any], expected: int, folder: str) -> str | None:
    """Why the inputs of an event cannot be read, in words; None when they can. `expected` is how many there should be."""
    if len(inputs) < expected:
        return text.UNREADABLE
    try:  # Gradio's answers repeat inputs; orjson cannot write integers of more than 64 bits and lone surrogates
        orjson.dumps(inputs)
    except TypeError:
        return text.UNREADABLE
    return next(filter(None, (refusal(path, folder) for path in _paths(inputs))), None)


def _paths(data: Any) -> Iterator[Any]:
    """Every "path" anywhere in `data`, also in dictionaries that are not marked as files: Gradio reads some of them."""
    return (value["path"] for value in _dictionaries(data) if value.get("path") is not None)


def _dictionaries(data: Any) -> Iterator[dict[Any, Any]]:
    """Every dictionary anywhere in `data`."""
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
