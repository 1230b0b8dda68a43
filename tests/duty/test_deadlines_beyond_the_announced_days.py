"""The doctor's check of calendar and timers, on a scheme's state and an instant that is passed in."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from drawbridge import shipped
from drawbridge.bank.envelope import SHANGHAI
from drawbridge.duty.checks.days import judge
from drawbridge.duty.finding import Level
from drawbridge.law import SCHEMES, State, open_state
from drawbridge.law.timers import Timer

SCHEME = SCHEMES["zhenjiang-2013"]
DAYS = replace(shipped.calendar(), last_announced_year=2014)


def at(text: str) -> datetime:
    """Return an instant in the law's zone."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def state(*dues: datetime) -> State:
    """Return a scheme with timers that are due then, and fire two hours later."""
    opened = open_state(SCHEME, DAYS)
    for number, due in enumerate(dues):
        opened.timers.set(Timer("bridge/1/1", "agreed", due, due + timedelta(hours=2), 0, number))
    return opened


@pytest.mark.parametrize(
    ("now", "due", "level"),
    [
        ("2014-06-02T09:00", "2014-06-20T17:00", Level.OK),
        ("2014-11-27T09:00", "2014-12-26T17:00", Level.OK),
        ("2014-12-01T09:00", "2014-12-26T17:00", Level.WARN),
        ("2014-06-02T09:00", "2014-12-29T17:00", Level.WARN),
        ("2015-01-05T09:00", "2015-01-06T17:00", Level.FAIL),
    ],
    ids=["far from the end", "not near yet", "soon beyond", "a deadline beyond", "a year that nobody announced"],
)
def test_the_calendar_must_reach_further_than_the_deadlines(now: str, due: str, level: Level) -> None:
    """The notice for the next year is asked for before deadlines are counted on days that may still move."""
    calendar, _ = judge(SCHEME.id, state(at(due)), at(now))
    assert calendar.level is level
    assert ("operator.calendar.v1" in calendar.advice) == (level is not Level.OK)


@pytest.mark.parametrize(
    ("late", "level"),
    [(timedelta(seconds=-1), Level.OK), (timedelta(seconds=61), Level.WARN), (timedelta(minutes=16), Level.FAIL)],
    ids=["not yet", "late", "very late"],
)
def test_a_timer_whose_instant_has_passed_must_fire(late: timedelta, level: Level) -> None:
    """When the clock stands still, somebody hears of it before a deadline is concluded a day late."""
    due = at("2014-06-20T17:00")
    _, timers = judge(SCHEME.id, state(due), due + timedelta(hours=2) + late)
    assert timers.level is level
