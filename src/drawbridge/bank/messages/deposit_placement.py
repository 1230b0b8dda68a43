"""`operator.deposit.placement.v1`: the city places money at a bank (ZJ-3)."""

from typing import ClassVar, Literal

from drawbridge.bank.forms import Date, MessageData, NonNegativeFen


class DepositPlacement(MessageData):
    """The city's deposit at a bank: the new total of its kind (ZJ-3)."""

    TYPE: ClassVar[str] = "operator.deposit.placement.v1"
    SUBJECT: ClassVar[str] = "bank/<code>"

    kind: Literal["special-fund", "fiscal"]
    """Special fund (专项资金, raises the capacity) or fiscal deposit (财政存款, cut as a penalty)."""
    amount_fen: NonNegativeFen
    """The new total of this kind at this bank."""
    on: Date
    """The day of placement."""
