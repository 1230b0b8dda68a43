"""Timers of the assisted loan: which are due, in what order, and what each concludes at its instant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from .envelope import written
from .journal import Cause, Timer
from .pool_conclude import claimed, instalment_unpaid, lapse
from .pool_deadlines import window_end
from .pool_money import outstanding, position, unpaid
from .pool_world import CONTRIBUTION, RISK_FUND, Loan, Pool

if TYPE_CHECKING:
    from datetime import datetime

Found = Mapping[str, int] | None


def fire_due(pool: Pool, until: datetime) -> None:
    """Fires every timer due by an instant, in order of firing instant, subject, rank and line."""
    while due := [timer for timer in pool.timers if timer.firing <= until]:
        first = min(due, key=lambda timer: timer.key)
        pool.timers.remove(first)
        cause = Cause(f"timer:{first.name}@{written(first.instant)}", first.instant, first.firing)
        loan = pool.loans[first.subject]
        if first.instant >= loan.the("disbursement").time:
            conclude(pool, cause, loan, first)


def instalment(loan: Loan, timer: Timer) -> Found:
    """Whether a part of a line of the schedule is unpaid."""
    missing = instalment_unpaid(loan, timer.line, timer.instant)
    amount = loan.the("contract").data["schedule"][timer.line - 1]["principal_fen"]
    return {"instalment": timer.line, "amount_fen": amount, "unpaid_fen": missing} if missing else None


def overdue(loan: Loan, timer: Timer) -> Found:
    """Whether something is outstanding, and what."""
    money = position(loan, timer.instant)
    return outstanding(money) if money.owed else None


def lapsed(loan: Loan, timer: Timer) -> Found:
    """Whether the risk fund was not claimed for what is outstanding."""
    return None if claimed(loan, timer.instant) else overdue(loan, timer)


def undebited(loan: Loan, timer: Timer) -> Found:
    """Whether the contributions did not pay in time."""
    missing = unpaid(loan, CONTRIBUTION, timer.instant, timer.instant)
    return {"amount_fen": missing} if missing else None


def late(loan: Loan, timer: Timer) -> Found:
    """Whether the risk fund did not pay in time."""
    missing = unpaid(loan, RISK_FUND, timer.instant, timer.instant)
    return {"unpaid_fen": missing} if missing else None


RULES: dict[str, tuple[str, Callable[[Loan, Timer], Found]]] = {
    "instalment": ("pool.instalment.missed.v1", instalment),
    "maturity": ("pool.loan.overdue.v1", overdue),
    "stage-one": ("pool.direct_debit.authorised.v1", undebited),
    "risk-window": ("pool.risk_window.opened.v1", overdue),
    "risk-window-end": ("pool.risk_window.lapsed.v1", lapsed),
    "stage-two": ("pool.compensation.late.v1", late),
}


def conclude(pool: Pool, cause: Cause, loan: Loan, timer: Timer) -> None:
    """Concludes what a timer of a loan is for."""
    type_, rule = RULES[timer.name]
    found = rule(loan, timer)
    if found is None:
        return
    data = {**loan.deadlines[timer.name, timer.line], **found}
    if timer.name == "risk-window":  # it tells a chance, not a lapse: nothing undoes it
        closes = {"closes_on": window_end(pool.days, loan).isoformat()}
        pool.tell(cause, type_, loan.subject, data | closes)
    else:
        lapse(pool, cause, loan, type_, data, timer=timer.name, line=timer.line)
