"""What a loan owes: simple interest on the principal outstanding, kept exact, payments to interest first.

Interest = Σ principal × annual rate × days / 360; the first day counts, the last does not. It is rounded half up to
fen only when it is allocated or told; what is paid is subtracted from the exact sum.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

DAYS_A_YEAR = 360


def half_up(numerator: int, denominator: int) -> int:
    """Round an exact fraction to the nearest whole number, halves up. The denominator is positive."""
    return (2 * numerator + denominator) // (2 * denominator)


class Payment(NamedTuple):
    """Money that came in on the loan."""

    at: datetime
    amount_fen: int


class Balance(NamedTuple):
    """How a loan stands at an instant."""

    principal_fen: int
    """Principal outstanding."""
    interest_fen: int
    """Interest outstanding, rounded half up."""
    interest_paid_fen: int
    principal_paid_fen: int
    excess_fen: int
    """What was paid beyond all that was owed."""
    nothing_since: datetime | None
    """The payment's instant since which nothing is outstanding; None while something is."""

    @property
    def outstanding_fen(self) -> int:
        """Principal and interest outstanding."""
        return self.principal_fen + self.interest_fen


NOTHING = Balance(0, 0, 0, 0, 0, None)


class Parts(NamedTuple):
    """What one payment goes to: the changes of the totals, so one may be negative when it is placed before others."""

    interest_fen: int
    principal_fen: int
    excess_fen: int
    after: Balance
    """How the loan stands after all payments, this one among them."""

    def told(self) -> dict[str, int]:
        """Return the parts, and what is still outstanding, as an event tells them."""
        return {
            "interest_fen": self.interest_fen,
            "principal_fen": self.principal_fen,
            "excess_fen": self.excess_fen,
            "outstanding_principal_fen": self.after.principal_fen,
            "outstanding_interest_fen": self.after.interest_fen,
        }


@dataclass(slots=True)
class Ledger:
    """A disbursed loan and its payments, each at its own instant, whenever it was recorded."""

    principal_fen: int
    annual_rate: Decimal
    disbursed_at: datetime
    payments: list[Payment] = field(default_factory=list)
    """In order of their instants; at equal instants in order of receipt."""
    _latest: Balance | None = field(default=None, compare=False)
    """The balance after the last payment, once worked out: it is asked for with each message."""

    def pay(self, at: datetime, amount_fen: int) -> None:
        """Record a payment at its own instant, or at the disbursement's when that is later."""
        payment = Payment(max(at, self.disbursed_at), amount_fen)
        self.payments.insert(bisect_right(self.payments, payment.at, key=lambda p: p.at), payment)
        self._latest = None

    def parts(self, at: datetime, amount_fen: int) -> Parts:
        """Work out what a payment would go to; the ledger stays as it is."""
        before = self.balance()
        tried = Ledger(self.principal_fen, self.annual_rate, self.disbursed_at, [*self.payments])
        tried.pay(at, amount_fen)
        after = tried.balance()
        return Parts(
            after.interest_paid_fen - before.interest_paid_fen,
            after.principal_paid_fen - before.principal_paid_fen,
            after.excess_fen - before.excess_fen,
            after,
        )

    def balance(self, at: datetime | None = None) -> Balance:
        """Return the balance at an instant by the payments up to it; None: after the last payment recorded."""
        if self._latest is None:
            self._latest = self._work_out(None)
        if at is None or (self._latest.principal_fen == 0 and at >= self.payments[-1].at):
            return self._latest  # on no principal no interest grows
        return NOTHING if at < self.disbursed_at else self._work_out(at)

    def _work_out(self, at: datetime | None) -> Balance:
        a_year, rate_unit = self.annual_rate.as_integer_ratio()
        unit = DAYS_A_YEAR * rate_unit
        principal, due = self.principal_fen, 0  # `due` is exact: interest outstanding in 1/unit fen
        interest_paid = excess = 0
        nothing_since = None
        day = self.disbursed_at.date()
        for payment in self.payments:
            if at is not None and payment.at > at:
                break
            due += principal * a_year * (payment.at.date() - day).days
            day = payment.at.date()
            to_interest = min(payment.amount_fen, max(0, half_up(due, unit)))
            to_principal = min(payment.amount_fen - to_interest, principal)
            due -= to_interest * unit
            principal -= to_principal
            interest_paid += to_interest
            excess += payment.amount_fen - to_interest - to_principal
            if nothing_since is None and principal == 0 and half_up(due, unit) <= 0:
                nothing_since = payment.at
        if at is not None:
            due += principal * a_year * (at.date() - day).days
        return Balance(
            principal, max(0, half_up(due, unit)), interest_paid, self.principal_fen - principal, excess, nothing_since
        )
