"""How often a run is reported on. (The estimate of its time is tested with `transfer`.)"""

import pytest

from nst_core.progress import Throttle


class HandClock:
    """A clock that a test sets by hand."""

    now = 100.0

    def __call__(self) -> float:
        """The time in seconds."""
        return self.now


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def answers(throttle: Throttle, clock: HandClock, times: list[float]) -> list[bool]:
    found = []
    for clock.now in times:
        found.append(throttle())
    return found


def test_the_first_call_is_due_and_the_next_after_the_seconds_have_passed(clock) -> None:
    due = Throttle(2.0, clock)
    assert answers(due, clock, [100, 101, 101.9, 102, 102.1, 104.5]) == [True, False, False, True, False, True]


def test_a_long_pause_is_not_made_up_for(clock) -> None:
    due = Throttle(2.0, clock)
    assert answers(due, clock, [100, 200, 200.5, 201.9, 202]) == [True, True, False, False, True]


def test_asking_does_not_put_it_off(clock) -> None:
    due = Throttle(1.0, clock)
    assert answers(due, clock, [100 + n / 10 for n in range(21)]).count(True) == 3


def test_two_throttles_do_not_know_of_each_other(clock) -> None:
    first, second = Throttle(1.0, clock), Throttle(1.0, clock)
    assert first() and second() and not first() and not second()


def test_without_a_clock_it_goes_by_the_real_time() -> None:
    never_again, always = Throttle(3600), Throttle(0)
    assert never_again() and not never_again()
    assert always() and always()
