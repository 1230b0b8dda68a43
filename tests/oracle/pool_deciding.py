"""Which rule of the assisted loan answers which message, and the checks that come before it (README, 8 to 10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from . import parties, pool_account, pool_asking, pool_claims, pool_movements
from .envelope import Message
from .journal import Cause, RejectError
from .pool_conclude import follow
from .pool_deadlines import recalculate
from .pool_firing import fire_due
from .pool_shapes import FORMS
from .pool_world import ACCOUNT, Loan, Pool, outside_validity

if TYPE_CHECKING:
    from datetime import datetime

OnLoan = Callable[[Pool, Cause, Loan, Message], None]
Free = Callable[[Pool, Cause, Message], None]


def calendar(pool: Pool, cause: Cause, message: Message) -> None:
    """A calendar notice, and the deadlines that it moves."""
    parties.announce(pool, cause, message)
    recalculate(pool, cause)


FREE: dict[str, Free] = {
    "operator.bank.enrolment.v1": parties.enrolment,
    "operator.calendar.v1": calendar,
    "agency.pool.admission.v1": pool_asking.admission,
    "agency.pool.recommendation.v1": pool_asking.recommendation,
}
ON_ACCOUNT: dict[str, Free] = {
    "agency.pool.placement.v1": pool_account.placement,
    "bank.pool.account-entry.v1": pool_account.account_entry,
    "agency.pool.closure.v1": pool_account.closure,
}
MOVEMENTS: dict[str, OnLoan] = {
    "bank.pool.contribution.v1": pool_asking.contribution,
    "bank.pool.disbursement.v1": pool_asking.disbursement,
    "bank.pool.repayment.v1": pool_movements.repayment,
    "agency.pool.compensation-payment.v1": pool_movements.compensation_payment,
    "bank.pool.direct-debit.v1": pool_movements.direct_debit,
    "bank.pool.recovery.v1": pool_movements.recovery,
}
REQUESTS: dict[str, OnLoan] = {
    "bank.pool.decision.v1": pool_asking.decision,
    "bank.pool.contract.v1": pool_asking.contract,
    "bank.pool.filing.v1": pool_asking.filing,
    "bank.pool.compensation-claim.v1": pool_claims.claim,
}
ALSO_CLOSED: dict[str, OnLoan] = {
    "agency.pool.evasion-finding.v1": pool_claims.evasion_finding,
    "operator.credit.ruling.v1": pool_claims.credit_ruling,
}
ON_LOAN = MOVEMENTS | REQUESTS | ALSO_CLOSED
ARTICLES = {
    "inquiry-objection": "QJ-13",
    "conditions-missing": "QJ-7",
    "not-in-pool": "QJ-8",
    "not-recommended": "QJ-14",
    "amount-over-maximum": "QJ-9",
    "contribution-short": "QJ-4",
    "term-over-maximum": "QJ-10",
    "rate-over-comparable": "QJ-11",
    "collateral-short": "QJ-2",
    "schedule-mismatch": "QJ-12",
    "guarantee-contract-missing": "QJ-14",
    "joint-finding-missing": "QJ-17",
    "claim-too-early": "QJ-18",
    "no-loss": "QJ-21",
    "loans-open": "QJ-6",
}


def find_loan(pool: Pool, message: Message) -> Loan:
    """Checks 8 to 10: the lender, whether the case is there and open, whether the payment was told before.

    Raises:
        RejectError: sender-not-party, case-missing (not-recommended), case-closed or payment-already-reported.
    """
    if message.role == "bank" and message.sender != message.subject.split("/")[1]:
        raise RejectError("sender-not-party")
    loan = pool.loans.get(message.subject)
    if loan is None:
        raise RejectError("not-recommended" if message.type == "bank.pool.decision.v1" else "case-missing")
    if loan.closed and message.type in REQUESTS:
        raise RejectError("case-closed")
    if message.type in MOVEMENTS and "payment_ref" in message.data:
        told = [(one.data["payment_ref"], one.sender) for one in loan.all(message.type.split(".")[2])]
        if (message.data["payment_ref"], message.sender) in told:
            raise RejectError("payment-already-reported")
    return loan


def decide(pool: Pool, cause: Cause, message: Message) -> None:
    """Applies a message of a good form, or refuses it.

    Raises:
        RejectError: the first check that fails.
    """
    if message.type in FREE:
        FREE[message.type](pool, cause, message)
    elif message.type in ON_ACCOUNT:
        if message.role == "bank" and not pool.lender(message):
            raise RejectError("sender-not-party")
        if message.subject != ACCOUNT:
            raise RejectError("case-missing")
        ON_ACCOUNT[message.type](pool, cause, message)
    else:
        loan = find_loan(pool, message)
        ON_LOAN[message.type](pool, cause, loan, message)
        follow(pool, cause, loan)


class AssistedLoan:
    """The assisted loan's rules."""

    forms = FORMS
    articles = ARTICLES

    def __init__(self, filing_reading: str = "within") -> None:
        self.world = Pool("qianjiang-2015", filing_reading=filing_reading)

    def outside(self, time: datetime) -> bool:
        """Whether an instant is before the scheme came into force."""
        return outside_validity(time)

    def decide(self, cause: Cause, message: Message) -> None:
        """Applies a message of a good form, or refuses it."""
        decide(self.world, cause, message)

    def fire_due(self, until: datetime) -> None:
        """Fires every timer due by an instant."""
        fire_due(self.world, until)
