"""Exceptions on their way to the log, which gets the place in the code and never the message: it may hold a file name, or
everything that the visitor sent."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from typing import TypeVar

LOG = logging.getLogger(__name__)
FRAMES = 8  # of a traceback that are logged: the innermost, which are ours and not the web server's

Value = TypeVar("Value")


def log_error(error: BaseException | None) -> None:
    """Log the type of `error` and where in the code it was raised."""
    LOG.error("unexpected %s", described(error))


def described(error: BaseException | None) -> str:
    """The type of `error` and the innermost `FRAMES` lines of code of its traceback, without its message."""
    where = "".join(traceback.format_tb(error.__traceback__)[-FRAMES:]) if error else ""
    return f"{type(error).__name__}\n{where}"


def attempt(make: Callable[[], Value], otherwise: Value, notes: list[str], words: str) -> Value:
    """The value of `make()`, or `otherwise` if it raises; the first time it is logged and `words` go into `notes`."""
    try:
        return make()
    except Exception as error:
        if words not in notes:
            log_error(error)
            notes.append(words)
        return otherwise


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
    """Have uvicorn and asyncio, which log what handlers and tasks raise, log it without messages, and `mcp` nothing: its
    records hold what a program sent, and each of its errors is told to that program."""
    logging.getLogger("mcp").setLevel(logging.CRITICAL)
    for name in ("uvicorn.error", "asyncio"):
        logger = logging.getLogger(name)
        if not any(isinstance(known, WithoutMessages) for known in logger.filters):
            logger.addFilter(WithoutMessages())
