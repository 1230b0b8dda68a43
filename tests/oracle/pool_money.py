"""The money of one assisted loan and of the pool's two funds, worked out anew each time (QJ-5, QJ-17 to QJ-19)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .days import shanghai_day
from .money import Position, disbursed, effective, known, lent, pay_down
from .pool_world import CONTRIBUTION, RISK_FUND

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from .journal import Fact
    from .pool_world import Loan, Pool

PAYMENTS = ("repayment", "compensation-payment", "direct-debit")


def on_claim(loan: Loan) -> list[tuple[Fact, int]]:
    """All that was recorded as paid on the lender's claim, in order of receipt: a recovery with the lender's part."""
    paid = [(one, int(one.data["amount_fen"])) for kind in PAYMENTS for one in loan.all(kind)]
    paid += [(one.fact, one.to_lender_fen) for one in loan.allocations if one.fact.kind == "recovery"]
    return sorted(paid, key=lambda item: item[0].order)


def position(loan: Loan, at: datetime | None = None) -> Position:
    """The money at an instant, or (None) after all payments recorded, each at its own time."""
    if not disbursed(loan, at):
        return Position()
    told = [(effective(loan, one), one.order, amount) for one, amount in on_claim(loan)]
    payments = [(shanghai_day(when), amount) for when, _, amount in sorted(told) if at is None or when <= at]
    return pay_down(lent(loan), payments, None if at is None else shanghai_day(at))


def owed(loan: Loan, at: datetime | None = None) -> int:
    """Principal and interest outstanding at an instant; 0 before the disbursement."""
    return position(loan, at).owed


def outstanding(money: Position) -> dict[str, int]:
    """A claim as events and receipts state it."""
    return {"outstanding_principal_fen": money.principal, "outstanding_interest_fen": money.interest}


def compensations(loan: Loan, stage: str, at: datetime | None = None) -> list[Fact]:
    """What a fund paid for a stage up to an instant (all of it: None), in order of receipt."""
    paid = [one for one in known(loan, "compensation-payment", at) if one.data["stage"] == stage]
    paid += known(loan, "direct-debit", at) if stage == CONTRIBUTION else []
    return sorted(paid, key=lambda fact: fact.order)


def total(facts: Iterable[Fact]) -> int:
    """The sum of some payments."""
    return sum(int(one.data["amount_fen"]) for one in facts)


def returned(loan: Loan, stage: str) -> int:
    """What recoveries gave back to a fund."""
    if stage == RISK_FUND:
        return sum(one.to_risk_fund_fen for one in loan.allocations)
    return sum(one.to_contributions_fen for one in loan.allocations)


def unreturned(loan: Loan, stage: str) -> int:
    """What a fund paid for a loan and has not got back."""
    return total(compensations(loan, stage)) - returned(loan, stage)


def not_got_back(loan: Loan) -> int:
    """What both funds paid for a loan and have not got back."""
    return unreturned(loan, CONTRIBUTION) + unreturned(loan, RISK_FUND)


def open_part(loan: Loan, stage: str, at: datetime | None = None) -> int:
    """What was instructed and not yet paid since (by payments up to an instant: None, all of them)."""
    instruction = loan.instructions.get(stage)
    if instruction is None:
        return 0
    since = [one for one in compensations(loan, stage, at) if one.order > instruction.claim.order]
    return max(0, instruction.amount_fen - total(since))


def unpaid(loan: Loan, stage: str, claim_at: datetime, paid_until: datetime | None = None) -> int:
    """What is unpaid of an instruction: at most the claim outstanding at an instant."""
    return min(open_part(loan, stage, paid_until), owed(loan, claim_at))


def contributions_fen(pool: Pool) -> int:
    """The contributions' balance."""
    paid_in = sum(total(loan.all("contribution")) for loan in pool.loans.values())
    given_out = sum(unreturned(loan, CONTRIBUTION) for loan in pool.loans.values())
    return paid_in - given_out - (pool.account.refunded_fen or 0)


def risk_fund_fen(pool: Pool) -> int:
    """The risk fund's balance."""
    placed = sum(int(one["amount_fen"]) for one in pool.account.placements)
    return placed - sum(unreturned(loan, RISK_FUND) for loan in pool.loans.values())


def available(pool: Pool, stage: str, at: datetime) -> int:
    """A fund's balance less what it is still to pay for loans with something outstanding at an instant."""
    balance = contributions_fen(pool) if stage == CONTRIBUTION else risk_fund_fen(pool)
    bound = [open_part(loan, stage) for loan in pool.loans.values() if owed(loan, at) > 0]
    return max(0, balance - sum(bound))


def counts(loan: Loan) -> int:
    """What a loan counts against the enterprise's maximum (QJ-9)."""
    if loan.closed:
        return 0
    if disbursed(loan):
        return position(loan).principal
    if contract := loan.last("contract"):
        return int(contract.data["principal_fen"])
    decision = loan.last("decision")
    return int(decision.data["amount_fen"]) if decision else 0
