"""How an enterprise gets into the pool and to its loan: admission to contract and filing (QJ-2, QJ-7 to QJ-15)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from .days import add_months, shanghai_day
from .journal import RejectError, refuse
from .pool_conclude import filed_days, in_time, lapse
from .pool_deadlines import set_deadlines
from .pool_money import contributions_fen, counts
from .pool_shapes import CONDITIONS
from .pool_world import Loan, Pool, org_code

if TYPE_CHECKING:
    from .envelope import Message
    from .journal import Cause

MILLION = 100_000_000  # a million yuan in fen
USUAL_FEN, MAXIMUM_FEN = 5 * MILLION, 10 * MILLION
LAST_DAY = 10
FILED_BEFORE = 3


def refuse_movement(pool: Pool, cause: Cause, loan: Loan, message: Message, code: str) -> None:
    """Journals a movement that the case does not allow, and rejects it.

    Raises:
        RejectError: always.
    """
    data: dict[str, Any] = {name: message.data[name] for name in ("amount_fen", "payment_ref") if name in message.data}
    if "gross_fen" in message.data:
        data["amount_fen"] = message.data["gross_fen"]
    pool.tell(cause, "movement.refused.v1", loan.subject, {"code": code, **data})
    raise RejectError(code)


def admission(pool: Pool, cause: Cause, message: Message) -> None:
    """QJ-7, QJ-13: an enterprise becomes a member."""
    data, org = message.data, org_code(message.data)
    refuse(
        ("case-exists", org in pool.members),
        ("pool-closed", pool.closed),
        ("inquiry-objection", "objection" in data["inquiries"].values()),
        ("conditions-missing", not set(CONDITIONS) <= set(data["conditions"])),
    )
    pool.members[org] = data
    applied, told = date.fromisoformat(data["applied_on"]), dict[str, Any]()
    if applied.day > LAST_DAY:
        told["effective_month"] = f"{add_months(applied, 1):%Y-%m}"
    pool.tell(cause, "pool.enterprise.admitted.v1", message.subject, told)


def recommendation(pool: Pool, cause: Cause, message: Message) -> None:
    """QJ-8.1: the agency recommends a member to a lender."""
    day = shanghai_day(message.time)
    refuse(
        ("case-exists", message.subject in pool.loans),
        ("pool-closed", pool.closed),
        ("not-lender", not pool.has_role(message.data["lender"], "lender", day)),
        ("not-in-pool", org_code(message.data) not in pool.members),
    )
    loan = pool.loans[message.subject] = Loan(message.subject)
    pool.add(loan, message)
    pool.tell(cause, "pool.loan.recommended.v1", loan.subject, {})


def decision(pool: Pool, cause: Cause, loan: Loan, message: Message) -> None:
    """QJ-9, QJ-14, QJ-15: the lender approves or declines."""
    approved = message.data["outcome"] == "approved"
    others = [one for one in pool.loans.values() if one is not loan and one.enterprise == loan.enterprise]
    together = message.data.get("amount_fen", 0) + sum(map(counts, others))
    refuse(
        ("pool-closed", pool.closed),
        ("already-decided", bool(loan.all("decision"))),
        ("amount-over-maximum", approved and together > MAXIMUM_FEN),
    )
    pool.add(loan, message)
    if approved:
        pool.tell(cause, "pool.loan.approved.v1", loan.subject, {"above_usual": together > USUAL_FEN})
    else:
        loan.closed = True
        pool.tell(cause, "pool.loan.declined.v1", loan.subject, {"to": "agency"})


def contribution(pool: Pool, cause: Cause, loan: Loan, message: Message) -> None:
    """QJ-4: the enterprise's contribution, paid once."""
    decided = loan.last("decision")
    if pool.closed:
        refuse_movement(pool, cause, loan, message, "pool-closed")
    if decided is None or decided.data["outcome"] != "approved":
        refuse_movement(pool, cause, loan, message, "not-approved")
    if loan.all("contribution"):
        refuse_movement(pool, cause, loan, message, "already-contributed")
    pool.add(loan, message)
    balance = {"pool_balance_fen": contributions_fen(pool)}
    pool.tell(cause, "pool.contribution.received.v1", loan.subject, balance)


def schedule_fits(data: dict[str, Any]) -> bool:
    """Whether a schedule adds up, its days ascend, and it ends with the loan (QJ-12)."""
    lines = data["schedule"]
    days = [one["due_on"] for one in lines]
    ascending = all(one < other for one, other in pairwise(days))
    adds_up = sum(one["principal_fen"] for one in lines) == data["principal_fen"]
    return adds_up and ascending and days[-1:] == [data["matures_on"]]


def contract(pool: Pool, cause: Cause, loan: Loan, message: Message) -> None:
    """QJ-2, QJ-4, QJ-10 to QJ-12, QJ-14: the loan's contract."""
    data, decided, paid = message.data, loan.last("decision"), loan.last("contribution")
    signed, matures = date.fromisoformat(data["signed_on"]), date.fromisoformat(data["matures_on"])
    principal = data["principal_fen"]
    in_advance = paid is not None and shanghai_day(paid.time) <= signed
    contributed = paid.data["amount_fen"] if paid is not None and in_advance else 0
    refuse(("pool-closed", pool.closed), ("not-approved", decided is None))
    assert decided is not None
    refuse(
        ("already-contracted", bool(loan.all("contract"))),
        ("principal-over-approval", principal > decided.data["amount_fen"]),
        ("contribution-short", contributed * 100 < principal * 3),
        ("term-over-maximum", not signed < matures <= add_months(signed, 12)),
        ("rate-over-comparable", Fraction(data["annual_rate"]) > Fraction(data["comparable_rate"])),
        ("collateral-short", data["collateral_value_fen"] * 2 < principal),
        ("schedule-mismatch", not schedule_fits(data)),
        ("guarantee-contract-missing", not data.get("guarantee_contract_no")),
    )
    pool.add(loan, message)
    pool.tell(cause, "pool.loan.contracted.v1", loan.subject, {})


def filing(pool: Pool, cause: Cause, loan: Loan, message: Message) -> None:
    """QJ-15: the lender files the loan with the agency."""
    refuse(("not-contracted", not loan.all("contract")))
    pool.add(loan, message)
    pool.tell(cause, "pool.loan.filed.v1", loan.subject, {})


def disbursement(pool: Pool, cause: Cause, loan: Loan, message: Message) -> None:
    """The loan is paid out; that starts its deadlines."""
    if not loan.all("contract"):
        refuse_movement(pool, cause, loan, message, "not-contracted")
    if loan.all("disbursement"):
        refuse_movement(pool, cause, loan, message, "already-disbursed")
    pool.add(loan, message)
    pool.tell(cause, "pool.loan.disbursed.v1", loan.subject, {})
    day = shanghai_day(message.time)
    third, filed = pool.days.before(day, FILED_BEFORE), filed_days(loan)
    if not any(in_time(pool.filing_reading, one, third, day) for one in filed):
        data = {"disbursed_on": day.isoformat(), "third_working_day_before": third.isoformat()}
        on = [one.isoformat() for one in filed]
        lapse(pool, cause, loan, "pool.filing.violated.v1", {**data, "filed_on": on})
    principal = loan.the("contract").data["principal_fen"]
    if message.data["amount_fen"] != principal:
        pool.tell(cause, "pool.amount.violated.v1", loan.subject, {"principal_fen": principal})
    set_deadlines(pool, loan)
