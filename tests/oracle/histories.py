"""Seeded random histories: a few banks, enterprises and cases intertwined, with everything that can go wrong.

Most cases get through to a disbursement; what follows is late, short, misdirected, refused, repeated or never comes.
"""

from __future__ import annotations

import json
import random
from datetime import date, datetime, timedelta
from typing import Any

from . import papers
from .days import Days, at_clock
from .mischief import make_trouble
from .scribe import OPERATOR, Scribe
from .storms import tell_storms
from .story import MILLION, Story, tell_case

STARTS = (
    date(2013, 11, 18),
    date(2014, 1, 6),
    date(2014, 3, 3),
    date(2014, 5, 5),
    date(2014, 8, 25),
    date(2026, 10, 26),
)
OFF_2014 = ("01-01/01-01", "01-31/02-06", "04-05/04-07", "05-01/05-03", "05-31/06-02", "09-06/09-08", "10-01/10-07")
OFF_2027 = ("01-01/01-03", "02-05/02-11", "04-03/04-05", "05-01/05-03", "06-09/06-09", "09-15/09-15", "10-01/10-07")
WORK_2014 = ("2014-01-26", "2014-02-08", "2014-05-04", "2014-09-28", "2014-10-11")
WORK_2027 = ("2027-01-09", "2027-01-31", "2027-02-13", "2027-09-26", "2027-10-09")
PER_CASE = 13


def calendar(rng: random.Random, year: int, around: date) -> dict[str, Any]:
    """A calendar notice, mostly plausible, that is never quite the one that was expected."""
    ranges, work = (OFF_2014, list(WORK_2014)) if year == WORK_YEAR else (OFF_2027, list(WORK_2027))
    off = [{"from": f"{year}-{one[:5]}", "to": f"{year}-{one[6:]}"} for one in ranges]
    spare = [f"{year - 1}-12-{rng.choice((29, 30, 31))}", f"{year}-0{rng.randint(1, 9)}-1{rng.randint(0, 9)}"]
    spare += [(around + timedelta(days=rng.randint(-8, 12))).isoformat() for _ in range(2)]
    spare = [day for day in spare if around.year == year or day < f"{year}-02"]
    off += [{"from": day, "to": day} for day in rng.sample(spare, rng.randint(0, len(spare)))]
    work = work[: rng.choice((len(work), len(work) - 1))]
    trouble = rng.random()
    if trouble < 0.08:
        work.append(f"{year}-03-1{rng.randint(0, 9)}")
    elif trouble < 0.13:
        off.append({"from": f"{year}-06-12", "to": f"{year}-06-10"})
    elif trouble < 0.18:
        off.append({"from": work[0], "to": work[0]})
    elif trouble < 0.23:
        off.append({"from": f"{year}-07-01", "to": f"{year}-07-20"})
    elif trouble < 0.28:
        off.append({"from": f"{year + 1}-02-01", "to": f"{year + 1}-02-01"})
    return {"year": year, "off": off, "work": work, "document_no": "国办发明电", "issued_on": f"{year - 1}-12-20"}


WORK_YEAR = 2014


def prelude(scribe: Scribe, start: date) -> None:
    """Enrolments and deposits, before the first case."""
    rng, day = scribe.rng, start - timedelta(days=10)
    roles = {bank: ["original"] for bank in papers.ORIGINALS} | {"402314000025": ["main"]}
    roles["313314000017"] = ["main", "original"]
    for bank, has in roles.items():
        data = papers.enrolment(bank, has, day.isoformat())
        scribe.say(OPERATOR, "operator.bank.enrolment", f"bank/{bank}", at_clock(day, 9), data)
    for bank in papers.MAINS:
        fund = rng.choice((2, 3, 4, 8, 50)) * MILLION
        place(scribe, bank, at_clock(day, 10), "special-fund", fund)
    for bank in papers.ORIGINALS:
        if scribe.chance(0.85):
            place(scribe, bank, at_clock(day, 11), "fiscal", rng.choice((0, 7, 10, 25, 100)) * MILLION)


def place(scribe: Scribe, bank: str, at: datetime, kind: str, amount: int) -> None:
    """A deposit's new total."""
    data = {"kind": kind, "amount_fen": amount, "on": at.date().isoformat()}
    scribe.say(OPERATOR, "operator.deposit.placement", f"bank/{bank}", at, data)


