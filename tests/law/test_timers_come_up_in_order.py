"""Timers that are still bytes fire in the very order in which they would if each had been set one by one."""

from datetime import datetime, timedelta
from random import Random

import pytest

from drawbridge.bank.envelope import SHANGHAI
from drawbridge.law.timers import Timer, Timers

NOON = datetime(2014, 4, 14, 12, tzinfo=SHANGHAI)
NAMES = ("review", "notify", "agreed", "limit")


def some(dice: Random) -> Timer:
    """Return any timer of a few subjects and instants, so that many fall together."""
    at = NOON + timedelta(hours=dice.randrange(4))
    rank = dice.randrange(len(NAMES))
    return Timer(f"bridge/{dice.randrange(6)}", NAMES[rank], at, at, rank, dice.randrange(2))


def laid_anew(timers: Timers) -> Timers:
    """Return the same timers as a snapshot gives them back."""
    laid = Timers()
    for subject in timers.pending:
        at_us, told = timers.written(subject)
        assert at_us is not None
        laid.lay(subject, at_us, told)
    return laid


def fired(timers: Timers, until: datetime) -> list[Timer]:
    """Take off the timers due by an instant, in their order."""
    order = []
    while (timer := timers.due(until)) is not None:
        timers.cancel(timer.subject, timer.key)
        order.append(timer)
    return order


@pytest.mark.parametrize("seed", range(200))
def test_read_later_they_fire_as_if_set_one_by_one(seed: int) -> None:
    """Whatever is set, cancelled, fired or counted in between, and however often they are written down."""
    dice = Random(seed)  # noqa: S311 - chance, not a secret
    plain, later = Timers(), Timers()
    for _ in range(40):
        timer, what = some(dice), dice.random()
        until = NOON + timedelta(hours=dice.randrange(4))
        if what < 0.6:
            plain.set(timer)
            later.set(timer)
        elif what < 0.7:
            plain.cancel(timer.subject, timer.key)
            later.cancel(timer.subject, timer.key)
        elif what < 0.8:
            at_most = dice.randrange(1, 30)
            assert later.count_due(until, at_most) == plain.count_due(until, at_most)
        elif what < 0.85:
            assert fired(later, until) == fired(plain, until)
        else:
            later = laid_anew(later)
    assert later.next() == plain.next()
    assert fired(later, NOON + timedelta(days=1)) == fired(plain, NOON + timedelta(days=1))
    assert not later.pending
