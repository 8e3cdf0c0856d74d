"""Errors on their way to a visitor: ours are shown as they are, the rest politely, with the details in the log."""

from __future__ import annotations

import functools
import inspect
import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr

from nst_core.errors import NSTError

from . import text

LOG = logging.getLogger(__name__)


@contextmanager
def polite() -> Iterator[None]:
    """Turns whatever is raised inside into a `gr.Error` that a visitor can act on."""
    try:
        yield
    except gr.Error:
        raise
    except NSTError as error:
        raise gr.Error(str(error), print_exception=False) from None
    except Exception as error:
        # Where, but not what: the message may hold a visitor's file name.
        where = "".join(traceback.format_tb(error.__traceback__))
        LOG.error("unexpected %s\n%s", type(error).__name__, where)
        raise gr.Error(text.UNEXPECTED, print_exception=False) from None


def guarded(handler: Callable[..., Any]) -> Callable[..., Any]:
    """The same handler, plain function or generator, with its errors made polite."""
    if inspect.isgeneratorfunction(handler):

        @functools.wraps(handler)
        def generator(*args: Any) -> Iterator[Any]:
            with polite():
                yield from handler(*args)

        return generator

    @functools.wraps(handler)
    def function(*args: Any) -> Any:
        with polite():
            return handler(*args)

    return function
