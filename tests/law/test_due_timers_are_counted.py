"""How many timers are due can be told without looking at those that are not."""

from datetime import datetime, timedelta

import pytest

from drawbridge.bank.envelope import SHANGHAI
from drawbridge.law.timers import Timer, Timers

NOON = datetime(2014, 4, 14, 12, tzinfo=SHANGHAI)


def set_hourly(count: int) -> Timers:
    """Return timers of as many subjects, one an hour from noon on, set in no particular order."""
    timers = Timers()
    for number in sorted(range(count), key=lambda number: (number * 7) % count):
        at = NOON + timedelta(hours=number)
        timers.set(Timer(f"bridge/{number}", "review", at, at, 0))
    return timers


@pytest.mark.parametrize(("hours", "due"), [(-1, 0), (0, 1), (9, 10), (99, 40)])
def test_those_due_by_an_instant_are_counted(hours: int, due: int) -> None:
    """The instant itself counts, as it does when timers fire."""
    assert set_hourly(40).count_due(NOON + timedelta(hours=hours), 1000) == due


def test_a_cancelled_or_moved_timer_is_not_counted_twice() -> None:
    """The heap still holds what was cancelled or set anew."""
    timers = set_hourly(5)
    timers.cancel("bridge/0", "review")
    timers.set(Timer("bridge/1", "review", NOON, NOON + timedelta(minutes=1), 0))
    assert timers.count_due(NOON + timedelta(hours=5), 1000) == 4


def test_the_count_ends_at_its_limit() -> None:
    """A million due at once must not hold the desk up."""
    assert set_hourly(40).count_due(NOON + timedelta(hours=99), 7) == 7