def officials(scribe: Scribe, start: date, last: date) -> None:
    """Deposits changed, banks reinstated or their roles amended, calendars, report filings."""
    rng = scribe.rng
    span = (last - start).days

    def some() -> datetime:
        return at_clock(start + timedelta(days=rng.randint(3, span)), rng.randint(8, 18))

    for _ in range(rng.randint(1, 4)):
        bank, kind = rng.choice(papers.ORIGINALS + papers.MAINS), rng.choice(("special-fund", "fiscal"))
        if scribe.chance(0.4):
            place(scribe, bank, some(), kind, rng.choice((0, 2, 8, 30)) * MILLION)
        else:
            change = {"kind": kind, "delta_fen": rng.choice((-2, -1, 1, 3)) * MILLION, "reason": "检查"}
            scribe.say(OPERATOR, "operator.deposit.adjustment", f"bank/{bank}", some(), change)
    for _ in range(rng.randint(0, 2)):
        bank = rng.choice((*papers.ORIGINALS, "999314000000"))
        scribe.say(OPERATOR, "operator.bank.reinstatement", f"bank/{bank}", some(), {"ruling_no": "裁-1"})
    if scribe.chance(0.2):
        data = papers.enrolment("104314000058", rng.choice((["original"], ["lender"])), some().date().isoformat())
        scribe.say(OPERATOR, "operator.bank.enrolment", "bank/104314000058", some(), data)
    year = 2027 if start.year > WORK_YEAR else WORK_YEAR
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        at = at_clock(date(year - 1, 12, 1) + timedelta(days=rng.randint(0, 40)), 10)
        if start.month > 2 and year == WORK_YEAR:
            at = some()
        scribe.say(OPERATOR, "operator.calendar", "calendar/CN", at, calendar(rng, year, at.date()))
    month = start.replace(day=1)
    while month < last:
        report(scribe, month)
        month = (month + timedelta(days=32)).replace(day=1)


def report(scribe: Scribe, month: date) -> None:
    """Each main bank files a month's report early, late or never."""
    rng = scribe.rng
    for main in papers.MAINS:
        if scribe.chance(0.65):
            at = at_clock(month + timedelta(days=rng.randint(28, 48)), rng.randint(9, 17))
            subject = f"report/{main}/{month:%Y-%m}"
            scribe.say(main, "bank.report.filing", subject, at, {"document_digest": "0f" * 32}, "money")


def history(seed: int, size: int = 120) -> list[str]:
    """Messages as NDJSON lines in order of receipt: the same for the same seed.

    Args:
        seed: any whole number.
        size: about how many messages.
    """
    scribe, days = Scribe(random.Random(seed)), Days.shipped()  # noqa: S311 - not for secrets
    rng = scribe.rng
    start = rng.choice(STARTS) + timedelta(days=rng.randint(0, 9))
    prelude(scribe, start)
    firms = [papers.enterprise(n, old_code=start.year == WORK_YEAR and n % 4 == 0) for n in range(1, 13)]
    last = start
    if scribe.chance(0.5):
        last = tell_storms(scribe, days, start, max(1, (size - 25) // PER_CASE // 2))
        size = 0
    for number in range(max(0, (size - 25) // PER_CASE)):
        main = rng.choice(papers.MAINS)
        original = rng.choice([bank for bank in papers.ORIGINALS if bank != main])
        rate = "0.0560" if start.year <= WORK_YEAR else "0.0435"
        story = Story(scribe, days, f"N{seed}-{number}", main, original, rate)
        begin = days.roll(start + timedelta(days=rng.randint(0, 30)))
        tell_case(story, begin, rng.choice(firms))
        last = max(last, begin)
    officials(scribe, start, last + timedelta(days=70))
    make_trouble(scribe, 0.12 if size else 0.03)
    return scribe.lines()


def ending(seed: int, lines: list[str]) -> str | None:
    """Until when the timers of a history run after its last line; None: no longer."""
    rng = random.Random(-seed)  # noqa: S311 - not for secrets
    dated = [at for line in lines if (at := recorded_at(line)) is not None]
    return (max(dated) + timedelta(days=rng.randint(0, 60))).isoformat() if rng.random() < 0.6 else None


def recorded_at(line: str) -> datetime | None:
    """When a line says that it was recorded, if it does."""
    try:
        message = json.loads(line)
        at = datetime.fromisoformat(message.get("recordedtime", message["time"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return at if at.tzinfo else None
