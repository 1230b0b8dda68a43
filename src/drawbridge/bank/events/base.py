"""What every event's data has in common, and the parts that several events share."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from drawbridge.bank.forms import Cnaps, Date, Form, MayBeAbsent, NonNegativeFen, Text, WorkingDays

#: an instant of the journal: RFC 3339 in the law's zone
Instant = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?[+]08:00$"),
    Field(json_schema_extra={"format": "date-time", "examples": ["2014-04-22T17:00:00+08:00"]}),
]
CaseSubject = Annotated[str, StringConstraints(min_length=1), Field(examples=["bridge/105314000041/N-2014-17"])]
Fingerprint = Annotated[str, StringConstraints(pattern="^[0-9a-f]+$"), Field(examples=["0dee59c3b8c95634"])]


class EventData(Form):
    """The `data` of one outbound event; a subclass is named by its event's type."""

    TYPE: ClassVar[str]
    SUBJECT: ClassVar[str] = "bridge/<original bank>/<notice no>"

    basis: Annotated[list[str], Field(examples=[["ZJ-13"]])]
    """The articles that it rests on; `ZJ-13` is article 13 of the Zhenjiang measures."""
    outside_validity: MayBeAbsent[Literal[True]] = None
    """Stands when the message's time lies outside the days on which the scheme is in force."""


class AboutBank(EventData):
    """An event about a bank's standing or deposits."""

    SUBJECT: ClassVar[str] = "bank/<code>"


class CountedDays(Form):
    """The proof of a deadline that is counted in working days (Civil Code 201, 203)."""

    trigger_on: Date
    """The day from which it is counted; not counted itself."""
    working_days: WorkingDays
    """The length of the period."""
    due_on: Date
    """The last day."""
    due_at: Instant
    """Close of business of the last day: what happens by then is on time."""
    calendar: Fingerprint
    """The fingerprint of the table of working days that was used."""
    provisional: bool
    """Whether it rests on days that no notice has announced yet; a notice may move it."""
    counted: list[Date]
    """The working days counted, in order."""


class Outstanding(Form):
    """What a borrower still owes."""

    outstanding_principal_fen: NonNegativeFen
    """Principal unpaid."""
    outstanding_interest_fen: NonNegativeFen
    """Interest unpaid, rounded half up to the fen."""


class OfBankAndCase(Form):
    """Names the bank and the case that an event is about."""

    bank: Cnaps
    """The bank."""
    case: Text
    """The subject of the case."""
