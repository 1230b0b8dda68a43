"""The oracle of the assisted loan: what stands in the end does not depend on when a fact in time was recorded."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from .days import at_clock, close
from .replay import replay
from .test_the_pools_second_implementation_by_hand import LOAN, Told, contracted, paid

UNTIL = "2016-12-01T00:00:00+08:00"
DELAYS = (timedelta(0), timedelta(minutes=119), timedelta(minutes=121), timedelta(hours=20), timedelta(days=3))


def payments(rng: random.Random) -> list[tuple[datetime, int]]:
    """A few repayments around the due day, the month's end and the window's end, often to the second."""
    days = (date(2016, 8, 30), date(2016, 8, 31), date(2016, 9, 30), date(2016, 10, 12), date(2016, 10, 13))
    told = [(close(rng.choice(days)) + timedelta(seconds=rng.choice((-1, 0, 1))), rng.randint(1, 3)) for _ in range(3)]
    return [(at, share * 40_000_000) for at, share in told]


def standing(told: Told) -> Counter[tuple[str, Any]]:
    """What was concluded and not rescinded."""
    left = Counter[tuple[str, Any]]()
    for one in replay(told.lines(), "qianjiang-2015", UNTIL):
        key = one["type"].replace(".rescinded", ""), one.get("data", {}).get("instalment")
        if one.get("subject") == LOAN and key[0].split(".")[-2] in ("missed", "overdue", "lapsed", "violated"):
            left[key] += -1 if ".rescinded" in one["type"] else 1
    return +left


def story(of: list[tuple[datetime, int]], delays: list[timedelta]) -> Told:
    """A loan paid out on 2 August with some repayments, each recorded with its own delay."""
    told = contracted(date(2016, 7, 28), date(2016, 8, 2))
    for number, ((at, amount), delay) in enumerate(zip(of, delays, strict=True)):
        told.lender("repayment", at, paid(amount, f"r-{number}"))
        _, order, message = told.entries[-1]
        assert isinstance(message, dict)
        message["recordedtime"] = (at + delay).isoformat()
        told.entries[-1] = (at + delay, order, message)
    return told


@pytest.mark.parametrize("seed", range(25))
def test_a_late_fact_in_time_leaves_what_a_prompt_one_leaves(seed: int) -> None:
    """Instalment, overdue and lapsed window stand or fall by the payments' times, not by their recording."""
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    of = payments(rng)
    prompt = standing(story(of, [timedelta(0)] * len(of)))
    for _ in range(4):
        assert standing(story(of, [rng.choice(DELAYS) for _ in of])) == prompt


def test_a_loan_that_is_paid_in_time_lapses_nowhere() -> None:
    """Paid in full at the close of the due day and recorded three days later: nothing stands."""
    whole = 100_000_000 + 29 * 10_000
    late = story([(close(date(2016, 8, 31)), whole)], [timedelta(days=3)])
    assert standing(late) == Counter()
    a_second_late = story([(at_clock(date(2016, 8, 31), 17) + timedelta(seconds=1), whole)], [timedelta(0)])
    assert set(standing(a_second_late)) == {("pool.instalment.missed.v1", 1), ("pool.loan.overdue.v1", None)}
