"""The threads in which the network is evaluated: few, so that they have the processors to themselves.

torch's OpenMP library, libgomp, keeps a team of threads for every thread that computes with several processors, as long as
that thread lives. Once all teams together have more threads than there are processors, each goes to sleep wherever it waits
for the others, which is after every operation, and a run takes much longer. Gradio calls handlers in many threads. So runs
are evaluated in threads that stay (`new_threads`, `call_in`), what else needs all processors in a thread that ends
(`in_new_thread`), and all other threads compute with one processor.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import cache
from typing import Any, TypeVar

Result = TypeVar("Result")


def new_threads(count: int) -> ThreadPoolExecutor:
    """`count` threads that stay, each with all processors; they start when they are first needed."""
    return ThreadPoolExecutor(count, "evaluation", initializer=_take_all_processors)


def in_new_thread(function: Callable[..., Result], *args: Any) -> Result:
    """The result of `function(*args)`, called with all processors in a thread that then ends. Raises what it raises."""
    with new_threads(1) as thread:
        return call_in(thread, function, *args)


def call_in(threads: ThreadPoolExecutor, function: Callable[..., Result], *args: Any) -> Result:
    """The result of `function(*args)`, called in one of `threads` in the caller's context. Raises what it raises."""
    return threads.submit(copy_context().run, function, *args).result()


def _take_all_processors() -> None:
    """Let torch compute with all processors in this thread, and with one in all that begin to compute later."""
    import torch

    torch.set_num_threads(_processors())
    torch.get_num_threads()  # from now on this thread's number is its own
    # What is set last, in whatever thread, is the default of those that have not computed yet.
    other = threading.Thread(target=torch.set_num_threads, args=(1,))
    other.start()
    other.join()


@cache
def _processors() -> int:
    """How many threads torch computes with by default."""
    import torch

    return torch.get_num_threads()
