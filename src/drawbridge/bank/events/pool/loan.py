"""Events of an assisted loan from its recommendation to its end (QJ-8 to QJ-17)."""

from typing import ClassVar, Literal

from drawbridge.bank.events.base import CountedDays, Outstanding
from drawbridge.bank.events.pool.base import AboutLoan, Allocated
from drawbridge.bank.forms import AmountFen, Date, MayBeAbsent, NonNegativeFen, SignedFen, WholeNumber
from drawbridge.bank.messages.pool.contract import PoolContract
from drawbridge.bank.messages.pool.contribution import PoolContribution
from drawbridge.bank.messages.pool.decision import PoolDecision
from drawbridge.bank.messages.pool.disbursement import PoolDisbursement
from drawbridge.bank.messages.pool.filing import PoolFiling
from drawbridge.bank.messages.pool.recommendation import PoolRecommendation
from drawbridge.bank.messages.pool.repayment import PoolRepayment

TimerName = Literal["instalment", "maturity", "stage-one", "risk-window", "risk-window-end", "stage-two"]


class PoolLoanRecommended(AboutLoan, PoolRecommendation):
    """The office recommends a member to a lender; the case is open (QJ-8.1, QJ-14)."""

    TYPE: ClassVar[str] = "pool.loan.recommended.v1"


class PoolLoanApproved(AboutLoan, PoolDecision):
    """The lender approves (QJ-9, QJ-14)."""

    TYPE: ClassVar[str] = "pool.loan.approved.v1"

    above_usual: bool
    """Whether the enterprise's assisted loans together are over the usual 5 million yuan (QJ-9)."""


class PoolLoanDeclined(AboutLoan, PoolDecision):
    """The lender declines, and the office is told why; the case is closed (QJ-15)."""

    TYPE: ClassVar[str] = "pool.loan.declined.v1"

    to: Literal["agency"]
    """Who is told."""


class PoolContributionReceived(AboutLoan, PoolContribution):
    """The enterprise's contribution is in the pool (QJ-4)."""

    TYPE: ClassVar[str] = "pool.contribution.received.v1"

    pool_balance_fen: SignedFen
    """What the contributions hold now."""


class PoolLoanContracted(AboutLoan, PoolContract):
    """Loan and guarantee contracts stand (QJ-14)."""

    TYPE: ClassVar[str] = "pool.loan.contracted.v1"


class PoolLoanFiled(AboutLoan, PoolFiling):
    """The loan is filed with the office (QJ-15)."""

    TYPE: ClassVar[str] = "pool.loan.filed.v1"


class PoolLoanDisbursed(AboutLoan, PoolDisbursement):
    """The loan was paid out (QJ-2)."""

    TYPE: ClassVar[str] = "pool.loan.disbursed.v1"


class PoolFilingViolated(AboutLoan):
    """The loan was paid out without a filing in time (QJ-15)."""

    TYPE: ClassVar[str] = "pool.filing.violated.v1"

    disbursed_on: Date
    """The day on which the loan was paid out."""
    third_working_day_before: Date
    """The third working day before it."""
    filed_on: list[Date]
    """The days of the filings known then, none of them in time."""


class PoolFilingViolatedRescinded(PoolFilingViolated):
    """A filing in time was recorded later. Repeats what was told (QJ-15)."""

    TYPE: ClassVar[str] = "pool.filing.violated.rescinded.v1"


class PoolAmountViolated(AboutLoan):
    """Another sum than the contracted principal was paid out (QJ-2)."""

    TYPE: ClassVar[str] = "pool.amount.violated.v1"

    principal_fen: AmountFen
    """As contracted."""


class PoolRepaid(AboutLoan, PoolRepayment, Allocated):
    """A repayment was allocated: interest first, then principal (QJ-16)."""

    TYPE: ClassVar[str] = "pool.repaid.v1"


class PoolOverpaid(AboutLoan, PoolRepayment):
    """A payment came on a closed case: it is to be given back (QJ-16)."""

    TYPE: ClassVar[str] = "pool.overpaid.v1"

    excess_fen: SignedFen
    """What was paid too much."""


class PoolLoanClosed(AboutLoan):
    """Nothing is outstanding, and all that the pool paid has come back (QJ-16, QJ-19)."""

    TYPE: ClassVar[str] = "pool.loan.closed.v1"


class PoolInstalmentMissed(AboutLoan, CountedDays):
    """A part of an instalment was not paid by its day (QJ-12)."""

    TYPE: ClassVar[str] = "pool.instalment.missed.v1"

    instalment: WholeNumber
    """Which line of the schedule, from 1."""
    amount_fen: AmountFen
    """The line's own amount."""
    unpaid_fen: NonNegativeFen
    """What of it was unpaid."""


class PoolInstalmentMissedRescinded(PoolInstalmentMissed):
    """The instalment had been paid in time after all. Repeats what was told (QJ-12)."""

    TYPE: ClassVar[str] = "pool.instalment.missed.rescinded.v1"


class PoolLoanOverdue(AboutLoan, CountedDays, Outstanding):
    """Something is outstanding at maturity (QJ-17)."""

    TYPE: ClassVar[str] = "pool.loan.overdue.v1"


class PoolLoanOverdueRescinded(PoolLoanOverdue):
    """Nothing had been outstanding at maturity after all. Repeats what was told (QJ-17)."""

    TYPE: ClassVar[str] = "pool.loan.overdue.rescinded.v1"


class PoolDeadlineMoved(AboutLoan, CountedDays):
    """A calendar notice moved a deadline that is still to come (QJ-17, QJ-18)."""

    TYPE: ClassVar[str] = "pool.deadline.moved.v1"

    name: TimerName
    """Which deadline."""
    instalment: MayBeAbsent[WholeNumber] = None
    """Which line of the schedule, of an instalment."""
    before_due_on: Date
    """The day on which it was due before."""
