"""Seeded random histories of the assisted loan: members, lenders and loans intertwined, and all that can go wrong."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

from . import pool_papers as papers
from .days import ONE_DAY, SATURDAY, Days, at_clock
from .mischief import make_trouble
from .pool_asking import MILLION
from .pool_deciding import AssistedLoan
from .pool_figures import Filler
from .pool_losses import tell_loan
from .pool_mischief import OF_POOL
from .pool_shapes import PURPOSES
from .pool_story import PoolStory
from .pool_world import ACCOUNT
from .replay import take
from .scribe import Scribe

STARTS = (
    date(2015, 6, 4),
    date(2015, 8, 24),
    date(2016, 1, 11),
    date(2016, 7, 28),
    date(2017, 11, 20),
    date(2026, 8, 24),
    date(2026, 10, 26),
)
OFF_2027 = ("01-01", "02-05", "02-08", "02-09", "02-10", "02-11", "04-05", "05-03", "06-09", "09-15", "10-01", "10-04")
PER_LOAN = 19


def calendar(rng: random.Random, days: Days, year: int, near: list[date]) -> dict[str, Any]:
    """A year's notice, mostly plausible, that differs from the known one on a few days that matter to some loan."""
    every = [date(year, 1, 1) + ONE_DAY * n for n in range(365)]
    off = [day for day in every if day.weekday() < SATURDAY and not days.working(day)]
    off = off or [date.fromisoformat(f"{year}-{one}") for one in OFF_2027]
    work = [day for day in every if day.weekday() >= SATURDAY and days.working(day)]
    fitting = [day for day in near if day.year == year]
    for day in rng.sample(fitting, min(len(fitting), rng.randint(1, 4))):
        (off if day.weekday() < SATURDAY else work).append(day)
    off = [day for day in off if day not in work and rng.random() < 0.97]
    if rng.random() < 0.1:
        work.append(date(year, 3, rng.randint(10, 19)))
    return {
        "year": year,
        "off": [{"from": day.isoformat(), "to": day.isoformat()} for day in off],
        "work": [day.isoformat() for day in work],
        "document_no": "国办发明电",
        "issued_on": f"{year - 1}-12-20",
    }


def prelude(scribe: Scribe, start: date) -> None:
    """Enrolments, the risk fund's first money, and the members, before the first loan."""
    rng, day = scribe.rng, start - timedelta(days=12)
    for bank, has in papers.ROLES.items():
        data = papers.enrolment(bank, has, day.isoformat())
        scribe.say(papers.OPERATOR, "operator.bank.enrolment", f"bank/{bank}", at_clock(day, 9), data)
    for _ in range(rng.choice((1, 2, 3))):
        place(scribe, at_clock(day, 10), start.year)
    for number in range(1, 6):
        new, old = papers.codes(number)
        code = old if number % 3 == 0 and start.year < 2018 else new
        admit(scribe, at_clock(day + timedelta(days=rng.randint(0, 9)), 11), number, code)


def admit(scribe: Scribe, at: datetime, number: int, code: dict[str, str]) -> None:
    """An enterprise becomes a member."""
    applied = at.date() - timedelta(days=scribe.rng.randint(0, 30))
    (value,) = code.values()
    data = papers.admission(scribe.rng, number, code, applied)
    scribe.say(papers.AGENCY, "agency.pool.admission", f"enterprise/{value}", at, data)


def place(scribe: Scribe, at: datetime, year: int) -> None:
    """Money for the risk fund; enough, or not."""
    rng = scribe.rng
    amount, expected = (
        rng.choice((1, 1, 3, 20)) * MILLION // 2,
        rng.choice((1, 5, 30, 40)) * MILLION + rng.randint(0, 9),
    )
    data = papers.placement(rng.choice(papers.LENDERS), year, amount, expected)
    scribe.say(papers.AGENCY, "agency.pool.placement", ACCOUNT, at, data, rng.choice(("prompt", "money")))


