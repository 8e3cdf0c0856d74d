"""Exceptions on their way to a visitor: the message of an `NSTError` is shown as it is; any other exception becomes one
general sentence, and is logged.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr

from nst_core.errors import NSTError

from . import text
from .error_log import log_error


@contextmanager
def user_facing_errors() -> Iterator[None]:
    """Turns whatever is raised inside into a `gr.Error` that a visitor can act on."""
    try:
        yield
    except gr.Error:
        raise
    except NSTError as error:
        raise gr.Error(str(error), print_exception=False) from None
    except Exception as error:
        log_error(error)
        raise gr.Error(text.UNEXPECTED, print_exception=False) from None


def user_facing(handler: Callable[..., Any]) -> Callable[..., Any]:
    """The same event handler, plain function or generator, within `user_facing_errors`."""
    if inspect.isgeneratorfunction(handler):

        @functools.wraps(handler)
        def generator(*args: Any) -> Iterator[Any]:
            with user_facing_errors():
                yield from handler(*args)

        return generator

    @functools.wraps(handler)
    def function(*args: Any) -> Any:
        with user_facing_errors():
            return handler(*args)

    return function
