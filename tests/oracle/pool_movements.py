"""Money on a disbursed loan: repayments, recoveries, and what the pool pays (QJ-5, QJ-16 to QJ-19)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .journal import RejectError
from .money import Position, disbursed, effective
from .pool_asking import refuse_movement
from .pool_conclude import standing
from .pool_money import compensations, not_got_back, outstanding, owed, position, unpaid, unreturned
from .pool_world import CONTRIBUTION, RISK_FUND, STAGES, Allocation

if TYPE_CHECKING:
    from datetime import datetime

    from .envelope import Message
    from .journal import Cause, Fact
    from .pool_world import Loan, Pool


def parts(before: Position, after: Position) -> dict[str, int]:
    """What a payment changed in the totals, and what is then outstanding."""
    return {
        "interest_fen": after.interest_paid - before.interest_paid,
        "principal_fen": after.principal_paid - before.principal_paid,
        "excess_fen": after.excess - before.excess,
        **outstanding(after),
    }


def allocate(pool: Pool, cause: Cause, loan: Loan, fact: Fact, net: int, *, of_recovery: bool) -> None:  # noqa: PLR0913 - all that it states
    """QJ-19: divides what came back between the lender, the risk fund and the contributions."""
    to_lender = min(net, owed(loan, effective(loan, fact))) if of_recovery else 0
    to_risk = min(net - to_lender, unreturned(loan, RISK_FUND))
    to_contributions = min(net - to_lender - to_risk, unreturned(loan, CONTRIBUTION))
    loan.allocations.append(Allocation(fact, to_lender, to_risk, to_contributions))
    data = {
        "net_fen": net,
        "to_lender_fen": to_lender,
        "to_risk_fund_fen": to_risk,
        "to_contributions_fen": to_contributions,
        "excess_fen": net - to_lender - to_risk - to_contributions,
        **outstanding(position(loan)),
    }
    pool.tell(cause, "pool.recovery.allocated.v1", loan.subject, data)


def close_if_met(pool: Pool, cause: Cause, loan: Loan) -> None:
    """Closes a loan on which nothing is outstanding and to which the pool has lent nothing more."""
    if not loan.closed and owed(loan) == 0 and not_got_back(loan) == 0:
        loan.closed = True
        pool.tell(cause, "pool.loan.closed.v1", loan.subject, {})


def repayment(pool: Pool, cause: Cause, loan: Loan, message: Message) -> None:
    """QJ-16: the borrower pays, interest first, then principal; what is too much goes to the pool it drew on."""
    if not disbursed(loan):
        refuse_movement(pool, cause, loan, message, "not-disbursed")
    before = position(loan)
    fact = pool.add(loan, message)
    told = parts(before, position(loan))
    if loan.closed:
        pool.tell(cause, "pool.overpaid.v1", loan.subject, {"excess_fen": told["excess_fen"]})
        return
    pool.tell(cause, "pool.repaid.v1", loan.subject, told)
    compensated = any(compensations(loan, stage) for stage in STAGES)
    if compensated and told["excess_fen"] > 0:
        allocate(pool, cause, loan, fact, told["excess_fen"], of_recovery=False)
    close_if_met(pool, cause, loan)


def recovery(pool: Pool, cause: Cause, loan: Loan, message: Message) -> None:
    """QJ-19: what was got from the borrower or the collateral, less costs and penalties."""
    if not disbursed(loan):
        refuse_movement(pool, cause, loan, message, "not-disbursed")
    net = message.data["gross_fen"] - message.data["costs_fen"] - message.data["penalties_fen"]
    if net < 0:
        raise RejectError("costs-over-gross")
    fact = pool.add(loan, message)
    allocate(pool, cause, loan, fact, net, of_recovery=True)
    close_if_met(pool, cause, loan)


def compensate(pool: Pool, cause: Cause, loan: Loan, message: Message, data: dict[str, Any]) -> None:
    """A fund pays on the lender's claim."""
    before = position(loan)
    pool.add(loan, message)
    pool.tell(cause, "pool.compensation.paid.v1", loan.subject, {**data, **parts(before, position(loan))})


def paid_at(loan: Loan, message: Message) -> datetime:
    """A payment's time, not before the disbursement's."""
    return max(message.time, loan.the("disbursement").time)


def violate(pool: Pool, cause: Cause, loan: Loan, stage: str, code: str, missing: int) -> None:  # noqa: PLR0913, PLR0917 - all that it states
    """QJ-5: the account was touched without leave."""
    data = {"stage": stage, "code": code, "unpaid_fen": missing}
    pool.tell(cause, "pool.account.violated.v1", loan.subject, data)


def compensation_payment(pool: Pool, cause: Cause, loan: Loan, message: Message) -> None:
    """QJ-17, QJ-18: the agency pays a claim of one stage."""
    if not disbursed(loan):
        refuse_movement(pool, cause, loan, message, "not-disbursed")
    stage = message.data["stage"]
    missing = unpaid(loan, stage, paid_at(loan, message))
    compensate(pool, cause, loan, message, {"stage": stage, "by": "agency"})
    if message.data["amount_fen"] != missing:
        violate(pool, cause, loan, stage, "amount-not-instructed", missing)


def direct_debit(pool: Pool, cause: Cause, loan: Loan, message: Message) -> None:
    """QJ-17: the lender takes from the contributions what the agency did not pay in time."""
    if not disbursed(loan):
        refuse_movement(pool, cause, loan, message, "not-disbursed")
    missing = unpaid(loan, CONTRIBUTION, paid_at(loan, message))
    authorised = standing(loan, "pool.direct_debit.authorised.v1")
    allowed = authorised is not None and message.time > authorised.instant
    compensate(pool, cause, loan, message, {"stage": CONTRIBUTION, "by": "direct-debit"})
    if not allowed or message.data["amount_fen"] > missing:
        violate(pool, cause, loan, CONTRIBUTION, "direct-debit-not-authorised", missing)
