"""Events of the bridge loan itself: contract, payment, deadlines, extension, withdrawal."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from drawbridge.bank.events.base import CountedDays, EventData
from drawbridge.bank.forms import Account, AmountFen, Cnaps, Date, MayBeAbsent, Text
from drawbridge.bank.messages.contract import Contract
from drawbridge.bank.messages.disbursement import Disbursement
from drawbridge.bank.messages.extension import Extension
from drawbridge.bank.messages.seizure import Seizure


class BridgeContracted(EventData, Contract):
    """The contract stands (ZJ-10 to ZJ-13)."""

    TYPE: ClassVar[str] = "bridge.contracted.v1"

    above_usual_term: bool
    """Whether the term is over the 15 working days that are usual in principle (ZJ-11)."""


class BridgePaymentInstructed(EventData):
    """The main bank is told whom to pay (受托支付, ZJ-13)."""

    TYPE: ClassVar[str] = "bridge.payment.instructed.v1"

    to: Cnaps
    """The main bank, which pays."""
    payee_account: Account
    """The account to pay: the notice's."""
    amount_fen: AmountFen
    """What to pay."""
    purpose: Text
    """What the payment is for."""


class BridgeDisbursed(EventData, Disbursement):
    """The bridge money was paid (ZJ-13); the term runs (ZJ-11)."""

    TYPE: ClassVar[str] = "bridge.disbursed.v1"


class BridgeDeadlineSet(EventData, CountedDays):
    """A deadline of the loan, with its proof (ZJ-11)."""

    TYPE: ClassVar[str] = "bridge.deadline.set.v1"

    name: Literal["agreed", "limit"]
    """The agreed term's end, or the limit of 20 working days."""


class BridgeDeadlineMoved(EventData, CountedDays):
    """A deadline moved, by an extension or a calendar notice (ZJ-11)."""

    TYPE: ClassVar[str] = "bridge.deadline.moved.v1"

    name: Literal["agreed", "limit"]
    """The agreed term's end, or the limit of 20 working days."""
    before_due_on: Date
    """The day on which it was due before."""


class BridgeDeadlineNeared(EventData, CountedDays):
    """The agreed term ends soon and something is outstanding (ZJ-11)."""

    TYPE: ClassVar[str] = "bridge.deadline.neared.v1"

    working_days_left: Annotated[Literal[5, 3, 1], Field(json_schema_extra={"x-unit": "working days"})]
    """How many working days before the last day it is."""


class BridgeExtended(EventData, Extension):
    """The term is longer (ZJ-11)."""

    TYPE: ClassVar[str] = "bridge.extended.v1"


class BridgeWithdrawn(EventData):
    """The case ended before any money moved; capacity and exposure are free."""

    TYPE: ClassVar[str] = "bridge.withdrawn.v1"

    reason: Text
    """Why."""


class BridgeWithdrawalRescinded(EventData):
    """Money was paid on a withdrawn case: the case is open again (ZJ-13). Carries the payment's own fields."""

    TYPE: ClassVar[str] = "bridge.withdrawal.rescinded.v1"

    reason: Text
    """The withdrawal's reason."""
    payment_ref: MayBeAbsent[Text] = None
    """The payment's reference."""
    amount_fen: MayBeAbsent[AmountFen] = None
    """What was paid."""
    payee_account: MayBeAbsent[Account] = None
    """The account that was paid."""


class BridgeAssetsSeized(EventData, Seizure):
    """Assets of the borrower were seized while the loan runs (ZJ-17)."""

    TYPE: ClassVar[str] = "bridge.assets.seized.v1"


class BridgeAssistanceRequired(EventData):
    """The original bank is to help the main bank to urge repayment (ZJ-17)."""

    TYPE: ClassVar[str] = "bridge.assistance.required.v1"

    to: Cnaps
    """The original bank."""


class BridgeClosed(EventData):
    """Nothing is outstanding any more; capacity and exposure are free (ZJ-14)."""

    TYPE: ClassVar[str] = "bridge.closed.v1"

    on_time: bool
    """Whether nothing was outstanding at the agreed last instant."""
