"""Events when the original bank does not do as its letter says (ZJ-16), and of the rulings on it."""

from typing import ClassVar, Literal

from drawbridge.bank.events.base import AboutBank, EventData, OfBankAndCase
from drawbridge.bank.forms import AmountFen, Cnaps, MayBeAbsent, NonNegativeFen, Text, WholeNumber

Kind = Literal["renewal-not-disbursed", "renewal-short", "renewal-not-forwarded", "renewal-refused"]
Ruling = Literal["upheld", "dismissed", "revoked"]


class BankBreached(EventData, OfBankAndCase):
    """The original bank did not do what its renewal notice says (ZJ-16)."""

    TYPE: ClassVar[str] = "bank.breached.v1"

    kind: Kind
    """What it did not do."""
    default_amount_fen: AmountFen
    """The default amount (违约金额)."""


class BankBreachCured(EventData, OfBankAndCase):
    """The bank has performed after all; the penalty stands until it is ruled on (ZJ-16)."""

    TYPE: ClassVar[str] = "bank.breach.cured.v1"

    kind: Kind
    """What it had not done."""


class BankBreachRescinded(BankBreached):
    """The breach is taken back, with all that followed from it."""

    TYPE: ClassVar[str] = "bank.breach.rescinded.v1"

    ruling: MayBeAbsent[Ruling] = None
    """The ruling, when an operator revoked it."""


class BankSuspended(AboutBank, OfBankAndCase):
    """New notices and applications through the bank are refused; running cases go on (ZJ-16)."""

    TYPE: ClassVar[str] = "bank.suspended.v1"


class BankReinstated(AboutBank):
    """The bank may take part again (ZJ-16)."""

    TYPE: ClassVar[str] = "bank.reinstated.v1"

    bank: Cnaps
    """The bank."""
    case: MayBeAbsent[Text] = None
    """The case whose breach no longer stands."""
    ruling_no: MayBeAbsent[Text] = None
    """The number of the ruling, when an operator reinstated it."""


class BankIncentivesCancelled(AboutBank, OfBankAndCase):
    """All the city's incentives for the bank are cancelled (ZJ-16)."""

    TYPE: ClassVar[str] = "bank.incentives.cancelled.v1"


class BankIncentivesRestored(AboutBank, OfBankAndCase):
    """The city's incentives for the bank hold again (ZJ-16)."""

    TYPE: ClassVar[str] = "bank.incentives.restored.v1"


class Penalty(OfBankAndCase):
    """The cut of the bank's fiscal deposit, worked out (ZJ-16)."""

    default_amount_fen: NonNegativeFen
    """The base."""
    multiple: WholeNumber
    """How many times the base: 10 (十倍)."""
    penalty_fen: NonNegativeFen
    """Base times multiple."""
    deposit_fen: NonNegativeFen
    """The fiscal deposit at the bank."""
    reducible_fen: NonNegativeFen
    """How much of the penalty the deposit covers, less what is proposed already."""
    shortfall_fen: NonNegativeFen
    """What it does not cover."""


class DepositPenaltyRaised(EventData, Penalty):
    """A penalty is proposed; a human rules on it (ZJ-16)."""

    TYPE: ClassVar[str] = "deposit.penalty.raised.v1"

    status: Literal["proposed"]
    """It is proposed."""


class DepositPenaltyConfirmed(EventData, Penalty):
    """The penalty is confirmed on the ruling's base (ZJ-16)."""

    TYPE: ClassVar[str] = "deposit.penalty.confirmed.v1"

    status: Literal["confirmed"]
    """It is confirmed."""
    ruling: Literal["upheld"]
    """The ruling."""


class DepositPenaltyDismissed(EventData, OfBankAndCase):
    """The penalty is dismissed: the breach no longer stands (ZJ-16)."""

    TYPE: ClassVar[str] = "deposit.penalty.dismissed.v1"

    ruling: Literal["dismissed"]
    """The ruling."""
    default_amount_fen: NonNegativeFen
    """The base."""
    penalty_fen: NonNegativeFen
    """What had been proposed."""


class DepositPenaltyRescinded(EventData, OfBankAndCase):
    """The penalty falls with its breach (ZJ-16)."""

    TYPE: ClassVar[str] = "deposit.penalty.rescinded.v1"

    default_amount_fen: NonNegativeFen
    """The base; the confirmed one once ruled on."""
    penalty_fen: NonNegativeFen
    """What had been proposed or confirmed."""


class RegulatorNotified(BankBreached):
    """The regulator and the finance bureau are told of a breach, or that it was taken back (ZJ-16)."""

    TYPE: ClassVar[str] = "regulator.notified.v1"

    to: list[Literal["regulator", "finance-bureau"]]
    """Who is told."""