def statement(scribe: Scribe, at: datetime) -> None:
    """A line of the account's statement, explained or not."""
    rng = scribe.rng
    direction, purpose = rng.choice(
        (
            ("credit", "interest-credit"),
            ("debit", "interest-withdrawal"),
            ("debit", "compensation"),
            ("debit", "compensation"),
            ("debit", "refund"),
            (rng.choice(("credit", "debit")), rng.choice(PURPOSES)),
        )
    )
    amount = rng.choice((1, 500, 500, 1_000, MILLION // 50, MILLION // 10, MILLION))
    data: dict[str, Any] = {"direction": direction, "amount_fen": amount, "purpose": purpose, "ref": "L-1"}
    if purpose == "interest-withdrawal" and scribe.chance(0.8):
        data["confirmation_ref"] = "确认-1"
    who = papers.NO_LENDER if scribe.chance(0.06) else rng.choice(papers.LENDERS)
    scribe.say(who, "bank.pool.account-entry", ACCOUNT, at, data, rng.choice(("prompt", "money")))


def notices(scribe: Scribe, days: Days, told: list[PoolStory]) -> None:
    """Calendar notices, before the days that they are about, between them, or after them."""
    rng = scribe.rng
    near = [one for story in told for one in (story.matures, story.month_end, story.month_end + ONE_DAY * 4)]
    near += [day + ONE_DAY * rng.randint(-2, 2) for day in near]
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        day = rng.choice(near)
        data = calendar(rng, days, day.year, near)
        at = at_clock(day + ONE_DAY * rng.randint(-30, 12), rng.choice((10, 18, 20)))
        scribe.say(papers.OPERATOR, "operator.calendar", "calendar/CN", at, data)


def officials(scribe: Scribe, start: date, last: date) -> None:
    """Placements, the statement, enrolments amended, another member, the closure."""
    rng, whole = scribe.rng, (last - start).days

    def some() -> datetime:
        return at_clock(start + timedelta(days=rng.randint(0, whole)), rng.randint(8, 18))

    for _ in range(rng.choice((0, 1, 2))):
        place(scribe, some(), start.year + rng.choice((0, 0, 1)))
    for _ in range(rng.randint(2, 9)):
        statement(scribe, some())
    if scribe.chance(0.3):
        bank, has = rng.choice((papers.NO_LENDER, *papers.LENDERS)), rng.choice((["lender"], ["main"], []))
        data = papers.enrolment(bank, has, some().date().isoformat())
        scribe.say(papers.OPERATOR, "operator.bank.enrolment", f"bank/{bank}", some(), data)
    number = rng.randint(1, 7)
    if scribe.chance(0.5):
        admit(scribe, some(), number, rng.choice(papers.codes(number)))
    for _ in range(rng.choice((0, 1, 1, 2))):
        closed = rng.choice((last + timedelta(days=5), last + timedelta(days=40), some().date()))
        reason = {"reason": "业务平台不再办理"}
        scribe.say(papers.AGENCY, "agency.pool.closure", ACCOUNT, at_clock(closed, 15), reason)


def elsewhere(scribe: Scribe) -> None:
    """The same banks speak in the bridge loan's scheme, under ids that mean nothing here."""
    messages = [entry for entry in scribe.entries if isinstance(entry[2], dict)]
    for recorded, _, message in scribe.rng.sample(messages, min(len(messages), 3)):
        assert isinstance(message, dict)
        scribe.raw(recorded - timedelta(seconds=2), {**message, "scheme": "zhenjiang-2013"})


def history(seed: int, size: int = 120, reading: str = "within") -> list[str]:
    """Messages as NDJSON lines in order of receipt: the same for the same seed.

    Args:
        seed: any whole number.
        size: about how many messages.
        reading: how the scheme reads the days of filing, within or at-least.
    """
    scribe, days = Scribe(random.Random(seed), "qianjiang-2015"), Days.shipped()  # noqa: S311 - not for secrets
    rng = scribe.rng
    start = days.roll(rng.choice(STARTS) + timedelta(days=rng.randint(0, 9)))
    prelude(scribe, start)
    last, told = start, list[PoolStory]()
    together = start + timedelta(days=rng.randint(15, 50)) if scribe.chance(0.4) else None
    for number in range(max(1, (size - 30) // PER_LOAN)):
        code = rng.choice(papers.codes(rng.randint(1, 6) if scribe.chance(0.05) else rng.randint(1, 5)))
        if start.year > 2016:
            code = papers.codes(rng.randint(1, 5))[0]
        story = PoolStory(scribe, days, f"Q{seed}-{number}", rng.choice(papers.LENDERS), code, together)
        begin = days.roll(start + timedelta(days=rng.randint(0, 40)))
        last = max(last, tell_loan(story, begin))
        told.append(story)
    notices(scribe, days, told)
    officials(scribe, start, last + timedelta(days=20))
    make_trouble(scribe, rng.choice((0.02, 0.12)), OF_POOL)
    if scribe.chance(0.2):
        elsewhere(scribe)
    rules = AssistedLoan(reading)
    filler, lines = Filler(rng, rules.world, {}), list[str]()
    for message in scribe.ordered():
        line = filler.line(message)
        if line is not None:
            lines.append(line)
            take(rules, line)
    return lines
