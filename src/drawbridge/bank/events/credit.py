"""Events that the credit databases are told: how the record of a borrower stands (ZJ-23)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from drawbridge.bank.events.base import EventData
from drawbridge.bank.forms import Date, Enterprise, MayBeAbsent, NonNegativeFen, Text


class CreditRecord(EventData):
    """How a borrower's credit record of one case stands; each statement replaces the one before."""

    SUBJECT: ClassVar[str] = "enterprise/<uscc or org_code>"

    case: Text
    """The subject of the case."""
    enterprise: Enterprise
    """The borrower."""
    reason: Literal["bridge-loan-not-repaid"]
    """Why."""
    article: Annotated[Text, Field(examples=["ZJ-23"])]
    """The article that it rests on."""
    amount_fen: NonNegativeFen
    """What was outstanding, when raised or withheld; else 0."""
    since: Date
    """The last day of the longest term (20 working days)."""
    supersedes: Text | None
    """The id of this record's statement before; null for the first."""
    decision_no: MayBeAbsent[Text] = None
    """The number of the decision, when an operator ruled."""
    ruling: MayBeAbsent[Literal["raise", "drop", "retract"]] = None
    """The ruling, when an operator ruled."""


class CreditRecordRaised(CreditRecord):
    """The borrower's failure to repay is recorded (失信纪录, ZJ-23)."""

    TYPE: ClassVar[str] = "credit.record.raised.v1"


class CreditRecordWithheld(CreditRecord):
    """The default is attributable to the original bank: nothing is recorded until an operator rules."""

    TYPE: ClassVar[str] = "credit.record.withheld.v1"


class CreditRecordSettled(CreditRecord):
    """The debt was paid after the record was raised."""

    TYPE: ClassVar[str] = "credit.record.settled.v1"


class CreditRecordRetracted(CreditRecord):
    """The record is taken back: it did not hold, or the borrower objected rightly."""

    TYPE: ClassVar[str] = "credit.record.retracted.v1"


class CreditRecordDropped(CreditRecord):
    """A withheld record is dropped by a ruling."""

    TYPE: ClassVar[str] = "credit.record.dropped.v1"
