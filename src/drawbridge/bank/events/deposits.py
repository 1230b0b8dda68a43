"""Events of the city's money at a bank (ZJ-3, ZJ-16, ZJ-20)."""

from typing import ClassVar, Literal

from drawbridge.bank.events.base import AboutBank, OfBankAndCase
from drawbridge.bank.forms import Form, NonNegativeFen
from drawbridge.bank.messages.deposit_adjustment import DepositAdjustment
from drawbridge.bank.messages.deposit_placement import DepositPlacement


class BeforeAndAfter(Form):
    """What a deposit was and is."""

    before_fen: NonNegativeFen
    """The total before."""
    after_fen: NonNegativeFen
    """The total after."""


class DepositPlaced(AboutBank, DepositPlacement, BeforeAndAfter):
    """A deposit has a new total (ZJ-3)."""

    TYPE: ClassVar[str] = "deposit.placed.v1"


class DepositAdjusted(AboutBank, DepositAdjustment, BeforeAndAfter):
    """A deposit was raised or cut after an inspection (ZJ-20)."""

    TYPE: ClassVar[str] = "deposit.adjusted.v1"


class DepositReduced(AboutBank, OfBankAndCase, BeforeAndAfter):
    """The fiscal deposit was cut as a penalty (ZJ-16)."""

    TYPE: ClassVar[str] = "deposit.reduced.v1"

    kind: Literal["fiscal"]
    """The fiscal deposit (财政存款)."""


class DepositRestored(AboutBank, OfBankAndCase, BeforeAndAfter):
    """The cut was undone (ZJ-16)."""

    TYPE: ClassVar[str] = "deposit.restored.v1"

    kind: Literal["fiscal"]
    """The fiscal deposit (财政存款)."""
