"""Errors on their way to a visitor: ours are shown as they are, the rest politely, with the details in the log."""

from __future__ import annotations

import functools
import inspect
import logging
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr
import gradio.queueing
import gradio.routes

from nst_core.errors import NSTError

from . import text

LOG = logging.getLogger(__name__)
FRAMES = 8  # of a traceback that are logged: the last, which are not those of the web server


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


def log_error(error: BaseException | None) -> None:
    """Where, but not what: the message may hold a visitor's file name, or all that was sent."""
    where = "".join(traceback.format_tb(error.__traceback__)[-FRAMES:]) if error else ""
    LOG.error("unexpected %s\n%s", type(error).__name__, where)


class _Discreet:
    """Stands in Gradio for the module `traceback`, with which it prints what handlers raise before they are called."""

    @staticmethod
    def print_exc() -> None:
        log_error(sys.exc_info()[1])


gradio.queueing.traceback = gradio.routes.traceback = _Discreet  # type: ignore[assignment,attr-defined]


def user_facing(handler: Callable[..., Any]) -> Callable[..., Any]:
    """The same handler, plain function or generator, with its errors made polite."""
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
