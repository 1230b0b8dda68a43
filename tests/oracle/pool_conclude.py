"""Conclusions on an assisted loan and their undoing: what lapsed, what is rescinded, what is contested."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from .days import close, shanghai_day
from .journal import Lapse
from .pool_money import owed, position, unpaid
from .pool_world import CONTRIBUTION, RISK_FUND

if TYPE_CHECKING:
    from datetime import datetime

    from .journal import Cause
    from .pool_world import Loan, Pool

LIMIT_DAYS = 5


def lapse(  # noqa: PLR0913 - a conclusion is told with all that it needs
    pool: Pool, cause: Cause, loan: Loan, type_: str, data: dict[str, Any], *, timer: str = "", line: int = 0
) -> None:
    """Tells a conclusion and remembers it."""
    told = pool.tell(cause, type_, loan.subject, data)
    loan.lapses.append(Lapse(told, type_, str(line), cause.time, data, loan.subject, timer))


def standing(loan: Loan, type_: str) -> Lapse | None:
    """The conclusion of a type that stands on a loan, also a contested one."""
    return next((one for one in loan.lapses if one.type == type_ and one.standing), None)


def instalment_unpaid(loan: Loan, line: int, at: datetime) -> int:
    """What of a line of the schedule is unpaid at an instant; the schedule is cut to what was disbursed."""
    lent_fen: int = loan.the("disbursement").data["amount_fen"]
    parts = [int(one["principal_fen"]) for one in loan.the("contract").data["schedule"]]
    before, until = min(lent_fen, sum(parts[: line - 1])), min(lent_fen, sum(parts[:line]))
    return max(0, until - max(before, position(loan, at).principal_paid))


def claimed(loan: Loan, at: datetime) -> bool:
    """Whether by an instant the risk fund was claimed."""
    claim = loan.claim(RISK_FUND)
    return claim is not None and claim.time <= at


def in_time(reading: str, day: date, third: date, disbursed_on: date) -> bool:
    """Whether a filing on a day is in time for a disbursement (QJ-15, both readings)."""
    return third <= day < disbursed_on if reading == "within" else day <= third


def filed_days(loan: Loan) -> list[date]:
    """The days of a loan's filings, in order."""
    return sorted(shanghai_day(one.time) for one in loan.all("filing"))


def holds(pool: Pool, loan: Loan, one: Lapse) -> bool:
    """Whether a conclusion is true at its instant by all facts that are known now."""
    at = one.instant
    if one.type == "pool.filing.violated.v1":
        days = date.fromisoformat(one.data["third_working_day_before"]), date.fromisoformat(one.data["disbursed_on"])
        return not any(in_time(pool.filing_reading, day, *days) for day in filed_days(loan))
    if one.type == "pool.instalment.missed.v1":
        return instalment_unpaid(loan, int(one.kind), at) > 0
    if one.type == "pool.direct_debit.authorised.v1":
        return unpaid(loan, CONTRIBUTION, at, at) > 0
    if one.type == "pool.compensation.late.v1":
        return unpaid(loan, RISK_FUND, at, at) > 0
    return owed(loan, at) > 0 and not (one.type == "pool.risk_window.lapsed.v1" and claimed(loan, at))


def undo(pool: Pool, cause: Cause, loan: Loan, one: Lapse) -> None:
    """Rescinds a conclusion, with the data of what is withdrawn."""
    one.standing = False
    told = pool.tell(cause, one.type.replace(".v1", ".rescinded.v1"), loan.subject, one.data)
    pool.undone[told] = one.id


def follow(pool: Pool, cause: Cause, loan: Loan) -> None:
    """What follows from a new fact: rescissions in the order of the conclusions; what is settled is contested."""
    for one in loan.lapses:
        if one.standing and not one.contested and not holds(pool, loan, one):
            if pool.now > close(pool.days.after(shanghai_day(one.instant), LIMIT_DAYS)):
                one.contested = True
                data = {"lapse": one.id, "lapse_type": one.type, "reason": "recorded-late"}
                pool.tell(cause, "lapse.contested.v1", loan.subject, data)
            else:
                undo(pool, cause, loan, one)
