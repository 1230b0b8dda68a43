"""Events of the entrusted-payment cycle: the old loan settled, the new one paid out, the money sent on and repaid."""

from typing import ClassVar, Literal

from drawbridge.bank.events.base import EventData, Instant, Outstanding
from drawbridge.bank.forms import Account, Cnaps, NonNegativeFen, SignedFen, Text
from drawbridge.bank.messages.abandonment import Abandonment
from drawbridge.bank.messages.calendar_notice import DayRange
from drawbridge.bank.messages.forwarding import Forwarding
from drawbridge.bank.messages.refusal import Refusal
from drawbridge.bank.messages.renewal import Renewal
from drawbridge.bank.messages.repayment import Repayment
from drawbridge.bank.messages.settlement import Settlement


class BridgeOriginalLoanSettled(EventData, Settlement):
    """The original loan was settled with the bridge money (ZJ-13)."""

    TYPE: ClassVar[str] = "bridge.original_loan.settled.v1"


class BridgeRenewed(EventData, Renewal):
    """The original bank paid out the renewal, or a part of it (ZJ-14)."""

    TYPE: ClassVar[str] = "bridge.renewed.v1"

    renewed_fen: NonNegativeFen
    """The sum renewed so far."""
    forward_by: Instant
    """By when it is to be sent on to the main bank (随即, ZJ-14)."""


class BridgeForwarded(EventData, Forwarding):
    """Renewal money was sent on to the main bank (ZJ-14)."""

    TYPE: ClassVar[str] = "bridge.forwarded.v1"

    to_forward_fen: NonNegativeFen
    """What was to be forwarded before it."""


class BridgeEntrustedPaymentViolated(EventData):
    """A payment did not go as entrusted (受托支付, ZJ-13, ZJ-14). It is recorded all the same."""

    TYPE: ClassVar[str] = "bridge.entrusted_payment.violated.v1"

    code: Literal["payee-mismatch", "amount-mismatch", "amount-short", "promise-outside-term", "wrong-loan-settled"]
    """What is wrong."""
    expected: Account | NonNegativeFen | DayRange | Text
    """What should have been: an account, an amount in fen, days or a contract's number, as the code says."""
    found: Account | NonNegativeFen | Text
    """What was found: an account, an amount in fen, a day or a contract's number, as the code says."""


class BridgeRepaid(EventData, Repayment, Outstanding):
    """A repayment was allocated: interest first, then principal (ZJ-14). The parts are the changes of the totals."""

    TYPE: ClassVar[str] = "bridge.repaid.v1"

    interest_fen: SignedFen
    """What went to interest; negative when a late report moved an earlier part."""
    principal_fen: SignedFen
    """What went to principal; negative when a late report moved an earlier part."""
    excess_fen: SignedFen
    """What was paid too much."""


class BridgeOverpaid(EventData, Repayment):
    """A payment came on a closed case: it is to be given back."""

    TYPE: ClassVar[str] = "bridge.overpaid.v1"

    excess_fen: NonNegativeFen
    """What was paid too much."""


class BridgeRenewalAbandoned(EventData, Abandonment):
    """The borrower gives the renewal up (ZJ-15). No deadline changes."""

    TYPE: ClassVar[str] = "bridge.renewal.abandoned.v1"


class BridgeRenewalEnforced(EventData):
    """The original bank is to renew and forward all the same (ZJ-15)."""

    TYPE: ClassVar[str] = "bridge.renewal.enforced.v1"

    to: Cnaps
    """The original bank."""


class BridgeRenewalRefused(EventData, Refusal):
    """The original bank refuses the renewal that it promised (ZJ-16)."""

    TYPE: ClassVar[str] = "bridge.renewal.refused.v1"


class BridgeSettlementMissed(EventData):
    """The original loan was not settled in full on the day of the disbursement (ZJ-13)."""

    TYPE: ClassVar[str] = "bridge.settlement.missed.v1"

    settled_fen: NonNegativeFen
    """What was settled."""
    disbursed_fen: NonNegativeFen
    """What was paid for it."""


class BridgeSettlementRescinded(EventData):
    """A settlement in time was recorded after it had been held missed. Repeats what was told."""

    TYPE: ClassVar[str] = "bridge.settlement.rescinded.v1"

    settled_fen: NonNegativeFen
    """What had been settled as far as was known."""
    disbursed_fen: NonNegativeFen
    """What was paid for it."""
