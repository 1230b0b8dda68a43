"""The pool's account: the risk fund, the statement's lines, closure and refund (QJ-4 to QJ-6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .journal import refuse
from .pool_money import contributions_fen, on_claim, owed, risk_fund_fen
from .pool_world import RISK_FUND

if TYPE_CHECKING:
    from .envelope import Message
    from .journal import Cause
    from .pool_world import Loan, Pool

CREDITS = {"contribution", "placement", "recovery", "interest-credit"}


def placement(pool: Pool, cause: Cause, message: Message) -> None:
    """QJ-4: the government adds to the risk fund; it should reach a tenth of the year's expected lending."""
    pool.account.placements.append(message.data)
    balance = {"risk_fund_balance_fen": risk_fund_fen(pool)}
    pool.tell(cause, "pool.risk_fund.placed.v1", message.subject, balance)
    this_year = [one for one in pool.account.placements if one["year"] == message.data["year"]]
    expected = {one["lender"]: int(one["expected_lending_fen"]) for one in this_year}
    required = -(-sum(expected.values()) // 10)
    if balance["risk_fund_balance_fen"] < required:
        data = {**balance, "required_fen": required}
        pool.tell(cause, "pool.risk_fund.insufficient.v1", message.subject, data)


def left(pool: Pool, message: Message) -> int:
    """Up to what sum a debit of a purpose is explained."""
    account, purpose = pool.account, message.data["purpose"]
    if purpose == "compensation":
        told = [one.amount_fen for loan in pool.loans.values() for one in loan.instructions.values()]
        return sum(told) - account.line(purpose)
    if purpose == "refund":
        return (account.refunded_fen or 0) - account.line(purpose)
    if purpose == "interest-withdrawal" and "confirmation_ref" in message.data:
        return account.line("interest-credit") - account.line(purpose)
    return 0


def account_entry(pool: Pool, cause: Cause, message: Message) -> None:
    """QJ-5: a line of the account's statement is explained, or raises the alarm."""
    purpose, amount = message.data["purpose"], message.data["amount_fen"]
    credit = message.data["direction"] == "credit"
    if purpose in CREDITS if credit else amount <= left(pool, message):
        pool.account.lines[purpose] = pool.account.line(purpose) + amount
        pool.tell(cause, "pool.account.moved.v1", message.subject, {})
    else:
        pool.tell(cause, "pool.account.violated.v1", message.subject, {"code": "entry-not-explained"})


def bars_closure(loan: Loan) -> bool:
    """Whether a lender's claim on a loan is still the pool's matter."""
    if owed(loan) == 0:
        return False
    if loan.government_fen is None:
        return True
    shared = loan.instructions[RISK_FUND].claim.order
    return sum(amount for one, amount in on_claim(loan) if one.order > shared) < loan.government_fen


def shares(pool: Pool, balance: int) -> list[dict[str, Any]]:
    """QJ-6: what each contributor gets back, by largest remainder; at a tie the earlier contribution goes first."""
    paid = sorted((one.order, one, loan) for loan in pool.loans.values() for one in loan.all("contribution"))
    codes: dict[str, dict[str, str]] = {}
    sums: dict[str, int] = {}
    for _, one, loan in paid:
        codes.setdefault(loan.enterprise, loan.code)
        sums[loan.enterprise] = sums.get(loan.enterprise, 0) + int(one.data["amount_fen"])
    whole = sum(sums.values())
    refund = {who: balance * contributed // whole for who, contributed in sums.items()}
    rest = balance - sum(refund.values())
    for who in sorted(sums, key=lambda one: -(balance * sums[one] % whole))[:rest]:
        refund[who] += 1
    return [{**codes[who], "contributed_fen": sums[who], "refund_fen": refund[who]} for who in sums]


def closure(pool: Pool, cause: Cause, message: Message) -> None:
    """QJ-6: the pool is closed, and what is left of the contributions goes back."""
    refuse(
        ("case-closed", pool.closed),
        ("loans-open", any(map(bars_closure, pool.loans.values()))),
    )
    balance = max(0, contributions_fen(pool))
    data = {"balance_fen": balance, "shares": shares(pool, balance)}
    pool.account.refunded_fen = balance
    pool.tell(cause, "pool.refunded.v1", message.subject, data)
