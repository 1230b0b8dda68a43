"""The money of one case, worked out anew from its facts each time it is asked for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from .days import shanghai_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from .journal import Fact, Facts
    from .world import Case

YEAR = 360
HALF = Fraction(1, 2)


def half_up(amount: Fraction) -> int:
    """Rounds to whole fen, a half upwards."""
    return math.floor(amount + HALF)


@dataclass(frozen=True)
class Position:
    """Totals paid, and what is outstanding."""

    interest_paid: int = 0
    principal_paid: int = 0
    excess: int = 0
    principal: int = 0
    interest: int = 0

    @property
    def owed(self) -> int:
        """Principal and interest outstanding."""
        return self.principal + self.interest


@dataclass(frozen=True)
class Loan:
    """Money lent: how much, at what yearly rate, from what day."""

    principal_fen: int
    rate: Fraction
    since: date


def pay_down(loan: Loan, payments: Iterable[tuple[date, int]], until: date | None) -> Position:
    """What payments in the order of their days leave of a loan, interest first, then principal.

    Interest goes on to a day, or (None) to the last payment's.
    """
    principal, day, exact = loan.principal_fen, loan.since, Fraction(0)
    interest_paid = principal_paid = excess = 0
    for today, amount in payments:
        exact += principal * loan.rate * (today - day).days / YEAR
        day = today
        interest = min(amount, max(0, half_up(exact - interest_paid)))
        on_principal = min(amount - interest, principal)
        interest_paid += interest
        principal_paid += on_principal
        principal -= on_principal
        excess += amount - interest - on_principal
    if until is not None:
        exact += principal * loan.rate * (until - day).days / YEAR
    return Position(interest_paid, principal_paid, excess, principal, max(0, half_up(exact - interest_paid)))


def effective(case: Facts, fact: Fact) -> datetime:
    """A fact's time; on a disbursed case not before the disbursement's."""
    paid_out = case.last("disbursement")
    return max(fact.time, paid_out.time) if paid_out else fact.time


def known(case: Facts, kind: str, at: datetime | None) -> list[Fact]:
    """The facts of a kind up to an instant (all of them: None), in order of receipt."""
    return [fact for fact in case.all(kind) if at is None or effective(case, fact) <= at]


def disbursed(case: Facts, at: datetime | None = None) -> bool:
    """Whether the loan's money had gone out."""
    return bool(known(case, "disbursement", at))


def lent(case: Facts) -> Loan:
    """The loan of a disbursed case."""
    paid_out = case.the("disbursement")
    rate = Fraction(case.the("contract").data["annual_rate"])
    return Loan(paid_out.data["amount_fen"], rate, shanghai_day(paid_out.time))


def position(case: Case, at: datetime | None = None) -> Position:
    """The money at an instant, or (None) after all payments recorded, each at its own time."""
    if not disbursed(case, at):
        return Position()
    told = sorted(known(case, "repayment", at), key=lambda fact: (effective(case, fact), fact.order))
    payments = [(shanghai_day(effective(case, one)), int(one.data["amount_fen"])) for one in told]
    return pay_down(lent(case), payments, None if at is None else shanghai_day(at))


def owed(case: Case, at: datetime | None = None) -> int:
    """Principal and interest outstanding at an instant; 0 before the disbursement."""
    return position(case, at).owed


def settled(case: Case, at: datetime | None) -> int:
    """What was paid on the old loan that the notice names."""
    contract_no = case.the("notice").data["original_loan"]["contract_no"]
    paid = [one for one in known(case, "settlement", at) if one.data["original_contract_no"] == contract_no]
    return sum(one.data["amount_fen"] for one in paid)


def renewed(case: Case, at: datetime | None = None) -> int:
    """The sum of the renewal loans paid out."""
    return sum(one.data["amount_fen"] for one in known(case, "renewal", at))


def promised(case: Case) -> int:
    """What the renewal notice promised."""
    return int(case.the("notice").data["renewal"]["amount_fen"])


def same_account(one: dict[str, str], other: dict[str, str]) -> bool:
    """Whether two accounts have the same number at the same bank code."""
    return (one["number"], one["bank_code"]) == (other["number"], other["bank_code"])


def to_forward(case: Case, facts_until: datetime | None, cut_at: datetime | None, leave: Fact | None = None) -> int:
    """What the original bank still has to forward: by the facts until an instant, cut to what is owed at another."""
    account = case.the("notice").data["collection_account"]
    left = renewed(case, facts_until)
    for one in known(case, "forwarding", facts_until):
        if one is not leave and same_account(one.data["payee_account"], account):
            left = min(left, owed(case, effective(case, one))) - one.data["amount_fen"]
    return max(0, min(left, owed(case, cut_at)))


def paid_off_at(case: Case) -> datetime | None:
    """The time of the payment that left nothing outstanding, or None."""
    times = sorted(effective(case, one) for one in case.all("repayment"))
    return next((at for at in times if owed(case, at) == 0), None)
