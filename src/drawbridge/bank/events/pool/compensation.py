"""Events of the compensation in two stages: contributions at maturity, the risk fund a month later (QJ-17, QJ-18)."""

from typing import ClassVar, Literal

from pydantic import Field

from drawbridge.bank.events.base import CountedDays, Instant, Outstanding
from drawbridge.bank.events.pool.base import AboutLoan, Allocated, Unpaid
from drawbridge.bank.forms import AmountFen, Date, MayBeAbsent, NonNegativeFen, Text
from drawbridge.bank.messages.pool.base import Stage
from drawbridge.bank.messages.pool.compensation_claim import CompensationClaim


class PoolCompensationInstructed(AboutLoan):
    """The office is to pay the lender (QJ-17, QJ-18). Of the first stage it carries the claim's own fields."""

    TYPE: ClassVar[str] = "pool.compensation.instructed.v1"

    stage: Stage
    """Which claim."""
    from_: Literal["contributions", "risk-fund"] = Field(alias="from")
    """Out of which fund."""
    available_fen: NonNegativeFen
    """What the fund has left for it, earlier instructions unpaid taken off."""
    amount_fen: NonNegativeFen
    """What is to be paid."""
    unfunded_fen: MayBeAbsent[NonNegativeFen] = None
    """What of the government's share the risk fund cannot pay; stands in the second stage."""
    due_at: Instant
    """By when."""
    letter_no: MayBeAbsent[Text] = None
    """The claim's letter."""
    joint_finding_ref: MayBeAbsent[Text] = None
    """The joint finding (QJ-17)."""
    outstanding_principal_fen: MayBeAbsent[NonNegativeFen] = None
    """Principal unpaid at the claim."""
    outstanding_interest_fen: MayBeAbsent[NonNegativeFen] = None
    """Interest unpaid at the claim."""


class PoolShortfallShared(AboutLoan, CompensationClaim):
    """What the contributions did not cover is shared by government and lender, half each (QJ-18)."""

    TYPE: ClassVar[str] = "pool.shortfall.shared.v1"

    shortfall_fen: AmountFen
    """The claim outstanding then."""
    government_fen: NonNegativeFen
    """The risk fund's half, rounded down."""
    lender_fen: NonNegativeFen
    """The lender's own, the odd fen with it."""


class PoolClaimLate(AboutLoan):
    """The second claim came after its five working days; the text takes no right away (QJ-18)."""

    TYPE: ClassVar[str] = "pool.claim.late.v1"

    closed_on: Date
    """The last of the five working days."""


class PoolCompensationPaid(AboutLoan, Allocated):
    """The lender was compensated; the borrower's debt to the pool stays (QJ-17 to QJ-19)."""

    TYPE: ClassVar[str] = "pool.compensation.paid.v1"

    stage: Stage
    """Out of which fund: contributions, or risk fund."""
    by: Literal["agency", "direct-debit"]
    """Whether the office paid, or the lender took it himself."""
    amount_fen: AmountFen
    """What was paid."""
    payment_ref: Text
    """The payment's reference."""


class PoolDirectDebitAuthorised(AboutLoan, CountedDays):
    """The office has not paid in full: the lender may take the rest from the contributions (QJ-17)."""

    TYPE: ClassVar[str] = "pool.direct_debit.authorised.v1"

    amount_fen: AmountFen
    """What is unpaid."""


class PoolDirectDebitAuthorisedRescinded(PoolDirectDebitAuthorised):
    """The office had paid in time after all. Repeats what was told (QJ-17)."""

    TYPE: ClassVar[str] = "pool.direct_debit.authorised.rescinded.v1"


class PoolRiskWindowOpened(AboutLoan, CountedDays, Outstanding):
    """The loan is a month overdue: for five working days the lender may claim on the risk fund (QJ-18)."""

    TYPE: ClassVar[str] = "pool.risk_window.opened.v1"

    closes_on: Date
    """The fifth working day after the month's end."""


class PoolRiskWindowLapsed(AboutLoan, CountedDays, Outstanding):
    """The five working days passed without a claim (QJ-18)."""

    TYPE: ClassVar[str] = "pool.risk_window.lapsed.v1"


class PoolRiskWindowLapsedRescinded(PoolRiskWindowLapsed):
    """A claim or a repayment in time was recorded later. Repeats what was told (QJ-18)."""

    TYPE: ClassVar[str] = "pool.risk_window.lapsed.rescinded.v1"


class PoolCompensationLate(AboutLoan, CountedDays, Unpaid):
    """The risk fund has not paid in time (及时, QJ-18)."""

    TYPE: ClassVar[str] = "pool.compensation.late.v1"


class PoolCompensationLateRescinded(PoolCompensationLate):
    """The risk fund had paid in time after all. Repeats what was told (QJ-18)."""

    TYPE: ClassVar[str] = "pool.compensation.late.rescinded.v1"
