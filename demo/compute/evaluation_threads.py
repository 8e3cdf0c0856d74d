"""The threads in which the network is evaluated: few, so that they have the processors to themselves.

torch's OpenMP library, libgomp, keeps a team of threads for every thread that computes with several processors, as long as
that thread lives. Once all teams together have more threads than there are processors, each goes to sleep wherever it waits
for the others, which is after every operation, and a run takes much longer. Gradio calls handlers in many threads. So runs
are evaluated in a thread that stays, what else needs all processors in one that ends (`apart`), and all other threads
compute with one processor.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import cache, partial
from queue import SimpleQueue
from typing import Any, TypeVar

Result = TypeVar("Result")


class EvaluationThreads:
    """Threads that stay, each with all processors; they start when they are first needed."""

    def __init__(self, count: int) -> None:
        """`count` of them."""
        self._count = count
        self._tasks: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._starting = threading.Lock()

    def run(self, function: Callable[..., Result], *args: Any) -> Result:
        """The result of `function(*args)`, called in one of the threads; waits for it. Raises what it raises."""
        self._start()
        future: Future[Result] = Future()
        self._tasks.put((future, partial(copy_context().run, function, *args)))
        return future.result()

    def _start(self) -> None:
        with self._starting:
            for _ in range(self._count):
                # As daemons they do not hold up the end of the program, as those of a ThreadPoolExecutor would.
                threading.Thread(target=_work, args=(self._tasks,), name="evaluation", daemon=True).start()
                weakref.finalize(self, self._tasks.put, None)
            self._count = 0


def apart(function: Callable[..., Result], *args: Any) -> Result:
    """The result of `function(*args)`, called with all processors in a thread that then ends. Raises what it raises."""
    with ThreadPoolExecutor(1, initializer=_take_all_processors) as thread:
        return thread.submit(copy_context().run, function, *args).result()


def _work(tasks: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None]) -> None:
    _take_all_processors()
    while task := tasks.get():
        future, function = task
        try:
            future.set_result(function())
        except BaseException as error:  # for whoever waits, not for this thread
            future.set_exception(error)
        del task, future, function  # they hold pictures


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
