"""Exceptions on their way to a visitor and to the log.

The message of an `NSTError` is shown as it is. Any other exception becomes one general sentence. The log gets its type
and its place in the code, never its message, which may hold a file name or everything that the visitor sent.
"""

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
FRAMES = 8  # of a traceback that are logged: the innermost, which are ours and not the web server's


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


def log_error(error: BaseException | None) -> None:
    """Log the type of `error` and where in the code it was raised."""
    LOG.error("unexpected %s", described(error))


def described(error: BaseException | None) -> str:
    """The type of `error` and the innermost `FRAMES` lines of code of its traceback, without its message."""
    where = "".join(traceback.format_tb(error.__traceback__)[-FRAMES:]) if error else ""
    return f"{type(error).__name__}\n{where}"


class WithoutMessages(logging.Filter):
    """For loggers of libraries that log exceptions: only the first line of a record and `described` are kept."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True: no record is dropped."""
        if record.exc_info:
            error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
            record.exc_info, record.exc_text = None, described(error)
            record.msg, record.args = (
                record.getMessage().partition("\n")[0],
                (),
            )  # asyncio's second line shows the exception
        return True


def hide_messages_of_libraries() -> None:
    """Have uvicorn and asyncio, which log what handlers and tasks raise, log it without messages."""
    for name in ("uvicorn.error", "asyncio"):
        logger = logging.getLogger(name)
        if not any(isinstance(known, WithoutMessages) for known in logger.filters):
            logger.addFilter(WithoutMessages())
