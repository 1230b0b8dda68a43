"""Events when money does not come back in time, and when what was concluded is undone or contested."""

from typing import ClassVar, Literal

from drawbridge.bank.events.base import CountedDays, EventData, Outstanding
from drawbridge.bank.forms import Account, MayBeAbsent, NonNegativeFen, Text
from drawbridge.bank.messages.pool.base import Stage


class BridgeOverdue(EventData, CountedDays, Outstanding):
    """Something is outstanding at the agreed term's end (ZJ-11)."""

    TYPE: ClassVar[str] = "bridge.overdue.v1"


class BridgeDefaulted(EventData, CountedDays, Outstanding):
    """Something is outstanding at the limit of 20 working days (ZJ-11, ZJ-23)."""

    TYPE: ClassVar[str] = "bridge.defaulted.v1"

    attributable_to: Literal["borrower", "original-bank"]
    """The original bank when a breach of it stands on the case, else the borrower."""


class BridgeOverdueRescinded(EventData, CountedDays, Outstanding):
    """The overdue does not hold: a repayment in time was recorded later, or the day moved. Repeats what was told."""

    TYPE: ClassVar[str] = "bridge.overdue.rescinded.v1"


class BridgeDefaultRescinded(EventData, CountedDays, Outstanding):
    """The default does not hold: a repayment in time was recorded later, or the day moved. Repeats what was told."""

    TYPE: ClassVar[str] = "bridge.default.rescinded.v1"

    attributable_to: Literal["borrower", "original-bank"]
    """To whom it had been attributed."""


class LapseContested(EventData):
    """A fact in time contradicts a lapse that is settled: nothing is undone, an operator rules."""

    TYPE: ClassVar[str] = "lapse.contested.v1"
    SUBJECT: ClassVar[str] = "<the lapse's subject>"

    lapse: Text
    """The id of the event that concluded the lapse."""
    lapse_type: Text
    """The type of that event."""
    reason: Literal["recorded-late", "ruled-on"]
    """Recorded after the limit for rescissions, or after an operator's ruling."""


class MovementRefused(EventData):
    """A bank says that money moved on a case that never allowed it. Carries the payment's own fields."""

    TYPE: ClassVar[str] = "movement.refused.v1"
    SUBJECT: ClassVar[str] = "<the case>"

    code: Literal[
        "not-contracted",
        "already-disbursed",
        "not-disbursed",
        "not-approved",
        "already-contributed",
        "pool-closed",
    ]
    """Why it is refused."""
    amount_fen: NonNegativeFen
    """What is said to have moved."""
    payment_ref: MayBeAbsent[Text] = None
    """The payment's reference; a recovery has none."""
    payee_account: MayBeAbsent[Account] = None
    """The account that is said to have been paid."""
    original_contract_no: MayBeAbsent[Text] = None
    """The contract that is said to have been settled."""
    renewal_contract_no: MayBeAbsent[Text] = None
    """The contract that is said to have been paid out."""
    payer: MayBeAbsent[Literal["original-bank", "applicant", "guarantor"]] = None
    """Who is said to have paid."""
    payer_account: MayBeAbsent[Account] = None
    """The account that it is said to have come from."""
    stage: MayBeAbsent[Stage] = None
    """Out of which fund a compensation is said to have been paid."""
    gross_fen: MayBeAbsent[NonNegativeFen] = None
    """What is said to have been got back."""
    costs_fen: MayBeAbsent[NonNegativeFen] = None
    """What getting it is said to have cost."""
    penalties_fen: MayBeAbsent[NonNegativeFen] = None
    """Penalties that are said to be in it."""
