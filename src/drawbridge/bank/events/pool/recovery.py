"""Events after a compensation: what is got back and to whom it goes, and who goes on the blacklist (QJ-19, QJ-21)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from drawbridge.bank.events.base import EventData, Outstanding
from drawbridge.bank.events.pool.base import AboutLoan
from drawbridge.bank.forms import Date, MayBeAbsent, NonNegativeFen, Text


class PoolRecoveryAllocated(AboutLoan, Outstanding):
    """Money got back goes to the lender, then the risk fund, then the contributions (QJ-19)."""

    TYPE: ClassVar[str] = "pool.recovery.allocated.v1"

    gross_fen: MayBeAbsent[NonNegativeFen] = None
    """What came in; stands with a recovery, not with a repayment's excess."""
    costs_fen: MayBeAbsent[NonNegativeFen] = None
    """What getting it cost."""
    penalties_fen: MayBeAbsent[NonNegativeFen] = None
    """Penalties for breach."""
    net_fen: NonNegativeFen
    """What there is to share."""
    to_lender_fen: NonNegativeFen
    """To the lender's claim."""
    to_risk_fund_fen: NonNegativeFen
    """Back to the risk fund."""
    to_contributions_fen: NonNegativeFen
    """Back to the contributions."""
    excess_fen: NonNegativeFen
    """What is left over: the borrower's."""


class CreditBlacklistRaised(EventData):
    """An enterprise or a person is on the blacklist (信用黑名单, QJ-21)."""

    TYPE: ClassVar[str] = "credit.blacklist.raised.v1"
    SUBJECT: ClassVar[str] = "<enterprise or person>"

    who: Text
    """The subject."""
    name: Text
    """The enterprise's or person's name."""
    role: MayBeAbsent[Text] = None
    """What a person is to the enterprise."""
    case: Text
    """The subject of the case."""
    reason: Literal["evasion"]
    """Why."""
    article: Annotated[Text, Field(examples=["QJ-21"])]
    """The article that it rests on."""
    amount_fen: NonNegativeFen
    """The compensations not got back then."""
    since: Date
    """The day of the finding."""
    evidence_ref: Text
    """Where the evidence is."""
    supersedes: Text | None
    """The id of the statement on that subject and case that it replaces; null for the first."""


class CreditBlacklistRetracted(CreditBlacklistRaised):
    """The record is taken back by a ruling; its amount is 0."""

    TYPE: ClassVar[str] = "credit.blacklist.retracted.v1"

    ruling: MayBeAbsent[Literal["retract"]] = None
    """The ruling."""
    decision_no: MayBeAbsent[Text] = None
    """The number of the decision."""
