"""The events of one browser tab are handled in the order in which they came."""

import threading

import pytest

from demo.explorer.session import ExplorerSession, OrderedLock


def test_a_lock_is_given_in_the_order_in_which_it_was_asked_for():
    lock, order = OrderedLock(), []

    def ask(number: int) -> None:
        with lock:
            order.append(number)

    threads = [threading.Thread(target=ask, args=[number]) for number in range(30)]
    with lock:
        for count, thread in enumerate(threads, start=2):
            thread.start()
            while lock.asked < count:  # until it waits
                pass
    for thread in threads:
        thread.join()
    assert order == list(range(30))


def test_whoever_fails_hands_it_on():
    lock = ExplorerSession().lock
    with pytest.raises(ValueError), lock:
        raise ValueError
    assert lock.asked == 0
